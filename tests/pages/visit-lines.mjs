// SPDX-License-Identifier: BSD-2-Clause
// A browser on a line: for each address that comes on standard input, what the pages say there,
// from the start by the link to the verdict, in both languages; a line of JSON each:
// {"ja": {"use": "verdict outcome"}, "en": {...}}, the line's own verdict under "".
import {createInterface} from 'node:readline';
import {LANGS, WIDE, browse} from './bed.mjs';

async function verdicts(browser, url, lang) {
	const context = await browser.newContext({viewport: WIDE, locale: lang});
	const page = await context.newPage();
	await page.goto(url);
	await page.click(`main a[href="/${lang}/line"]`);
	await page.waitForURL(`**/${lang}/line`);
	const found = await page.evaluate(() => [...document.querySelectorAll('[data-verdict]')]
		.map(({dataset: {use = '', verdict, outcome}}) => [use, `${verdict} ${outcome}`])
		.filter(([use], i, all) => all.findIndex(([other]) => other === use) === i));
	await context.close();
	return Object.fromEntries(found);
}

const browser = await browse();
for await (const url of createInterface({input: process.stdin})) {
	const found = {};
	for (const lang of LANGS)
		found[lang] = await verdicts(browser, url, lang);
	console.log(JSON.stringify(found));
}
await browser.close();
