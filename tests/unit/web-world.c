/* SPDX-License-Identifier: BSD-2-Clause */
/* See web-world.h. */
#include "tests/unit/web-world.h"

#include <string.h>

#include "policy/prefix.h"

static const char root_policy[] =
	"op25b: 1\n"
	"timezone: Asia/Tokyo\n"
	"provider: {name: {en: Root Net, ja: 本家ネット}, contact: {support: \"tel:+81-3-0000-0009\","
	" abuse: \"mailto:abuse@root.example\"},"
	" help_url: \"https://help.root.example\"}\n"
	"mail_servers:\n"
	"  - {id: relay, addresses: [192.0.2.25], hosts: [mail.root.example],"
	" offers: [relay, submission, submissions]}\n"
	"remedies:\n"
	"  - {id: submission, takes: 10m}\n"
	"  - {id: fixed_ip, takes: 14d, cost: {en: the fee differs, ja: 料金が異なります},"
	" contact: sales, process: new-contract, changes: [account, services, fee]}\n"
	"tunnels:\n"
	"  - {kind: 4in6, endpoint: \"2001:db8:af::1\"}\n"
	"services:\n"
	"  - id: fibre\n"
	"    name: {en: Fibre <dynamic>, ja: 光}\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/25, {prefix: \"2001:db8:a000::/40\", line: 56}]\n"
	"    port25: [{from: 2027-04-01, action: refuse, how: reset, except: [relay]}]\n"
	"    remedies: {other-server: [submission, fixed_ip], home-server: [fixed_ip]}\n"
	"    support: {home-server: none}\n"
	"  - {id: cgn, name: {en: Shared, ja: 共有}, addressing: shared, unknown_line: count,"
	" pools: [203.0.113.240/28],"
	" port25: [{from: 2027-04-01, action: refuse, how: reset, except: [relay]}]}\n"
	"  - {id: fixed, name: {en: Fixed, ja: 固定}, addressing: fixed, pools: [203.0.113.0/26],"
	" port25: []}\n"
	"lines:\n"
	"  - {id: L-1, service: fibre, prefixes: [198.51.100.9/32, \"2001:db8:a000:100::/56\"]}\n"
	"  - {id: L-2, service: fibre, prefixes: [198.51.100.10/32]}\n"
	"  - {id: L-3, service: fibre, prefixes: [198.51.100.11/32]}\n"
	"exemptions:\n"
	"  - {id: X-1, lines: [L-2], from: 2027-04-01, until: 2027-09-30}\n"
	"holds: [{id: H-1, lines: [L-3], from: 2027-04-01, how: reset}]\n"
	"include: [tenant.yaml]\n";

static const char tenant_policy[] =
	"tenant: aozora\n"
	"provider: {name: {en: Aozora Line, ja: あおぞらライン}, contact: {support: "
	"\"tel:+81-3-0000-0001\"}, help_url: \"https://help.a.example\"}\n"
	"services:\n"
	"  - {id: dialup, name: {en: Dial-up, ja: ダイヤルアップ}, addressing: dynamic,"
	" pools: [198.51.100.128/26], port25: [{from: 2027-04-01, action: refuse, how: reset,"
	" except: []}]}\n";

void web_world_make(struct web_world *w, const char *policy, const char *tenant, int64_t now)
{
	const struct op25b_policy_file files[] = {
		{ "policy.yaml", policy, strlen(policy) },
		{ "tenant.yaml", tenant, tenant ? strlen(tenant) : 0 },
	};
	struct op25b_findings findings;

	memset(w, 0, sizeof(*w));
	if (op25b_policy_load_files(files, tenant ? 2 : 1, now, &w->policy, &findings)) {
		op25b_findings_print(&findings, stderr);
		fail();
	}
	op25b_findings_free(&findings);
	assert_int_equal(op25b_live_tables_make(w->policy, now, NULL, NULL, &w->tables), 0);
	assert_int_equal(op25b_wall_make(w->policy->timezone, &w->wall), 0);
	assert_int_equal(op25b_web_data_load(NULL, w->policy, &w->data, &findings), 0);
	op25b_findings_free(&findings);
	w->site.judge.policy = w->policy;
	w->site.judge.tables = &w->tables.tables;
	w->site.judge.sessions_known = true;
	w->site.wall = &w->wall;
	w->site.data = w->data;
	w->site.file = &w->file;
}

void web_world_done(struct web_world *w)
{
	op25b_web_response_done(&w->response);
	op25b_web_fields_done(&w->form);
	op25b_web_data_free(&w->data);
	op25b_live_tables_done(&w->tables);
	op25b_policy_free(&w->policy);
}

static const char *answer(struct web_world *w, struct op25b_web_request *request, const char *path,
			  const char *address)
{
	const size_t n = strcspn(path, "?");
	char plain[OP25B_WEB_PATH];

	assert_true(n < sizeof(plain));
	memcpy(plain, path, n);
	plain[n] = '\0';
	request->path = plain;
	request->accept_language = request->accept = request->origin = "";
	request->user = request->user ? request->user : "";
	assert_int_equal(op25b_prefix_parse(address, &request->caller), 0);
	if (path[n])
		assert_int_equal(
			op25b_web_fields_read(path + n + 1, strlen(path + n + 1), &request->query),
			0);
	op25b_web_response_done(&w->response);
	memset(&w->response, 0, sizeof(w->response));
	op25b_web_answer(&w->site, request, &w->facts, &w->calls, &w->response);
	op25b_web_fields_done(&request->query);
	op25b_html_bytes(&w->response.html, "", 1);
	return w->response.html.bytes;
}

const char *web_world_get(struct web_world *w, const char *path, const char *address,
			  const char *host, int64_t now)
{
	struct op25b_web_request request = { .host = host, .now = now };

	return answer(w, &request, path, address);
}

const char *web_world_staff(struct web_world *w, const char *path, int64_t now)
{
	struct op25b_web_request request = { .host = "", .now = now, .staff = true };

	return answer(w, &request, path, STRANGER);
}

const char *web_world_staff_post(struct web_world *w, const char *path, const char *form,
				 int64_t now)
{
	struct op25b_web_request request = {
		.method = OP25B_WEB_POST, .host = "", .now = now, .staff = true, .user = "aoi"
	};

	op25b_web_fields_done(&w->form);
	assert_int_equal(op25b_web_fields_read(form, strlen(form), &w->form), 0);
	request.form = w->form;
	return answer(w, &request, path, STRANGER);
}

const char *web_world_post(struct web_world *w, const char *path, const char *form,
			   const char *address, int64_t now)
{
	struct op25b_web_request request = { .method = OP25B_WEB_POST, .host = "", .now = now };

	op25b_web_fields_done(&w->form);
	assert_int_equal(op25b_web_fields_read(form, strlen(form), &w->form), 0);
	request.form = w->form;
	return answer(w, &request, path, address);
}

void page_has(const char *page, const char *text)
{
	if (!strstr(page, text)) {
		print_message("no '%s' in:\n%s\n", text, page);
		fail();
	}
}

void page_has_not(const char *page, const char *text)
{
	if (strstr(page, text)) {
		print_message("'%s' in:\n%s\n", text, page);
		fail();
	}
}

int web_world_setup(void **state)
{
	static struct web_world w;

	web_world_make(&w, root_policy, tenant_policy, START + DAY);
	*state = &w;
	return 0;
}

int web_world_setup_before(void **state)
{
	static struct web_world w;

	web_world_make(&w, root_policy, tenant_policy, START - DAY);
	*state = &w;
	return 0;
}

int web_world_teardown(void **state)
{
	web_world_done(*state);
	return 0;
}
