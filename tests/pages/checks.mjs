// SPDX-License-Identifier: BSD-2-Clause
// All checks of one loaded page, by name, in the order they run.
import {answer} from './answer.mjs';
import {keyboard} from './keyboard.mjs';
import {axe, forced, large, narrow, print} from './look.mjs';

export const CHECKS = {
	answer,
	light: page => axe(page, 'light'),
	keyboard,
	dark: page => axe(page, 'dark'),
	narrow,
	large,
	forced,
	print,
};
