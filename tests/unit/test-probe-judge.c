/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verdicts, from what rows came to. A row is written "PORT RESULT", after "c" of the control host,
 * after "x" of the host's MX, after "6" by IPv6.
 */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "probe/json.h"
#include "probe/judge.h"

#define ROWS 16

struct world {
	struct op25b_probe_report report;
	struct op25b_probe_host hosts[3];
	struct op25b_probe_row rows[ROWS];
};

static enum op25b_probe_result result_of(const char *name)
{
	int i = 0;

	while (i < OP25B_PROBE_N_RESULTS &&
	       strcmp(op25b_probe_result_name((enum op25b_probe_result)i), name) != 0)
		i++;
	assert_true(i < OP25B_PROBE_N_RESULTS);
	return (enum op25b_probe_result)i;
}

static enum op25b_probe_stage stage_of(enum op25b_probe_result result)
{
	static const enum op25b_probe_stage stages[] = {
		[OP25B_PROBE_OPEN] = OP25B_PROBE_AUTH_STAGE,
		[OP25B_PROBE_TIMEOUT] = OP25B_PROBE_CONNECT_STAGE,
		[OP25B_PROBE_RESET] = OP25B_PROBE_CONNECT_STAGE,
		[OP25B_PROBE_PROHIBITED] = OP25B_PROBE_CONNECT_STAGE,
		[OP25B_PROBE_UNREACHABLE] = OP25B_PROBE_CONNECT_STAGE,
		[OP25B_PROBE_NO_ROUTE] = OP25B_PROBE_CONNECT_STAGE,
		[OP25B_PROBE_NO_SOURCE] = OP25B_PROBE_CONNECT_STAGE,
		[OP25B_PROBE_NOTICE] = OP25B_PROBE_GREETING_STAGE,
		[OP25B_PROBE_SILENT] = OP25B_PROBE_GREETING_STAGE,
		[OP25B_PROBE_CLOSED] = OP25B_PROBE_GREETING_STAGE,
		[OP25B_PROBE_REFUSED] = OP25B_PROBE_GREETING_STAGE,
		[OP25B_PROBE_NOT_SMTP] = OP25B_PROBE_GREETING_STAGE,
		[OP25B_PROBE_PROXY] = OP25B_PROBE_GREETING_STAGE,
		[OP25B_PROBE_EHLO_REFUSED] = OP25B_PROBE_EHLO_STAGE,
		[OP25B_PROBE_NO_STARTTLS] = OP25B_PROBE_STARTTLS_STAGE,
		[OP25B_PROBE_TLS_FAILED] = OP25B_PROBE_TLS_STAGE,
		[OP25B_PROBE_CERTIFICATE] = OP25B_PROBE_CERTIFICATE_STAGE,
		[OP25B_PROBE_NO_AUTH] = OP25B_PROBE_AUTH_STAGE,
	};

	return stages[result];
}

static void add_row(struct world *world, const char *text)
{
	struct op25b_probe_row *row = &world->rows[world->report.n_rows++];
	char *rest;

	row->address.ss_family = AF_INET;
	row->control = *text == 'c';
	row->host = *text == 'c' ? 1 : *text == 'x' ? 2 : 0;
	text += *text == 'c' || *text == 'x';
	row->address.ss_family = *text == '6' ? AF_INET6 : AF_INET;
	text += *text == '6';
	/* Each host its address. */
	if (row->address.ss_family == AF_INET)
		((struct sockaddr_in *)&row->address)->sin_addr.s_addr =
			htonl(1 + (uint32_t)row->host);
	row->port = (uint16_t)strtoul(text, &rest, 10);
	assert_int_equal(*rest, ' ');
	row->result = result_of(rest + 1);
	row->stage = stage_of(row->result);
}

/* Rows, with commas between. */
static void make(struct world *world, const char *rows)
{
	char text[256], *rest = text;

	memset(world, 0, sizeof(*world));
	world->report.hosts = world->hosts;
	world->report.rows = world->rows;
	world->report.n_hosts = 3;
	for (size_t i = 0; i < 3; i++) {
		snprintf(world->hosts[i].name, OP25B_PROBE_NAME, "%s",
			 i == 1 ? "relay.isp.test" : "mail.far.test");
		world->hosts[i].dns = OP25B_PROBE_DNS_FOUND;
		world->hosts[i].n_v4 = 1;
	}
	world->hosts[1].control = true;
	snprintf(text, sizeof(text), "%s", rows);
	while (rest && *rest)
		add_row(world, strsep(&rest, ","));
}

static bool is_noted(const struct op25b_probe_judgement *j, const char *name)
{
	for (size_t i = 0; i < j->n_notes; i++) {
		if (!strcmp(op25b_probe_note_name(j->notes[i].note), name))
			return true;
	}
	return false;
}

