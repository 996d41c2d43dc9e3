// SPDX-License-Identifier: BSD-2-Clause
// What a page's answer and loading have to be: one origin, no cookie, a policy that holds, small.
const MOST_BYTES = 30000; // HTML and CSS as transferred
const POLICY = [/(^|; *)default-src 'none'(;|$)/, /(^|; *)frame-ancestors 'none'(;|$)/,
	/(^|; *)base-uri 'none'(;|$)/, /(^|; *)form-action 'self'(;|$)/];

// Opens a page and all that folds out on it; what happened meanwhile is in `seen`. send: what to do
// there to come to the page that is meant, as sending a form; returns what was answered.
export async function visit(page, url, send) {
	const seen = {url, requests: [], errors: [], bytes: 0, sent: Boolean(send)};
	const loads = [];
	const load = async request => {
		const response = await request.response();
		if (!response)
			return;
		await response.finished();
		if (response.status() >= 300 && response.status() < 400)
			return;
		const {length} = await response.body();
		if (/^text\/(html|css)/.test(response.headers()['content-type'] ?? ''))
			seen.bytes += length;
		if (!response.ok() && request.url() !== page.url())
			seen.errors.push(`${response.status()}: ${request.url()}`);
	};
	const listen = {
		request: request => {
			seen.requests.push(request.url());
			loads.push(load(request));
		},
		requestfailed: request => seen.errors.push(`failed: ${request.url()}`),
		console: message => {
			if (['error', 'warning'].includes(message.type()))
				seen.errors.push(`console: ${message.text()}`);
		},
	};
	for (const [event, hear] of Object.entries(listen))
		page.on(event, hear);
	seen.response = await page.goto(url, {waitUntil: 'load'});
	if (send) {
		seen.bytes = 0;
		seen.response = await send(page);
		await page.waitForLoadState('load');
	}
	await Promise.all(loads);
	seen.cookies = await page.context().cookies();
	for (const [event, hear] of Object.entries(listen))
		page.off(event, hear);
	await page.evaluate(() => {
		for (const details of document.querySelectorAll('details'))
			details.open = true;
	});
	return seen;
}

// Complaints about headers.
function headers(found) {
	const policy = found['content-security-policy'] ?? '';
	const wrong = POLICY.filter(wanted => !wanted.test(policy))
		.map(wanted => `Content-Security-Policy lacks ${wanted}: ${policy}`);
	if (/unsafe-|\*|data:|https?:/.test(policy))
		wrong.push(`Content-Security-Policy lets in too much: ${policy}`);
	if (found['x-content-type-options'] !== 'nosniff')
		wrong.push('X-Content-Type-Options is not nosniff');
	if (!/^(no-referrer|same-origin)$/.test(found['referrer-policy'] ?? ''))
		wrong.push(`Referrer-Policy: ${found['referrer-policy']}`);
	if (found['content-type'] !== 'text/html; charset=utf-8')
		wrong.push(`Content-Type: ${found['content-type']}`);
	return wrong;
}

// Complaints about what stands in the document; runs in the page. An answer to a form can't be
// linked to in the other language, nor has it to be.
function document_of({lang, sent}) {
	const wrong = [];
	const root = document.documentElement;
	if (root.lang !== lang)
		wrong.push(`<html lang="${root.lang}">, wanted ${lang}`);
	if (!document.title.trim())
		wrong.push('no title');
	if (document.querySelectorAll('h1').length !== 1)
		wrong.push(`${document.querySelectorAll('h1').length} h1`);
	for (const script of document.querySelectorAll('script, iframe, object, embed, base'))
		wrong.push(`<${script.localName}>`);
	for (const element of document.querySelectorAll('*'))
		for (const {name} of element.attributes)
			if (/^on|^style$/.test(name))
				wrong.push(`<${element.localName} ${name}>`);
	const linked = !sent && location.pathname.startsWith(`/${lang}/`);
	for (const other of linked ? ['ja', 'en'] : []) {
		const link = document.querySelector(`link[rel=alternate][hreflang=${other}]`);
		const path = link && new URL(link.href).pathname + new URL(link.href).search;
		const here = `/${other}/${location.pathname.slice(4)}${location.search}`;
		if (path !== here)
			wrong.push(`link to the same page in ${other}: ${path}, wanted ${here}`);
	}
	if (/[①-⓿㈠-㋿㌀-㏿]/.test(root.textContent))
		wrong.push('a character that machines show differently');
	return wrong;
}

// Complaints about a page that was visited.
export async function answer(page, seen, lang) {
	const {origin} = new URL(seen.url);
	const wrong = seen.errors.concat(headers(seen.response.headers()));
	if (seen.response.status() !== 200)
		wrong.push(`status ${seen.response.status()}`);
	if ('set-cookie' in seen.response.headers() || seen.cookies.length)
		wrong.push(`cookies: ${seen.cookies.map(cookie => cookie.name)}`);
	for (const url of seen.requests.filter(other => new URL(other).origin !== origin))
		wrong.push(`asks somebody else: ${url}`);
	if (seen.bytes > MOST_BYTES)
		wrong.push(`${seen.bytes} bytes of HTML and CSS, more than ${MOST_BYTES}`);
	return wrong.concat(await page.evaluate(document_of, {lang, sent: seen.sent}));
}
