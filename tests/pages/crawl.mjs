// SPDX-License-Identifier: BSD-2-Clause
// All pages that can be reached from the start by links and by the choices of forms, without a
// browser, as one visitor.
const MOST = 5000; // pages; a crawl that finds more is lost in queries

export const decode = text => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>')
	.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

// Attributes of a start tag; valid HTML of ours quotes them.
function attributes(tag) {
	return Object.fromEntries([...tag.matchAll(/\s([\w-]+)(?:="([^"]*)")?/g)]
		.map(([, name, value]) => [name, decode(value ?? '')]));
}

function tags(html, names) {
	return [...html.matchAll(new RegExp(`<(${names})\\b([^>]*)>`, 'g'))]
		.map(([, name, rest]) => ({name, ...attributes(` ${rest}`)}));
}

// Where a form that is sent by GET leads: with each of its choices alone, with what is typed empty.
function answers(form) {
	const [{action = '', method = 'get'}] = tags(form, 'form');
	if (method.toLowerCase() !== 'get')
		return [];
	const inputs = tags(form, 'input|button');
	const typed = inputs.filter(({type = 'text'}) => /^(hidden|text|search)$/.test(type));
	const fixed = typed.map(({name, value = ''}) => [name, value]);
	const selects = [...form.matchAll(/<select\b.*?<\/select>/gs)].flatMap(([select]) =>
		tags(select, 'option').map(({value}) => [tags(select, 'select')[0].name, value]));
	const choices = inputs.filter(({type}) => ['radio', 'checkbox'].includes(type))
		.map(({name, value = 'on'}) => [name, value]).concat(selects);
	return (choices.length ? choices.map(choice => [choice]) : [[]]).map(choice =>
		`${action}?${new URLSearchParams(fixed.concat(choice).filter(([name]) => name))}`);
}

// What a page leads to: hrefs as they are written.
export function links(html) {
	const found = tags(html, 'a|link|img').map(tag => tag.href ?? tag.src).filter(href => href);
	const forms = [...html.matchAll(/<form\b.*?<\/form>/gs)].flatMap(([form]) => answers(form));
	return found.concat(forms);
}

// Fetches one address as a visitor.
export async function get(url, caller, options = {}) {
	const response = await fetch(url, {redirect: 'manual',
		headers: {'x-forwarded-for': caller, 'accept-language': 'ja'}, ...options});
	return {url, status: response.status, type: response.headers.get('content-type') ?? '',
		location: response.headers.get('location'), headers: response.headers,
		text: await response.text()};
}

// Returns a map of path and query to what was answered, and complaints about links.
export async function crawl(origin, caller, starts) {
	const found = new Map();
	const from = new Map(starts.map(start => [start, 'the list']));
	const wrong = [];
	const queue = [...starts];
	const outside = new Set();
	for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
		const answer = await get(origin + path, caller);
		found.set(path, answer);
		if (found.size > MOST) {
			wrong.push(`more than ${MOST} pages; ${path} from ${from.get(path)}`);
			break;
		}
		if (answer.status >= 300 && answer.status < 400 && answer.location)
			answer.next = [answer.location];
		else if (answer.status !== 200)
			wrong.push(`${path}, from ${from.get(path)}: ${answer.status}`);
		else
			answer.next = /^text\/html/.test(answer.type) ? links(answer.text) : [];
		for (const href of answer.next ?? []) {
			const url = new URL(href, answer.url);
			const next = url.pathname + url.search;
			if (url.origin !== origin) {
				outside.add(href);
			} else if (!from.has(next)) {
				from.set(next, path);
				queue.push(next);
			}
		}
	}
	return {found, wrong, outside};
}

// Complaints about fragments that no element has.
export function fragments(origin, found) {
	const wrong = [];
	for (const [path, answer] of found)
		for (const href of answer.next ?? []) {
			const url = new URL(href, answer.url);
			const there = found.get(url.pathname + url.search);
			const id = `id="${decodeURIComponent(url.hash.slice(1))}"`;
			if (url.origin === origin && url.hash && there && !there.text.includes(id))
				wrong.push(`${path} leads to ${href}, and nothing has that id`);
		}
	return wrong;
}
