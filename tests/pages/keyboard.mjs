// SPDX-License-Identifier: BSD-2-Clause
// A page by keyboard alone: Tab reaches everything one can act on, in the order of the page, shows
// where it is, and goes on.

// Notes every place the focus goes to, and what is wrong with how it shows; returns the names of
// what Tab has to reach (of radio buttons of one name one). Runs in the page.
function watch() {
	const groups = new Set();
	const acts = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
	const list = [...document.querySelectorAll(`${acts}, [tabindex="0"]`)].filter(element => {
		if (element.disabled || !element.checkVisibility({visibilityProperty: true}))
			return false;
		const group = element.type === 'radio' && element.name;
		if (group && groups.has(group))
			return false;
		groups.add(group);
		return true;
	});
	const names = list.map(element => `<${element.localName}> ` +
		`"${(element.textContent || element.name || '').trim().slice(0, 40)}"`);
	const light = colour => {
		const [r, g, b] = colour.match(/[\d.]+/g).map(part => {
			const value = part / 255;
			return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const shows = element => {
		const style = getComputedStyle(element);
		const box = element.getBoundingClientRect();
		const wrong = [];
		let ground = element.parentElement;
		while (ground && /, 0\)$/.test(getComputedStyle(ground).backgroundColor))
			ground = ground.parentElement;
		const under = ground ? light(getComputedStyle(ground).backgroundColor) : 1;
		const line = light(style.outlineColor);
		const contrast = (Math.max(under, line) + 0.05) / (Math.min(under, line) + 0.05);
		if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2)
			wrong.push('the focus is not seen: no outline of 2 pixels');
		else if (style.outlineStyle !== 'auto' && contrast < 3)
			wrong.push(`the outline's contrast is ${contrast.toFixed(1)}, less than 3`);
		const [{left, top, width}] = element.getClientRects();
		const over = document.elementFromPoint(left + width / 2, top + 2);
		if (box.bottom < 0 || top > innerHeight || box.right < 0 || left > innerWidth)
			wrong.push('the focus is out of the window');
		else if (over && !element.contains(over) && !over.contains(element))
			wrong.push(`the focus is behind <${over.localName}>`);
		return wrong;
	};
	window.op25bFocus = [];
	document.addEventListener('focusin', ({target}) => window.op25bFocus.push(
		{place: list.indexOf(target), wrong: shows(target)}));
	return names;
}

// Complaints about walking through a page by Tab.
export async function keyboard(page) {
	const names = await page.evaluate(watch);
	for (let presses = 0; presses < names.length; presses += 1)
		await page.keyboard.press('Tab');
	const steps = await page.evaluate(() => {
		document.activeElement.blur();
		return window.op25bFocus;
	});
	const wrong = [];
	steps.forEach(({place, wrong: here}, i) => {
		if (place < 0)
			wrong.push('Tab reaches what is not meant to be acted on');
		else if (i && place < steps[i - 1].place)
			wrong.push(`Tab goes back to ${names[place]}`);
		wrong.push(...here.map(what => `${names[place]}: ${what}`));
	});
	names.forEach((name, i) => {
		if (!steps.some(({place}) => place === i))
			wrong.push(`Tab never reaches ${name}`);
	});
	return wrong;
}
