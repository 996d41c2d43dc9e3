// SPDX-License-Identifier: BSD-2-Clause
// Pictures of the main pages for docs/pages.md, as PNG files in the folder named: shots.mjs FOLDER
import {join} from 'node:path';
import {browse} from './bed.mjs';
import {CALLERS, SITE} from './list.mjs';

const PAGE = {width: 800, height: 1000};
const PHONE = {width: 375, height: 760};

// name: [path, caller, more]
const SHOTS = {
	'start-ja': ['/ja/', 'dynamic'],
	'start-en': ['/en/', 'dynamic'],
	'affected-ja': ['/ja/line', 'dynamic'],
	'affected-en': ['/en/line', 'dynamic'],
	'affected-dark-ja': ['/ja/line', 'dynamic', {colorScheme: 'dark'}],
	'affected-phone-ja': ['/ja/line', 'dynamic', {viewport: PHONE}],
	'not-affected-en': ['/en/line', 'fixed'],
	'before-start-ja': ['/ja/line', 'soon'],
	'elsewhere-en': ['/en/line', 'elsewhere'],
	'table-ja': ['/ja/table', 'dynamic'],
	'help-ja': ['/ja/help', 'dynamic'],
	'help-en': ['/en/help', 'dynamic'],
	'settings-ja': ['/ja/settings', 'dynamic'],
	'settings-en': ['/en/settings', 'dynamic'],
	'faq-en': ['/en/faq', 'dynamic'],
	'policy-ja': ['/ja/policy', 'dynamic'],
};

const browser = await browse();
for (const [name, [path, caller, more = {}]] of Object.entries(SHOTS)) {
	const context = await browser.newContext({viewport: PAGE, colorScheme: 'light', ...more,
		extraHTTPHeaders: {'x-forwarded-for': CALLERS[caller]}});
	const page = await context.newPage();
	const response = await page.goto(SITE + path);
	if (!response.ok())
		throw new Error(`${path}: ${response.status()}`);
	await page.screenshot({path: join(process.argv[2], `${name}.png`)});
	await context.close();
}
await browser.close();
