/* SPDX-License-Identifier: BSD-2-Clause */
/* Outages and maintenance (004-12): the operator's files, and what the probes saw. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/probes.h"
#include "web/status.h"

#define NOW 1811808000 /* 2027-06-01 00:00 UTC, 09:00 in Tokyo */

static const char policy_text[] =
	"op25b: 1\ntimezone: Asia/Tokyo\nservices:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/24], port25: []}\n"
	"  - {id: adsl, addressing: dynamic, pools: [203.0.113.0/24], port25: []}\n";

#define ENTRY(rest) "id: one\nkind: outage\ntext: {en: Broken, ja: 故障}\n" rest

struct bed {
	struct op25b_policy *policy;
	struct op25b_web_data *data; /* NULL: an error */
	char says[4096];
};

/* Two files of a folder status/; the second may be NULL. */
static void load(struct bed *bed, const char *one, const char *two)
{
	const char *texts[] = { one, two };
	char folder[] = "/tmp/op25b-status-XXXXXX", path[80];
	struct op25b_findings findings;
	FILE *out;

	memset(bed, 0, sizeof(*bed));
	assert_int_equal(op25b_policy_load_buffer("p", policy_text, strlen(policy_text), NOW,
						  &bed->policy, &findings),
			 0);
	op25b_findings_free(&findings);
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/status", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < 2 && texts[i]; i++) {
		snprintf(path, sizeof(path), "%s/status/%d.yaml", folder, i);
		out = fopen(path, "w");
		assert_non_null(out);
		fputs(texts[i], out);
		fclose(out);
	}
	op25b_web_data_load(folder, bed->policy, &bed->data, &findings);
	out = fmemopen(bed->says, sizeof(bed->says) - 1, "w");
	op25b_findings_print(&findings, out);
	fclose(out);
	op25b_findings_free(&findings);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/status/%d.yaml", folder, i);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/status", folder);
	rmdir(path);
	rmdir(folder);
}

static void done(struct bed *bed)
{
	op25b_web_data_free(&bed->data);
	op25b_policy_free(&bed->policy);
}

#define BOTH (1U << OP25B_AFFECTS_BIT_465 | 1U << OP25B_AFFECTS_BIT_587)

static void an_outage_holds_for_its_time_its_ports_and_its_lines(void **state)
{
	const struct op25b_status_data *status;
	const struct op25b_service *fibre, *adsl;
	struct bed bed;

	(void)state;
	load(&bed,
	     ENTRY("from: 2027-06-01T08:00\nuntil: 2027-06-01T10:00\naffects: [465, 587, pop]\n"
		   "services: [fibre]\nnext_update: 2027-06-01T09:30\n"),
	     "id: two\nkind: planned\nfrom: 2027-06-02\ntext: {en: Work, ja: 工事}\n"
	     "affects: [web]\n");
	assert_string_equal(bed.says, "");
	status = bed.data->status;
	fibre = &bed.policy->services[0];
	adsl = &bed.policy->services[1];
	assert_int_equal(status->n, 2);
	assert_string_equal(status->list[0].id, "two"); /* the latest first */
	assert_true(status->list[0].planned);
	assert_int_equal(status->list[0].until, INT64_MAX);
	assert_int_equal(status->list[1].next_update, NOW + 1800);
	assert_string_equal(status->list[1].text[OP25B_JA], "故障");
	assert_ptr_equal(op25b_status_outage(status, BOTH, fibre, NOW), &status->list[1]);
	assert_null(op25b_status_outage(status, BOTH, adsl, NOW));
	assert_null(op25b_status_outage(status, BOTH, NULL, NOW));
	assert_null(op25b_status_outage(status, BOTH, fibre, NOW - 3601));
	assert_non_null(op25b_status_outage(status, BOTH, fibre, NOW - 3600));
	assert_null(op25b_status_outage(status, BOTH, fibre, NOW + 3600));
	/* Webmail is not sending with a mail program. */
	assert_null(op25b_status_outage(status, BOTH, fibre, NOW + 3 * 86400));
	assert_null(op25b_status_outage(NULL, BOTH, fibre, NOW));
	done(&bed);
}

