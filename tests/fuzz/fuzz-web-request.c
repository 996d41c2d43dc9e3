/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes on a connection to op25b-webd, through its own reader to every page: a page, a refusal
 * or "not whole yet"; always text, always of one language, and leading only where it may.
 * The first byte says by which listener and from whom.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "policy/utf8.h"
#include "session/live-tables.h"
#include "web/answers.h"
#include "web/files.h"
#include "web/head.h"
#include "web/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1830000000 /* the stages have begun */

static const char policy_text[] =
	"op25b: 1\n"
	"timezone: Asia/Tokyo\n"
	"provider: {name: {en: Example Line, ja: 例回線}, help_url: 'https://example.net/help'}\n"
	"mail_servers:\n"
	"  - {id: relay, hosts: [mail.example.net], addresses: [192.0.2.25, '2001:db8::25'],\n"
	"     offers: [relay, submission, submissions, pop, imap]}\n"
	"services:\n"
	"  - id: dynamic\n"
	"    name: {en: Fibre, ja: 光}\n"
	"    access: ftth\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/24, {prefix: '2001:db8:1000::/40', line: 56}]\n"
	"    port25: [{from: 2027-04-01, action: refuse, how: reset, except: [relay]}]\n"
	"  - id: fixed\n"
	"    name: {en: Fixed, ja: 固定}\n"
	"    access: ftth\n"
	"    addressing: fixed\n"
	"    pools: [203.0.113.0/25]\n"
	"    port25: []\n"
	"mail:\n"
	"  domains: [example.net]\n"
	"  senders: {own: owner, foreign: confirmed}\n"
	"  limits: {p: {account: {burst: 9, hour: 9, day: 9}, message: 9, at_limit: defer}}\n"
	"  free_mailbox: {services: [dynamic], login: '^ip', per_line: 1, domain: example.net,\n"
	"                 ready: 1h}\n";

static const char file_text[] =
	"op25b_web: 1\npolicy: /\nproxies: [127.0.0.1]\nhost4: v4.example\nhost6: v6.example\n"
	"desk: /run/desk.sock\n";

static struct op25b_web_files files;
static struct op25b_live_tables tables;

static const struct op25b_site *site(void)
{
	static struct op25b_site made;
	static struct op25b_wall wall;
	struct op25b_findings findings;
	int r;

	if (made.file)
		return &made;
	r = op25b_web_file_parse("w", file_text, sizeof(file_text) - 1, &files.file, &findings);
	op25b_findings_free(&findings);
	assert(!r);
	r = op25b_policy_load_buffer("p", policy_text, sizeof(policy_text) - 1, NOW, &files.policy,
				     &findings);
	op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert(!r);
	r = op25b_web_data_load(NULL, files.policy, &files.data, &findings);
	op25b_findings_free(&findings);
	assert(!r && !op25b_wall_make(files.policy->timezone, &wall));
	assert(!op25b_live_tables_make(files.policy, NOW, NULL, NULL, &tables));
	made = (struct op25b_site){ .file = files.file, .wall = &wall, .data = files.data };
	made.judge = (struct op25b_judge){ .policy = files.policy,
					   .tables = &tables.tables,
					   .sessions_known = true };
	return &made;
}

static int draw_code(void *arg, const struct op25b_page_code *of, char ret[static 13])
{
	(void)arg;
	assert(of->line && of->outcome < OP25B_OUTCOME_COUNT && of->lang < OP25B_LANGS);
	assert(strlen(of->answers) < OP25B_ANSWERS);
	assert(strspn(of->answers, "abcdefghijklmnopqrstuvwxyz0123456789=&-_/") ==
	       strlen(of->answers));
	memcpy(ret, "2123-456-789", sizeof("2123-456-789"));
	return 0;
}

static void check(const struct op25b_web_response *response)
{
	const unsigned char *at = (const unsigned char *)response->html.bytes;
	size_t left = response->html.n;

	assert(response->status >= 200 && response->status < 600);
	assert(!response->html.failed && left < (1U << 20));
	assert(!strpbrk(response->location, "\r\n"));
	assert((response->status == 302 || response->status == 303) == !!*response->location);
	assert(!left || response->content_type);
	while (left) {
		size_t n = op25b_utf8_length(at, left);

		assert(n && (*at >= ' ' || *at == '\n' || *at == '\t' || *at == '\r'));
		at += n;
		left -= n;
	}
}

static void ask(struct op25b_web_head *head, const uint8_t *body, size_t size, uint8_t how)
{
	/* What the desk may say of a form. */
	static const struct op25b_web_facts said[] = {
		{ .desk = { .known = false } },
		{ .desk = { true, "done", "", "a", "a@b.example", 0, 3600, NOW } },
		{ .desk = { true, "wrong", "", "", "", 3, 0, 0 } },
		{ .desk = { true, "spent", "", "", "", 0, 0, 0 } },
	};
	const struct op25b_site_calls calls = { .draw_code = draw_code };
	struct op25b_web_response response = { .status = 0 };
	struct op25b_web_request request;
	struct op25b_web_wire *wire = &head->wire;
	int status;

	wire->body = size ? (const char *)body : NULL;
	wire->body_size = size;
	wire->staff = how & 1;
	wire->now = NOW;
	wire->peer = how & 2 ? (struct op25b_prefix){ OP25B_V4, 32, { 127, 0, 0, 1 } } :
			       (struct op25b_prefix){ OP25B_V4, 32, { 198, 51, 100, 7 } };
	wire->peer_port = 40000;
	status = op25b_web_request_read(site()->file, wire, &request);
	if (status) {
		assert(status >= 400 && status <= 500);
		op25b_web_refuse(site(), OP25B_JA, status, &response);
	} else {
		/* What a stranger says of himself counts for nothing. */
		if (!(how & 2))
			assert(!memcmp(&request.caller, &wire->peer, sizeof(wire->peer)) &&
			       !*request.user && !request.https);
		op25b_web_wants(&request);
		op25b_web_answer(site(), &request, &said[how >> 2 & 3], &calls, &response);
		op25b_web_request_done(&request);
	}
	check(&response);
	op25b_web_response_done(&response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t how = size ? *data : 0;

	if (size) {
		data++;
		size--;
	}
	/* One after another, as on a connection. */
	for (int i = 0; i < 4; i++) {
		struct op25b_web_head head;
		int n = op25b_web_head_read((const char *)data, size, &head);

		if (n <= 0) {
			assert(n == 0 || (n <= -400 && n >= -505));
			return 0;
		}
		assert((size_t)n <= size && head.body_size <= OP25B_WEB_BODY);
		data += n;
		size -= (size_t)n;
		if (head.too_large)
			size = 0;
		else if (size >= head.body_size)
			ask(&head, data, head.body_size, how);
		data += size < head.body_size ? size : head.body_size;
		size -= size < head.body_size ? size : head.body_size;
		op25b_web_head_done(&head);
	}
	return 0;
}
