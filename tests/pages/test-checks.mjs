// SPDX-License-Identifier: BSD-2-Clause
// Each check of the pages sees the fault it is for, and finds none in a page as it should be.
import http from 'node:http';
import {WIDE, each, result, run} from './bed.mjs';
import {visit} from './answer.mjs';
import {CHECKS} from './checks.mjs';
import {BAD, GOOD} from './samples.mjs';

// Serves one sample; returns the server when it listens.
function serve(sample) {
	const server = http.createServer((request, response) => {
		if (request.url === '/style.css')
			response.writeHead(200, {'content-type': 'text/css'}).end(sample.style);
		else if (request.url.endsWith('/x'))
			response.writeHead(200, sample.headers).end(sample.html);
		else
			response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
	});
	return new Promise(ready => { server.listen(0, '127.0.0.1', () => ready(server)); });
}

async function complaints(browser, sample, names) {
	const server = await serve(sample);
	const context = await browser.newContext({viewport: WIDE});
	const page = await context.newPage();
	const seen = await visit(page, `http://127.0.0.1:${server.address().port}/en/x`);
	const found = {};
	for (const name of names)
		found[name] = await CHECKS[name](page, seen, 'en');
	await context.close();
	server.close();
	return found;
}

await run(async browser => {
	const good = await complaints(browser, GOOD, Object.keys(CHECKS));
	for (const [name, found] of Object.entries(good))
		result(`${name} accepts a page as it should be`, found);
	await each(BAD, async ({what, check, says, page}) => {
		const found = (await complaints(browser, page, [check]))[check];
		result(`${check} refuses ${what}`, found.some(text => says.test(text)) ? [] :
			[`nothing like ${says} among:`, ...found]);
	});
});
