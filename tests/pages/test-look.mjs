// SPDX-License-Identifier: BSD-2-Clause
// Every page in a browser, in both languages and schemes: all checks of checks.mjs on one load of
// it. The pages are those that a crawl finds, of addresses with questions answered the first of
// each; pages with a verdict are looked at as each kind of line; forms are sent.
import {LANGS, WIDE, each, result, run} from './bed.mjs';
import {visit} from './answer.mjs';
import {CHECKS} from './checks.mjs';
import {crawl} from './crawl.mjs';
import {CALLERS, FORMS, KINDS, LETTERS, OUTCOMES, SITE, STAFF, STAFF_SITE} from './list.mjs';

// Who else than a dynamic line asks for these.
const OF_A_LINE = {
	'/': ['fixed', 'elsewhere'],
	'/line': Object.keys(CALLERS).filter(caller => caller !== 'dynamic'),
	'/table': ['fixed'],
	'/help': ['fixed', 'elsewhere'],
};

// Types, presses the button; returns what was answered.
async function send(page, fields, button = 'main form button') {
	for (const [field, text] of Object.entries(fields))
		await page.fill(field, text);
	const [response] = await Promise.all([page.waitForNavigation(), page.click(button)]);
	return response;
}

// {lang, url, caller, name, send} of pages that answer forms, and of those for members of staff.
function answers() {
	return LANGS.flatMap(lang => [
		...FORMS.map(([path, fields, button]) => ({lang, url: `${SITE}/${lang}${path}`,
			name: `answer of /${lang}${path}`,
			send: page => send(page, fields, button)})),
		...STAFF.map(([path, fields]) => ({lang, url: `${STAFF_SITE}${path}?lang=${lang}`,
			name: `${fields ? 'answer of ' : ''}${path} in ${lang}`,
			send: fields && (page => send(page, fields))}))]);
}

// The same of all others.
async function pages() {
	const {found} = await crawl(SITE, CALLERS.dynamic, LANGS.map(lang => `/${lang}/`));
	const paths = new Set([...KINDS, ...LETTERS, ...OUTCOMES.map(id => `/o/${id}`)]);
	const seen = new Set([...paths].map(path => path.replace(/\?.*/, '?')));
	for (const [address, {type, status}] of found) {
		const [, path, query = ''] = address.match(/^\/(?:ja|en)(\/[^?]*)(\?.*)?$/) ?? [];
		const kind = path + query.slice(0, 1);
		if (path && status === 200 && /^text\/html/.test(type) && !seen.has(kind)) {
			seen.add(kind);
			paths.add(path + query);
		}
	}
	return LANGS.flatMap(lang => [
		...[...paths].map(path => [path, 'dynamic']),
		...Object.entries(OF_A_LINE).flatMap(([path, callers]) =>
			callers.map(caller => [path, caller]))]
		.map(([path, caller]) => ({lang, caller, url: `${SITE}/${lang}${path}`,
			name: `/${lang}${path} as ${caller}`})));
}

await run(async browser => {
	const context = await browser.newContext({viewport: WIDE});
	const all = [...await pages(), ...answers()];
	await each(all, async ({lang, url, caller = 'dynamic', name: page_name, send: form}) => {
		const page = await context.newPage();
		await page.setExtraHTTPHeaders(
			{'x-forwarded-for': CALLERS[caller], 'x-remote-user': 'ann'});
		const seen = await visit(page, url, form);
		for (const [name, check] of Object.entries(CHECKS)) {
			const wrong = await check(page, seen, lang);
			result(`${page_name}: ${name}`, wrong);
		}
		await page.close();
	});
});
