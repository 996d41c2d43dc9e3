// SPDX-License-Identifier: BSD-2-Clause
// Every link and every choice of a form leads somewhere and on, in both languages; HTML, CSS and
// SVG are valid by the W3C's checker; a text browser has the verdict in its first ten lines.
import {execFile, spawnSync} from 'node:child_process';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {LANGS, VNU, finish, result} from './bed.mjs';
import {crawl, decode, fragments, get, links} from './crawl.mjs';
import {CALLERS, KINDS, LETTERS, OUTCOMES, SITE} from './list.mjs';

const other = path => path.replace(/^\/(ja|en)\//, (_, lang) => lang === 'ja' ? '/en/' : '/ja/');
const is_page = answer => answer.status === 200 && /^text\/html/.test(answer.type);

// Complaints about the links between languages, and pages that lead nowhere (002-16).
function switches(found) {
	const wrong = [];
	for (const [path, answer] of found) {
		if (!is_page(answer) || !/^\/(ja|en)\//.test(path))
			continue;
		if (!found.has(other(path)))
			wrong.push(`${path} is not linked in the other language`);
		const [anchor = ''] = answer.text.match(/<a\b[^>]*\bhreflang="\w+"[^>]*>/) ?? [];
		if (!links(anchor).includes(other(path)))
			wrong.push(`${path}: the switch of language leads to ${links(anchor)}`);
		const main = answer.text.match(/<main\b.*<\/main>/s)?.[0] ?? '';
		if (!links(main).length && !/<form\b/.test(main))
			wrong.push(`${path} is a dead end: no link or form in its main part`);
	}
	return wrong;
}

// The files that a checker reads: one for each different text.
function save(found) {
	const folder = mkdtempSync(join(tmpdir(), 'pages-'));
	const names = new Map();
	const seen = new Set();
	for (const [path, answer] of found) {
		const kind = answer.type.match(/^(?:text\/(html|css)|image\/(svg)\+xml)/);
		if (answer.status !== 200 || !kind || seen.has(answer.text))
			continue;
		seen.add(answer.text);
		const name = `${names.size}.${kind[1] ?? kind[2]}`;
		names.set(name, path);
		writeFileSync(join(folder, name), answer.text);
	}
	return {folder, names};
}

// What the W3C's checker says of a folder of files, with the paths they came from.
async function validity({folder, names}) {
	const checked = await promisify(execFile)('java', ['-jar', VNU, '--also-check-css',
		'--also-check-svg', '--skip-info-messages', '--stdout', '--format', 'json', folder],
	{maxBuffer: 1 << 26}).catch(error => error);
	return JSON.parse(checked.stdout).messages.map(({url, type, lastLine, message}) =>
		`${names.get(url.split('/').pop())}:${lastLine}: ${type}: ${message}`);
}

// The first lines that somebody sees in a text browser.
function read(html) {
	const shown = spawnSync('w3m', ['-dump', '-cols', '80', '-T', 'text/html', '-I', 'utf-8',
		'-O', 'utf-8'], {input: html, encoding: 'utf8'}).stdout;
	return shown.split('\n').slice(0, 10).join('\n');
}

async function verdict_of(path, caller) {
	const {text} = await get(SITE + path, CALLERS[caller]);
	const said = text.match(/class="verdict\b[^>]*>\s*<p>(.*?)<\/p>/s)?.[1] ?? 'no verdict';
	const plain = what => decode(what.replace(/<[^>]*>/g, '')).replace(/\s+/g, '');
	return plain(read(text)).includes(plain(said)) ? [] : [`looked for: ${said}`, read(text)];
}

const {found, wrong, outside} = await crawl(SITE, CALLERS.dynamic,
	['/', ...LANGS.flatMap(lang => [`/${lang}/`, ...LETTERS.map(path => `/${lang}${path}`),
		...OUTCOMES.map(id => `/${lang}/o/${id}`)]),
		...OUTCOMES.map(id => `/e/${id}`)]);
result(`every link leads somewhere (${found.size} addresses)`, wrong);
result('every fragment is somewhere', fragments(SITE, found));
result('links to others are https, mailto or tel', [...outside].filter(href =>
	!/^(https:\/\/|mailto:|tel:)/.test(href)));
result('each page leads on, and to itself in the other language', switches(found));
result('the start leads to every kind of page', LANGS.flatMap(lang => KINDS
	.map(kind => `/${lang}${kind}`).filter(path => !path.includes('?') && !found.has(path))));
const files = save(found);
result(`HTML, CSS and SVG are valid (${files.names.size} files)`, await validity(files));
for (const lang of LANGS)
	for (const caller of Object.keys(CALLERS))
		result(`a text browser begins with the verdict: ${lang}, ${caller}`,
			await verdict_of(`/${lang}/line`, caller));
finish();
