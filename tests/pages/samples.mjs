// SPDX-License-Identifier: BSD-2-Clause
// A page as it should be, and pages with one fault each, which name the check that has to see it.
const HEADERS = {
	'content-type': 'text/html; charset=utf-8',
	'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
};

const STYLE = `
body { background: #fff; color: #111; margin: 1rem; max-width: 40rem; line-height: 1.6 }
a { color: #00489c } .button { background: #00489c; border: 1px solid #00489c; color: #fff;
	display: inline-block; padding: .5rem 1rem }
:focus-visible { outline: 3px solid #111 }
label, input, button { display: inline-block; font: inherit; margin: .3rem 0; padding: .3rem }
.wide { overflow-x: auto }
@media screen and (prefers-color-scheme: dark) { body { background: #111; color: #eee }
	a { color: #9cf } :focus-visible { outline-color: #fff } }`;

const BODY = `<header><nav aria-label="Languages"><ul><li><a href="/ja/x" lang="ja" hreflang="ja">
日本語</a></li></ul></nav></header>
<main><h1>May this line send?</h1><p>Yes. Read <a href="/en/">why it may</a>.</p>
<p><a class="button" href="/en/line">Ask about this line</a></p>
<form action="/en/x"><p><label for="d">Domain</label> <input id="d" name="d"></p>
<fieldset><legend>Where are you?</legend>
<label><input type="radio" name="w" value="a"> At home</label>
<label><input type="radio" name="w" value="b"> Elsewhere</label></fieldset>
<p><button>Look up</button></p></form>
<div class="wide" tabindex="0" role="region" aria-labelledby="t">
<table><caption id="t">Uses</caption><tr><th scope="col">Use</th><th scope="col">Answer</th></tr>
<tr><td>Webmail</td><td>Works</td></tr></table></div></main>`;

const HEAD = `<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>May this line send?</title><link rel="stylesheet" href="/style.css">
<link rel="alternate" hreflang="ja" href="/ja/x"><link rel="alternate" hreflang="en" href="/en/x">`;

function sample({lang = 'en', head = HEAD, body = BODY, style = '', headers = {}} = {}) {
	const html = `<!DOCTYPE html>\n<html lang="${lang}"><head>${head}</head>` +
		`<body>${body}</body></html>`;
	return {html, style: STYLE + style, headers: {...HEADERS, ...headers}};
}

const with_main = more => ({body: BODY.replace('</main>', `${more}</main>`)});

export const GOOD = sample();

// [what is wrong, the check that sees it, what it says, the page]
export const BAD = [
	['a cookie', 'answer', /cookies/, {headers: {'set-cookie': 'seen=1'}}],
	['no Content-Security-Policy', 'answer', /lacks/,
		{headers: {'content-security-policy': ''}}],
	['a loose Content-Security-Policy', 'answer', /too much/, {headers: {
		'content-security-policy':
			`${HEADERS['content-security-policy']}; script-src 'unsafe-inline'`}}],
	['a picture of a third party', 'answer', /somebody else/,
		with_main('<img src="http://127.0.0.2:9/x.png" alt="x">')],
	['an inline style', 'answer', /style/, with_main('<p style="color: red">x</p>')],
	['a script', 'answer', /<script>/, with_main('<script src="/x.js"></script>')],
	['a picture that is missing', 'answer', /404/, with_main('<img src="/none.png" alt="x">')],
	['a page of 31 KB', 'answer', /bytes/, with_main(`<p>${'long '.repeat(6200)}</p>`)],
	['a wrong language', 'answer', /lang="fr"/, {lang: 'fr'}],
	['no way to the other language', 'answer', /same page in ja/,
		{head: HEAD.replace('/ja/x', '/ja/')}],
	['two main headings', 'answer', /2 h1/, with_main('<h1>Again</h1>')],
	['a character that machines show differently', 'answer', /machines/,
		with_main('<p>①</p>')],
	['light grey text', 'light', /color-contrast/, {style: 'p { color: #aaa }'}],
	['a field without a label', 'light', /label/, with_main('<input name="z">')],
	['a picture without a text', 'light', /image-alt/, with_main('<img src="/x.png">')],
	['a list that is none', 'light', /list/, with_main('<ul><p>x</p></ul>')],
	['links that lie too near', 'light', /target-size/, {
		...with_main('<p class="t"><a href="/a">a</a><a href="/b">b</a></p>'),
		style: '.t a { display: inline-block; font: 8px/8px serif; width: 8px }'}],
	['no dark colours', 'dark', /does not follow/, {style:
		'@media (prefers-color-scheme: dark) { body { background: #fff; color: #111 } }'}],
	['dark links on dark', 'dark', /color-contrast/, {style:
		'@media (prefers-color-scheme: dark) { a { color: #00489c } }'}],
	['a column of 400 pixels', 'narrow', /400 wide|sticks out/,
		{style: 'main { width: 400px }'}],
	['a column that sticks out unseen', 'narrow', /sticks out/,
		{style: 'html, body { overflow-x: hidden } main { width: 400px }'}],
	['text that scrolls sideways', 'narrow', /no table/, {
		...with_main(`<p class="s" tabindex="0">${'long '.repeat(9)}</p>`),
		style: '.s { overflow-x: auto; white-space: nowrap; width: 8rem }'}],
	['text in pixels', 'large', /stays small/, {style: 'p { font-size: 16px }'}],
	['a box of fixed height', 'large', /cut off/, {
		style: 'h1 { height: 3rem; overflow: hidden; width: 300px }'}],
	['a button without a border', 'forced', /nothing shows/, {style: '.button { border: 0 }'}],
	['colours that are kept', 'forced', /keeps its own/,
		{style: 'a { forced-color-adjust: none }'}],
	['dark paper', 'print', /paper is/, {style:
		'@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }'}],
	['no heading on paper', 'print', /no h1/,
		{style: '@media print { h1 { display: none } }'}],
	['no outline', 'keyboard', /not seen/, {style: ':focus-visible { outline: 0 }'}],
	['a pale outline', 'keyboard', /contrast/,
		{style: ':focus-visible { outline-color: #ddd }'}],
	['another order by keyboard', 'keyboard', /goes back/,
		with_main('<p><a href="/y" tabindex="1">first</a></p>')],
	['a link that only a mouse reaches', 'keyboard', /never reaches/,
		with_main('<p><a href="/z" tabindex="-1">more</a></p>')],
	['a bar over the page', 'keyboard', /behind/, {
		...with_main('<div class="bar">news</div>'),
		style: '.bar { background: #fff; position: fixed; inset: 0 }'}],
].map(([what, check, says, fault]) => ({what, check, says, page: sample(fault)}));
