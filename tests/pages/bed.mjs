// SPDX-License-Identifier: BSD-2-Clause
// The bed of the page tests: what npm brought, one browser, results as TAP.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const require = createRequire(`${process.env.OP25B_NODE_MODULES}/`);
const {chromium} = require('playwright-core');

export const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const VNU = require.resolve('vnu-jar/build/dist/vnu.jar');
export const LANGS = ['ja', 'en'];
export const WIDE = {width: 1280, height: 800};

let count = 0;
let failed = 0;

// One TAP line; complaints say what is wrong, none is good.
export function result(name, complaints) {
	count += 1;
	failed += complaints.length > 0;
	console.log(`${complaints.length ? 'not ok' : 'ok'} ${count} - ${name}`);
	for (const complaint of complaints)
		console.log(`# ${complaint.replaceAll('\n', '\n# ')}`);
}

// As root the tests run where Chromium's own sandbox may not be had; they open our pages only.
export function browse() {
	return chromium.launch({executablePath: '/usr/bin/chromium', chromiumSandbox: false});
}

// The last line; the process ends with 1 where a result was bad.
export function finish() {
	console.log(`1..${count}`);
	process.exitCode = failed ? 1 : 0;
}

// Runs main(browser) to the last line.
export async function run(main) {
	const browser = await browse();
	try {
		await main(browser);
	} catch (error) {
		result('the test ran to its end', [String(error.stack)]);
	} finally {
		await browser.close();
	}
	finish();
}

// Calls work(item) for all items, a few at a time: a page waits about as long as it computes.
export async function each(items, work, width = 3) {
	const queue = [...items];
	const next = async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift())
			await work(item);
	};
	await Promise.all(Array.from({length: width}, next));
}