/* Who sends on another port has another cause, and is told what is out of order all the same. */
static void an_outage_of_one_port_is_not_everybodys(void **state)
{
	const struct op25b_status_data *status;
	const struct op25b_status_entry *all, *one;
	struct bed bed;

	(void)state;
	load(&bed, ENTRY("from: 2027-06-01T08:00\naffects: [465]\n"),
	     "id: two\nkind: outage\nfrom: 2027-06-01T07:00\naffects: [25, imap]\n"
	     "text: {en: Old port, ja: 古いポート}\n");
	status = bed.data->status;
	all = op25b_status_outage(status, BOTH, NULL, NOW);
	one = op25b_status_partly(status, BOTH, NULL, NOW);
	assert_null(all);
	assert_string_equal(one->id, "one");
	/* Where customers have that port alone it is an outage of sending. */
	all = op25b_status_outage(status, 1U << OP25B_AFFECTS_BIT_465, NULL, NOW);
	one = op25b_status_partly(status, 1U << OP25B_AFFECTS_BIT_465, NULL, NOW);
	assert_string_equal(all->id, "one");
	assert_string_equal(one->id, "two");
	assert_null(op25b_status_partly(status, BOTH, NULL, NOW - 2 * 3600 - 1));
	assert_int_equal(op25b_status_ways(bed.policy, 0, NOW), BOTH);
	done(&bed);
}