static const struct {
	const char *rows, *verdict, *outcome;
	int exit;
	const char *note;
} cases[] = {
	{ "25 open,587 open,465 open", "works", NULL, 0, NULL },
	{ "25 open,587 open,465 reset", "works", NULL, 0, NULL },
	{ "25 open", "works", NULL, 0, NULL },
	{ "587 open,6587 timeout", "works", NULL, 0, "differs" },
	{ "587 open,6587 no-route", "works", NULL, 0, "not-from-here" },
	/* Port 25 closed; the neighbours show that it is port 25. */
	{ "25 timeout,587 open,465 open", "port-25-closed", NULL, 11, "give-control" },
	{ "25 reset,587 open", "port-25-closed", NULL, 12, "use-submission" },
	{ "25 prohibited,587 open", "port-25-closed", NULL, 13, "use-submission" },
	{ "25 timeout,587 reset,465 reset", "port-25-closed", NULL, 11, "own-server" },
	{ "25 timeout,587 certificate", "port-25-closed", NULL, 11, "own-server" },
	{ "25 timeout", "port-25-closed", NULL, 11, "give-control" },
	/* One family that is refused is a refusal; one that is broken is not. */
	{ "25 timeout,625 open,587 open,6587 open", "port-25-closed", NULL, 11, "differs" },
	{ "25 notice,625 open,587 open", "port-25-notice", "affected-other-server", 20, "differs" },
	{ "25 open,625 timeout,587 open,6587 timeout", "works", NULL, 0, "differs" },
	/* ... and the control host whose it is. */
	{ "25 timeout,587 open,c25 open,c587 open", "port-25-closed-there", "affected-other-server",
	  11, "use-submission" },
	{ "25 reset,c25 open,c587 open", "port-25-closed-there", "affected-other-server", 12,
	  "own-server" },
	{ "25 timeout,587 reset,c25 open,c587 open", "port-25-closed-there",
	  "affected-other-server", 11, NULL },
	{ "25 timeout,587 open,c25 timeout,c587 open", "port-25-closed-everywhere",
	  "elsewhere-blocked", 11, "ask-network" },
	{ "25 prohibited,c25 prohibited,c587 open", "port-25-closed-everywhere",
	  "elsewhere-blocked", 13, "ask-network" },
	{ "25 timeout,587 open,c25 notice,c587 open", "port-25-closed-everywhere",
	  "elsewhere-blocked", 11, NULL },
	{ "25 timeout,587 open,c25 reset,c587 reset", "port-25-closed-everywhere",
	  "elsewhere-blocked", 11, NULL },
	/* Nothing answers. */
	{ "25 timeout,587 timeout,465 timeout", "no-answer", NULL, 11, "give-control" },
	{ "25 timeout,587 timeout,c25 open,c587 open", "server-down", NULL, 11, "ask-server" },
	{ "25 timeout,587 timeout,c25 timeout,c587 open", "server-down", NULL, 11, "ask-server" },
	{ "25 timeout,587 timeout,c25 timeout,c587 timeout", "no-way-out", NULL, 11,
	  "ask-network" },
	{ "25 timeout,c25 timeout,c587 timeout", "no-way-out", NULL, 11, "ask-network" },
	{ "587 timeout,c587 open", "server-down", NULL, 11, "ask-server" },
	/* Told so. */
	{ "25 notice,587 open", "port-25-notice", "affected-other-server", 20, "use-submission" },
	{ "25 notice,587 timeout,c25 open", "port-25-notice", "affected-other-server", 20, NULL },
	{ "25 proxy,587 open", "something-between", "security-software", 21, "ask-network" },
	{ "25 refused,587 open", "server-refuses", NULL, 21, "ask-server" },
	{ "25 ehlo-refused", "server-refuses", NULL, 22, "ask-server" },
	{ "25 silent,587 open", "port-25-fails", NULL, 21, "ask-server" },
	{ "25 not-smtp,587 open", "port-25-fails", NULL, 21, "ask-server" },
	/* Submission. */
	{ "25 open,587 reset,465 reset", "no-submission", "provider-no-submission", 12,
	  "ask-server" },
	{ "587 reset,465 reset,c587 open", "no-submission", "provider-no-submission", 12, NULL },
	{ "587 reset,465 reset", "no-answer", NULL, 12, "give-control" },
	{ "25 open,587 tls-failed,465 reset", "submission-fails", "settings-tls", 29, NULL },
	{ "587 no-starttls", "submission-fails", "settings-tls", 29, NULL },
	{ "465 certificate", "submission-fails", "settings-tls", 27, NULL },
	{ "587 no-auth", "submission-fails", "provider-no-submission", 28, NULL },
	{ "587 proxy", "submission-fails", "security-software", 29, NULL },
	/* Not from here. */
	{ "25 no-route,587 no-route", "not-tested", NULL, 14, "not-from-here" },
	{ "25 no-source", "not-tested", NULL, 14, "not-from-here" },
};

