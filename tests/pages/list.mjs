// SPDX-License-Identifier: BSD-2-Clause
// The pages and visitors of the tests. What is not named here is found by the crawler from here.
import {readFileSync} from 'node:fs';

export const SITE = process.env.OP25B_PAGES_URL;

// Lines of lab/policy.yaml.in, by what they may.
export const CALLERS = {
	dynamic: '198.51.100.10',
	dynamic6: '2001:db8:1000:100::10',
	notice: '198.51.100.162',
	fixed: '203.0.113.9',
	exempted: '198.51.100.20',
	counted: '198.51.100.194',
	soon: '198.51.100.226',
	elsewhere: '203.0.113.200',
};

// Kinds of pages (design-words 6b.3), and with questions answered. Behind the language.
export const KINDS = ['/', '/line', '/table', '/flow', '/flow/list', '/help', '/error', '/settings',
	'/provider', '/provider?domain=example.net', '/addresses',
	'/addresses?d=a.example&d=b.example&done=a.example', '/faq', '/words', '/policy', '/status',
	'/contact', '/links', '/privacy', '/accessibility', '/announcement', '/check', '/mailbox',
	'/abroad'];

// Where links of letters lead; site_bed.py has the token.
const TOKENS = ['a', 'b'].map(letter => letter.repeat(26));
export const LETTERS = ['/confirm/', '/abroad/'].flatMap(
	path => TOKENS.map(token => path + token));

// What somebody types to claim a mailbox; of the name site_bed.py says what comes of it.
const claim = (name, again = 'correct horse') => ({'#code': '5012-3456-7890', '#name': name,
	'#password': 'correct horse', '#again': again});

// Pages that answer a form: path, what is typed where, the button. Behind the language.
export const FORMS = [
	['/error', {'main textarea': 'Connection to smtp.example.net timed out on port 25'}],
	['/error', {'main textarea': 'nothing that anybody knows'}],
	['/line', {}, 'main form[action$="/code"] button'],
	['/check', {}],
	...LETTERS.map(path => [path, {}]),
	...['hana', 'taken', 'wrong', 'used', 'unknown-line'].map(
		name => ['/mailbox', claim(name)]),
	['/mailbox', claim('hana', 'another horse')],
	['/abroad', {'#login': 'hana@lab.example'}],
	['/abroad', {'#login': 'hana hana'}],
];

// For members of staff, on a listener of their own; the language stands in the query.
export const STAFF_SITE = process.env.OP25B_PAGES_STAFF_URL;
export const STAFF = [
	['/staff/', null],
	['/staff/', {'#address': CALLERS.dynamic, '#reason': 'a call'}],
	['/staff/log', null],
	['/staff/log', {'#reason': 'an audit'}],
	['/ops/', null],
];

// Every outcome has a page, whether a link leads to it or not.
export const OUTCOMES = [...readFileSync(
	`${process.env.OP25B_SOURCE_DIR}/src/web/outcome.h`, 'utf8')
	.matchAll(/^\tX\([A-Z_]+,\s*"([a-z-]+)"/gm)].map(([, id]) => id);
