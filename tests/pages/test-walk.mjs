// SPDX-License-Identifier: BSD-2-Clause
// What people come for, by Tab, Enter and typing alone, with JavaScript and without: from the start
// to a verdict and to the reason why nothing can be sent, from an error text to its cause, to a
// code for the telephone, and into the other language.
import {LANGS, WIDE, result, run} from './bed.mjs';
import {CALLERS, LETTERS, SITE} from './list.mjs';

const MOST_TABS = 120;
const MOST_QUESTIONS = 5; // of the help, until it says something
const ERRORS = {
	ja: 'メッセージを送信できませんでした。サーバーに接続できません。ポート: 25',
	en: 'Could not connect to outgoing mail server (SMTP) on port 25: the connection timed out',
};

// Presses Tab until the focus is on what matches.
async function tab_to(page, selector) {
	for (let presses = 0; presses < MOST_TABS; presses += 1) {
		await page.keyboard.press('Tab');
		if (await page.evaluate(wanted => document.activeElement.matches(wanted), selector))
			return;
	}
	throw new Error(`${page.url()}: Tab never reaches ${selector}`);
}

// To there, and on by Enter; returns what was answered.
async function enter(page, selector) {
	await tab_to(page, selector);
	const [response] = await Promise.all(
		[page.waitForNavigation(), page.keyboard.press('Enter')]);
	return response;
}

const outcome = page => page.evaluate(() => {
	const found = document.querySelector('[data-outcome]:not([data-use])');
	return found ? found.dataset.outcome : '';
});

// The first choice of each question.
async function answer_questions(page) {
	for (let questions = 0; questions <= MOST_QUESTIONS; questions += 1) {
		const found = await outcome(page);
		if (found)
			return found;
		if (await page.locator('main form input[type=radio]').count()) {
			await tab_to(page, 'main form input[type=radio]');
			await page.keyboard.press('Space');
			await enter(page, 'main form button');
		} else {
			await enter(page, 'main form button');
		}
	}
	throw new Error(`${page.url()}: no outcome after ${MOST_QUESTIONS} questions`);
}

const WALKS = {
	'from the start to the verdict': async (page, lang) => {
		await page.goto(SITE);
		await enter(page, `main a[href="/${lang}/line"]`);
		const verdict = await page.locator('main').getAttribute('data-verdict');
		return verdict === 'affected' ? [] : [`the verdict is ${verdict}`];
	},
	'from the start to why nothing can be sent': async (page, lang) => {
		await page.goto(SITE);
		await enter(page, `main a[href="/${lang}/help"]`);
		const found = await answer_questions(page);
		return found ? [] : ['no outcome'];
	},
	'from an error text to its cause': async (page, lang) => {
		await page.goto(`${SITE}/${lang}/error`);
		await tab_to(page, 'main textarea');
		await page.keyboard.insertText(ERRORS[lang]);
		await enter(page, 'main form button');
		const wrong = page.url().includes('?') ? ['the text is in the address'] : [];
		return /data-outcome="(affected|settings)-/.test(await page.content()) ? wrong :
			[...wrong, 'no cause of a blocked port 25'];
	},
	'to a code for the telephone': async (page, lang) => {
		await page.goto(`${SITE}/${lang}/line`);
		await enter(page, `main form[action="/${lang}/code"] button`);
		const said = await page.locator('main').innerText();
		return /\b2\d{3}-\d{3}-\d{3}\b/.test(said) ? [] : [`no code: ${said}`];
	},
	'from a letter to a confirmed address': async (page, lang) => {
		await page.goto(`${SITE}/${lang}${LETTERS[0]}`);
		await enter(page, 'main form button');
		return await page.locator('[data-answer=done]').count() ? [] : ['not confirmed'];
	},
	'from a refusal abroad to a letter, and from that to what opens it': async (page, lang) => {
		await page.goto(`${SITE}/${lang}/o/abroad-closed`);
		await enter(page, `main a[href="/${lang}/abroad"]`);
		await tab_to(page, '#login');
		await page.keyboard.insertText('hana@lab.example');
		await enter(page, 'main form button');
		const sent = await page.locator('[data-answer=sent]').count();
		await page.goto(`${SITE}/${lang}/abroad/${'a'.repeat(26)}`);
		await enter(page, 'main form button');
		const opened = await page.locator('[data-answer=done]').count();
		return sent && opened ? [] : ['not opened'];
	},
	'from a code to a mailbox': async (page, lang) => {
		await page.goto(`${SITE}/${lang}/mailbox`);
		for (const [field, text] of [['code', '5012-3456-7890'], ['name', 'hana'],
			['password', 'correct horse'], ['again', 'correct horse']]) {
			await tab_to(page, `#${field}`);
			await page.keyboard.insertText(text);
		}
		await enter(page, 'main form button');
		return await page.locator('[data-answer=done]').count() ? [] : ['no mailbox'];
	},
	'into the other language, with the answers given': async (page, lang) => {
		await page.goto(`${SITE}/${lang}/addresses?d=a.example&d=b.example&done=a.example`);
		const other = page.url().replace(`/${lang}/`, lang === 'ja' ? '/en/' : '/ja/');
		const response = await enter(page, 'header a[hreflang]');
		const good = page.url() === other && response.ok();
		return good ? [] : [`${response.status()} ${page.url()}`];
	},
	'past the navigation': async (page, lang) => {
		await page.goto(`${SITE}/${lang}/line`);
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		return await page.evaluate(() => document.activeElement?.closest('main')) ? [] :
			['the first link does not lead past the navigation'];
	},
};

// One walk of somebody on a dynamic line.
async function go(browser, walk, lang, javaScriptEnabled) {
	const context = await browser.newContext({viewport: WIDE, locale: lang, javaScriptEnabled,
		extraHTTPHeaders: {'x-forwarded-for': CALLERS.dynamic}});
	const page = await context.newPage();
	const wrong = await walk(page, lang).catch(error => [String(error)]);
	await context.close();
	return wrong;
}

await run(async browser => {
	for (const lang of LANGS)
		for (const [name, walk] of Object.entries(WALKS)) {
			result(`${name}: ${lang}`, await go(browser, walk, lang, true));
			const without = await go(browser, walk, lang, false);
			result(`${name}: ${lang}, no JavaScript`, without);
		}
});
