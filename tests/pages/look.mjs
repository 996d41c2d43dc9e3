// SPDX-License-Identifier: BSD-2-Clause
// How a page has to look to whoever reads it: axe-core's rules, narrow, with large text, in forced
// colours, on paper. Each function leaves the page as it found it, and returns complaints.
import {AXE, WIDE} from './bed.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const COLOURS = ['color-contrast', 'link-in-text-block'];
const NARROW = {width: 320, height: 640};
const PAPER = {width: 680, height: 960}; // A4 between margins, in CSS pixels

async function violations(page, only) {
	if (!await page.evaluate('typeof axe === "object"'))
		await page.evaluate(AXE);
	const found = await page.evaluate(runOnly =>
		axe.run(document, {runOnly, resultTypes: ['violations']}), only);
	return found.violations.flatMap(rule => rule.nodes.map(({target, failureSummary}) =>
		`${rule.id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`));
}

// All rules, in "light" or "dark"; and that the colours of the scheme are there.
export async function axe(page, colorScheme) {
	await page.emulateMedia({colorScheme});
	const wrong = await violations(page, {type: 'tag', values: TAGS});
	const light = await page.evaluate(() => {
		const colour = getComputedStyle(document.body).backgroundColor;
		const [r, g, b, alpha] = colour.match(/[\d.]+/g).map(Number);
		return alpha === 0 ? 255 : (r + g + b) / 3;
	});
	if ((light > 127) !== (colorScheme === 'light'))
		wrong.push(`the page's background does not follow "${colorScheme}"`);
	return wrong;
}

// What sticks out of the window, or is cut off; runs in the page.
function cut_off() {
	const wrong = [];
	const root = document.scrollingElement;
	const name = ({localName, className, textContent}) =>
		`<${localName} class="${className}"> "${textContent.trim().slice(0, 40)}"`;
	const scrolls = element => /auto|scroll/.test(getComputedStyle(element).overflowX);
	const {scrollWidth, clientWidth} = root;
	if (scrollWidth > clientWidth)
		wrong.push(`the page is ${scrollWidth} wide in a window of ${clientWidth}`);
	for (const element of document.body.querySelectorAll('*')) {
		const style = getComputedStyle(element);
		const box = element.getBoundingClientRect();
		// A link that only comes into sight with the focus stands left of the window.
		const unseen = box.width <= 1 || box.height <= 1 || box.right <= 0;
		if (unseen || element.closest('svg'))
			continue;
		const wide = element.scrollWidth > element.clientWidth + 1;
		const high = element.scrollHeight > element.clientHeight + 1;
		const may = element.matches('pre') || element.querySelector('table, svg, img, pre');
		if (/hidden|clip/.test(style.overflow) && element.textContent && (wide || high))
			wrong.push(`cut off: ${name(element)}`);
		if (wide && scrolls(element) && !may)
			wrong.push(`scrolls sideways, and is no table: ${name(element)}`);
		if (box.right > innerWidth + 1 || box.left < -1) {
			let around = element;
			while (around && !scrolls(around))
				around = around.parentElement;
			if (!around)
				wrong.push(`sticks out of the window: ${name(element)}`);
		}
	}
	return wrong;
}

// 320 pixels wide (WCAG 1.4.10).
export async function narrow(page) {
	await page.setViewportSize(NARROW);
	const wrong = await page.evaluate(cut_off);
	await page.setViewportSize(WIDE);
	return wrong;
}

// Text twice as large (1.4.4), and with the wider spacing of 1.4.12.
export async function large(page) {
	const sizes = () => [...document.querySelectorAll(
		'h1, h2, h3, p, li, dt, dd, a, td, th, label, button, input, select, textarea')]
		.map(element => parseFloat(getComputedStyle(element).fontSize));
	const before = await page.evaluate(sizes);
	await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
	const after = await page.evaluate(sizes);
	const wrong = await page.evaluate(cut_off);
	if (after.some((size, i) => size < 1.9 * before[i]))
		wrong.push('some text stays small when text is set to 200 %');
	await page.evaluate(() => {
		document.documentElement.style.fontSize = '';
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(`* {line-height: 1.5 !important; letter-spacing: .12em !important;
			word-spacing: .16em !important} p {margin-bottom: 2em !important}`);
		document.adoptedStyleSheets = [sheet];
	});
	const spaced = await page.evaluate(cut_off);
	wrong.push(...spaced.map(what => `with wide spacing: ${what}`));
	await page.evaluate(() => { document.adoptedStyleSheets = []; });
	return wrong;
}

// Forced colours take backgrounds and shadows away: what looks like a button needs a border.
export async function forced(page) {
	const buttons = () => [...document.querySelectorAll('a, button, summary, [role=button]')]
		.filter(element => element.getBoundingClientRect().right > 0)
		.map(element => {
			const style = getComputedStyle(element);
			return {filled: !/, 0\)$|transparent/.test(style.backgroundColor),
				border: style.borderTopStyle !== 'none' &&
					parseFloat(style.borderTopWidth) > 0,
				kept: style.forcedColorAdjust === 'none',
				name: element.textContent.trim().slice(0, 40)};
		});
	await page.emulateMedia({forcedColors: 'none', colorScheme: 'light'});
	const before = await page.evaluate(buttons);
	await page.emulateMedia({forcedColors: 'active'});
	const wrong = await violations(page, {type: 'rule', values: COLOURS});
	(await page.evaluate(buttons)).forEach((now, i) => {
		if (before[i].filled && !now.border)
			wrong.push(`nothing shows that this is a button: ${now.name}`);
		if (now.kept)
			wrong.push(`keeps its own colours: ${now.name}`);
	});
	await page.emulateMedia({forcedColors: 'none'});
	return wrong;
}

// On paper (003-01): dark on white whatever the screen's scheme, nothing cut off, all of the text.
export async function print(page) {
	await page.setViewportSize(PAPER);
	await page.emulateMedia({media: 'print', colorScheme: 'dark'});
	const wrong = await page.evaluate(cut_off);
	wrong.push(...await violations(page, {type: 'rule', values: COLOURS}));
	wrong.push(...await page.evaluate(() => {
		const gone = ['h1', 'main'].filter(name => {
			const element = document.querySelector(name);
			return !element || !element.getBoundingClientRect().height;
		}).map(name => `no ${name} on paper`);
		const ground = getComputedStyle(document.body).backgroundColor;
		if (!/^rgb\(255, 255, 255\)$|, 0\)$/.test(ground))
			gone.push(`paper is ${ground}`);
		return gone;
	}));
	await page.emulateMedia({media: 'screen', colorScheme: 'light'});
	await page.setViewportSize(WIDE);
	return wrong;
}