static void faults_of_an_entry_are_named(void **state)
{
	static const struct {
		const char *one, *two, *says;
	} cases[] = {
		{ ENTRY("from: yesterday\n"), NULL, "'yesterday' is no time" },
		{ ENTRY("from: 2027-06-02\nuntil: 2027-06-01\n"), NULL, "'until' is not after" },
		{ ENTRY("from: 2027-06-01\naffects: [26]\n"), NULL, "affects '26' is not known" },
		{ ENTRY("from: 2027-06-01\nservices: [fiber]\n"), NULL, "no service 'fiber'" },
		{ ENTRY("from: 2027-06-01\n"), ENTRY("from: 2027-06-02\n"),
		  "another file has the id 'one'" },
		{ "id: x\nkind: odd\nfrom: 2027-06-01\ntext: {en: a, ja: b}\n", NULL,
		  "kind 'odd' is not known" },
		{ "id: x\nkind: outage\nfrom: 2027-06-01\ntext: {en: a}\n", NULL,
		  "write the text in Japanese too" },
		{ ENTRY(""), NULL, "say since when" },
		{ "id: <x>\nkind: outage\nfrom: 2027-06-01\ntext: {en: a, ja: b}\n", NULL,
		  "lower case letters, digits and '-'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bed bed;

		load(&bed, cases[i].one, cases[i].two);
		assert_null(bed.data);
		if (!strstr(bed.says, cases[i].says))
			fail_msg("case %zu: %s", i, bed.says);
		done(&bed);
	}
}

static struct op25b_probe_facts parse(const char *text, int expected)
{
	json_t *report = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	struct op25b_probe_facts facts;

	assert_int_equal(op25b_probes_parse(report, &facts), expected);
	json_decref(report);
	return facts;
}

#define HEAD                      "{\"schema\":\"op25b.probe/1\",\"at\":1811808000,"
#define FILE_OF(rows)             HEAD "\"rows\":[" rows "]}"
#define ROW(port, works, control) "{\"port\":" port ",\"works\":" works ",\"control\":" control "}"

static void probes_are_read_as_they_are_written(void **state)
{
	struct op25b_probe_facts facts;

	(void)state;
	facts = parse(FILE_OF(ROW("465", "true", "false") "," ROW("587", "false", "false") "," ROW(
			      "25", "null", "false")),
		      0);
	assert_int_equal(facts.at, NOW);
	assert_int_equal(facts.port465, OP25B_PROBE_GOOD);
	assert_int_equal(facts.port587, OP25B_PROBE_BAD);
	assert_int_equal(facts.port25, OP25B_PROBE_UNKNOWN);
	/* One server of two works; the control host is nobody's. */
	facts = parse(FILE_OF(ROW("465", "false", "false") "," ROW("465", "true", "false") "," ROW(
			      "465", "false", "false") "," ROW("587", "true", "true")),
		      0);
	assert_int_equal(facts.port465, OP25B_PROBE_GOOD);
	assert_int_equal(facts.port587, OP25B_PROBE_UNKNOWN);
	facts = parse("", -22);
	assert_int_equal(facts.at, 0);
	parse("[]", -22);
	parse("{\"schema\":\"op25b.probe/2\",\"at\":1,\"rows\":[]}", -22);
	parse("{\"schema\":\"op25b.probe/1\",\"at\":\"1\",\"rows\":[]}", -22);
	parse("{\"schema\":\"op25b.probe/1\",\"at\":1}", -22);
	facts = parse(FILE_OF("7,{},{\"port\":{}},null"), 0);
	assert_int_equal(facts.port465, OP25B_PROBE_UNKNOWN);
}

#define FROM(works, from) "{\"port\":465,\"works\":" works ",\"control\":false,\"from\":" from "}"
#define A(n)              FROM("true", "\"192.0.2." n "\"")

/* Whence it was tried is known where each try says so, of a few addresses. */
static void probes_say_whence(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
		{ FILE_OF(A("1") "," A("1")), 1 },
		{ FILE_OF(A("1") "," FROM("false", "null")), 0 },
		{ FILE_OF(A("1") "," FROM("null", "null")), 1 },
		{ FILE_OF(FROM("true", "\"x\"")), 0 },
		{ FILE_OF(FROM("true", "\"2001:db8::1\"")), 1 },
		{ FILE_OF(A("1") "," A("2") "," A("3") "," A("4")), 4 },
		{ FILE_OF(A("1") "," A("2") "," A("3") "," A("4") "," A("5")), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(parse(cases[i].text, 0).n_from, cases[i].n);
}

static void a_probe_is_good_for_five_minutes(void **state)
{
	struct op25b_probe_facts facts = { .at = NOW, .port465 = OP25B_PROBE_BAD };

	(void)state;
	assert_int_equal(op25b_status_sending(&facts, NOW), OP25B_PROBE_BAD);
	assert_int_equal(op25b_status_sending(&facts, NOW + 300), OP25B_PROBE_BAD);
	assert_int_equal(op25b_status_sending(&facts, NOW + 301), OP25B_PROBE_UNKNOWN);
	assert_int_equal(op25b_status_sending(&facts, NOW - 1), OP25B_PROBE_UNKNOWN);
	facts.port587 = OP25B_PROBE_GOOD;
	assert_int_equal(op25b_status_sending(&facts, NOW), OP25B_PROBE_PARTLY);
	facts.port465 = OP25B_PROBE_UNKNOWN;
	assert_int_equal(op25b_status_sending(&facts, NOW), OP25B_PROBE_GOOD);
	facts = (struct op25b_probe_facts){ .at = NOW, .port25 = OP25B_PROBE_BAD };
	assert_int_equal(op25b_status_sending(&facts, NOW), OP25B_PROBE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_outage_holds_for_its_time_its_ports_and_its_lines),
		cmocka_unit_test(an_outage_of_one_port_is_not_everybodys),
		cmocka_unit_test(faults_of_an_entry_are_named),
		cmocka_unit_test(probes_are_read_as_they_are_written),
		cmocka_unit_test(probes_say_whence),
		cmocka_unit_test(a_probe_is_good_for_five_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
