/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy of the packet tests: a service for each thing that may become of a packet. */
#include "tests/packet/world-policy.h"

#include <stdio.h>
#include <string.h>

#define NOW 1811808000 /* 2027-06-01 00:00 UTC */

static const char head[] = "op25b: 1\n"
			   "timezone: UTC\n";
static const char off[] = "reverse_path: off\n";

static const char body[] =
	"mail_servers:\n"
	"  - {id: relay, addresses: [192.0.2.25, '2001:db8:25::25'], hosts: [mail.example.net],\n"
	"     offers: [relay, submission]}\n"
	"  - {id: mx, addresses: [192.0.2.10], hosts: [mx.example.net], offers: [mx]}\n"
	"destinations:\n"
	"  - {id: carriers, addresses: [203.0.113.128/25]}\n"
	"tunnels:\n"
	"  - {kind: 4in6, endpoint: '2001:db8:af::1'}\n"
	"  - {kind: 6in4, endpoint: 192.0.2.64}\n"
	"  - {kind: 4in4, endpoint: 192.0.2.44}\n"
	"  - {kind: 6in6, endpoint: '2001:db8:66::1'}\n"
	"services:\n"
	"  - id: reset\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/24, {prefix: '2001:db8:1000::/40', line: 56}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: reset, except: [relay]}]\n"
	"  - id: unreachable\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.1.0/24, {prefix: '2001:db8:2000::/40', line: 56}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: unreachable, except: [relay]}]\n"
	"  - id: drop\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.2.0/24, {prefix: '2001:db8:3000::/40', line: 56}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: drop, except: [relay]}]\n"
	"  - id: count\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.3.0/24]\n"
	"    port25: [{from: 2027-01-01, action: count, except: [relay]}]\n"
	"  - id: later\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.4.0/24]\n"
	"    port25: [{from: 2099-01-01, action: refuse, how: reset, except: [relay]}]\n"
	"  - id: to-carriers\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.5.0/24]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: drop, to: [carriers]}]\n"
	"  - id: fixed\n"
	"    addressing: fixed\n"
	"    pools: [203.0.113.0/25, {prefix: '2001:db8:f000::/40', line: 56}]\n"
	"    port25: []\n"
	"  - id: softwire\n"
	"    addressing: shared\n"
	"    unknown_line: count\n"
	"    pools: [{prefix: 198.18.6.0/24, map: {v6: '2001:db8:1000::/40', ea: 16}}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: drop, except: [relay]}]\n"
	"  - id: notice\n"
	"    addressing: dynamic\n"
	"    pools: [198.18.7.0/24, {prefix: '2001:db8:4000::/40', line: 56}]\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: notice, manner: later,\n"
	"              except: [relay]}]\n"
	"  - id: nobody\n"
	"    addressing: dynamic\n"
	"    pools: [0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/4, '::/96', 'ff00::/8']\n"
	"    port25: [{from: 2027-01-01, action: refuse, how: reset, except: [relay]}]\n"
	"lines:\n"
	"  - {id: L-29, service: fixed, prefixes: [198.51.100.8/29]}\n"
	"  - {id: L-64, service: reset, prefixes: [198.51.100.64]}\n"
	"  - {id: L-66, service: reset, prefixes: [198.51.100.66]}\n"
	"  - {id: L-67, service: reset, prefixes: [198.51.100.67]}\n"
	"  - {id: M-34, service: fixed, prefixes: ['2001:db8:1012:3400::/56']}\n"
	"  - {id: M-35, service: reset, prefixes: ['2001:db8:1012:3500::/56']}\n"
	"  - {id: M-36, service: reset, prefixes: ['2001:db8:1012:3600::/56']}\n"
	"  - {id: M-7, service: fixed, prefixes: [198.18.6.7]}\n"
	"  - {id: L-held, service: fixed, prefixes: [203.0.113.7]}\n"
	"exemptions:\n"
	"  - {id: X-1, lines: [L-64, L-67], from: 2027-04-01, until: 2027-09-30}\n"
	"  - {id: X-3, lines: [M-36], from: 2027-04-01, until: 2027-09-30}\n"
	"  - {id: X-2, lines: [L-66], from: 2027-04-01, until: 2027-05-30}\n"
	"holds:\n"
	"  - {id: H-1, lines: [L-held], from: 2027-01-01, how: unreachable}\n"
	"  - {id: H-2, lines: [L-67], from: 2027-01-01, how: drop}\n"
	"  - {id: H-3, lines: [M-35], from: 2027-01-01, how: unreachable}\n"
	"  - {id: H-4, prefixes: [198.18.6.8], from: 2027-01-01, how: drop}\n";

int world_tables(bool one_way, struct op25b_policy **ret_policy, struct op25b_tables *ret_tables)
{
	struct op25b_findings findings = { 0 };
	struct op25b_policy *policy = NULL;
	char text[sizeof(head) + sizeof(off) + sizeof(body)];
	int code;

	snprintf(text, sizeof(text), "%s%s%s", head, one_way ? off : "", body);
	code = op25b_policy_load_buffer("world", text, strlen(text), NOW, &policy, &findings);
	if (code < 0)
		op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	if (!code)
		code = op25b_tables_make(policy, NOW, NULL, ret_tables);
	if (code < 0)
		op25b_policy_free(&policy);
	else
		*ret_policy = policy;
	return code;
}