static void each_finding_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct op25b_probe_judgement judgement;
		struct world world;
		json_t *json;

		make(&world, cases[i].rows);
		if (!strcmp(cases[i].rows, "587 proxy"))
			world.rows[0].stage = OP25B_PROBE_STARTTLS_STAGE;
		op25b_probe_judge(&world.report, &judgement);
		print_message("# %s\n", cases[i].rows);
		assert_string_equal(op25b_probe_verdict_name(judgement.verdict), cases[i].verdict);
		if (cases[i].outcome)
			assert_string_equal(judgement.outcome, cases[i].outcome);
		else
			assert_null(judgement.outcome);
		assert_int_equal(judgement.exit, cases[i].exit);
		if (cases[i].note)
			assert_true(is_noted(&judgement, cases[i].note));
		json = op25b_probe_json(&world.report, &judgement, false, true);
		assert_non_null(json);
		assert_string_equal(json_string_value(json_object_get(json, "verdict")),
				    cases[i].verdict);
		json_decref(json);
	}
}

static void a_notice_leads_to_its_page(void **state)
{
	static const char *const outcomes[] = { "affected-own-server", "suspect",
						"affected-other-server" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct op25b_probe_judgement judgement;
		struct world world;

		make(&world, "25 notice");
		snprintf(world.rows[0].refusal.link, sizeof(world.rows[0].refusal.link),
			 "https://help.isp.test/e/%s/1842-597-281", outcomes[i]);
		op25b_probe_judge(&world.report, &judgement);
		assert_string_equal(judgement.outcome, outcomes[i]);
		assert_true(is_noted(&judgement, "read-link"));
	}
}

/* How the server of a row calls itself. */
static void name(struct world *world, size_t row, const char *itself)
{
	snprintf(world->rows[row].names_itself, OP25B_PROBE_NAME, "%s", itself);
}

static const char *greeted(const char *greeting, const char *control)
{
	struct op25b_probe_judgement judgement;
	struct world world;

	make(&world, "25 open,c25 open,587 open");
	name(&world, 0, greeting);
	name(&world, 1, control);
	op25b_probe_judge(&world.report, &judgement);
	return op25b_probe_verdict_name(judgement.verdict);
}

static void who_answers_for_two_hosts_stands_between(void **state)
{
	(void)state;
	assert_string_equal(greeted("relay.isp.test", "relay.isp.test"), "something-between");
	assert_string_equal(greeted("mail.far.test", "relay.isp.test"), "works");
	/* One owner's server may have two names and addresses. */
	assert_string_equal(greeted("mx.far.test", "mx.far.test"), "works");
	assert_string_equal(greeted("", ""), "works");
}

static void other_names_at_other_ports_are_noted(void **state)
{
	struct op25b_probe_judgement judgement;
	struct world world;

	(void)state;
	make(&world, "25 open,587 open");
	name(&world, 0, "proxy.hotel.test");
	name(&world, 1, "mail.far.test");
	op25b_probe_judge(&world.report, &judgement);
	assert_true(is_noted(&judgement, "other-greeting"));
	name(&world, 0, "mx.far.test");
	op25b_probe_judge(&world.report, &judgement);
	assert_false(is_noted(&judgement, "other-greeting"));
}

static void names_that_lead_nowhere(void **state)
{
	static const struct {
		enum op25b_probe_dns dns;
		bool no_mail;
		const char *verdict;
	} dns[] = { { OP25B_PROBE_DNS_NO_NAME, false, "no-such-name" },
		    { OP25B_PROBE_DNS_NO_ADDRESS, false, "no-address" },
		    { OP25B_PROBE_DNS_FAILED, false, "no-dns" },
		    { OP25B_PROBE_DNS_NO_ADDRESS, true, "takes-no-mail" } };

	(void)state;
	for (size_t i = 0; i < sizeof(dns) / sizeof(dns[0]); i++) {
		struct op25b_probe_judgement judgement;
		struct world world;

		make(&world, "c25 open");
		world.hosts[0].dns = dns[i].dns;
		world.hosts[0].n_v4 = 0;
		world.hosts[0].takes_no_mail = dns[i].no_mail;
		op25b_probe_judge(&world.report, &judgement);
		assert_string_equal(op25b_probe_verdict_name(judgement.verdict), dns[i].verdict);
		assert_int_equal(judgement.exit, 10);
	}
}

static void a_status_is_of_all_hosts(void **state)
{
	static const struct {
		const char *rows, *verdict;
		int exit;
	} status[] = { { "25 timeout,587 open,x465 open", "works", 0 },
		       { "587 open,x465 timeout,x587 open", "works", 0 },
		       { "587 open,x465 timeout", "failing", 11 },
		       { "587 no-auth,x465 open", "failing", 28 },
		       { "587 no-route,x465 no-route", "not-tested", 14 },
		       { "25 open,x25 open", "works", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(status) / sizeof(status[0]); i++) {
		struct op25b_probe_judgement judgement;
		struct world world;

		make(&world, status[i].rows);
		op25b_probe_judge_status(&world.report, &judgement);
		assert_string_equal(op25b_probe_verdict_name(judgement.verdict), status[i].verdict);
		assert_int_equal(judgement.exit, status[i].exit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_finding_has_its_verdict),
		cmocka_unit_test(a_notice_leads_to_its_page),
		cmocka_unit_test(who_answers_for_two_hosts_stands_between),
		cmocka_unit_test(other_names_at_other_ports_are_noted),
		cmocka_unit_test(names_that_lead_nowhere),
		cmocka_unit_test(a_status_is_of_all_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
