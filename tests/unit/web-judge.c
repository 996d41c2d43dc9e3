/* SPDX-License-Identifier: BSD-2-Clause */
/* See web-judge.h. */
#include "tests/unit/web-judge.h"

#include "policy/date.h"

const char judge_servers[] =
	"op25b: 1\n"
	"mail_servers:\n"
	"  - {id: mx, addresses: [192.0.2.1, 192.0.2.2/31], offers: [mx]}\n"
	"  - {id: relay, addresses: [192.0.2.24/30, \"2001:db8:25::25\"], offers: [relay]}\n"
	"  - {id: hosting, addresses: [192.0.2.40], offers: [hosting]}\n"
	"destinations:\n"
	"  - {id: carriers, addresses: [192.0.2.4, 203.0.113.192/27]}\n"
	"  - {id: six, addresses: [\"2001:db8::/125\"]}\n";

const char judge_stages[] =
	"services:\n"
	"  - id: fibre\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/25, {prefix: \"2001:db8:a000::/40\", line: 56}]\n"
	"    port25:\n"
	"      - {from: 2027-02-01Z, action: count, except: [relay]}\n"
	"      - {from: 2027-04-01Z, action: refuse, how: reset, except: [relay]}\n"
	"      - {from: 2027-06-01Z, action: refuse, how: drop}\n"
	"  - {id: open, addressing: fixed, pools: [203.0.113.0/26], port25: []}\n"
	"lines:\n"
	"  - {id: L-1, service: fibre, prefixes: [198.51.100.9, \"2001:db8:a000:100::/56\"]}\n"
	"  - {id: L-2, service: open, prefixes: [\"2001:db8:a000:100::/64\", 198.51.100.10]}\n"
	"exemptions:\n"
	"  - {id: X-1, lines: [L-1], from: 2027-04-01Z, until: 2027-04-30Z}\n"
	"  - {id: X-2, lines: [L-1], from: 2027-04-20Z, until: 2027-05-10Z}\n"
	"holds:\n"
	"  - {id: H-1, lines: [L-1], from: 2027-01-10Z, until: 2027-01-20Z, how: unreachable}\n"
	"  - {id: H-2, lines: [L-2], from: 2027-01-10Z}\n";

int64_t date(const char *text)
{
	struct op25b_zone zone = { 0 };
	char utc[32];
	int64_t at;

	snprintf(utc, sizeof(utc), "%sT00:00Z", text);
	assert_int_equal(op25b_date_parse(utc, &zone, false, &at), 0);
	return at;
}

void set_up(struct bed *bed, const char *head, const char *rest, const char *now)
{
	struct op25b_findings findings;
	char text[8192];
	int n = snprintf(text, sizeof(text), "%s%s", head, rest);

	*bed = (struct bed){ .now = date(now) };
	if (op25b_policy_load_buffer("policy.yaml", text, (size_t)n, bed->now, &bed->policy,
				     &findings))
		op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert_non_null(bed->policy);
	assert_int_equal(op25b_owner_index_make(bed->policy, &bed->owners), 0);
	assert_int_equal(op25b_live_tables_make(bed->policy, bed->now, NULL, NULL, &bed->lt), 0);
	bed->judge = (struct op25b_judge){ .policy = bed->policy,
					   .owners = bed->owners,
					   .tables = &bed->lt.tables,
					   .sessions_known = true };
}

void tear_down(struct bed *bed)
{
	op25b_live_tables_done(&bed->lt);
	op25b_owner_index_done(&bed->owners);
	op25b_policy_free(&bed->policy);
}

struct op25b_prefix whole(const char *text)
{
	struct op25b_prefix p;

	assert_int_equal(op25b_prefix_parse(text, &p), OP25B_PREFIX_FINE);
	return p;
}

void come_from(struct bed *bed, const char *address)
{
	struct op25b_prefix from = whole(address);

	op25b_judge_line(&bed->judge, &from, 0, bed->now, &bed->line);
}

struct op25b_finding_of_use use_of(const struct bed *bed, enum op25b_use use)
{
	struct op25b_finding_of_use f;

	op25b_judge_use(&bed->judge, &bed->line, use, bed->now, &f);
	return f;
}

void expect(const struct bed *bed, enum op25b_use use, const char *outcome, const char *reason)
{
	struct op25b_finding_of_use f = use_of(bed, use);

	assert_true(f.asked);
	assert_string_equal(op25b_outcome_id(f.outcome), outcome);
	assert_string_equal(op25b_words_name(&op25b_words_reason, f.reason), reason);
}

struct op25b_line_answer answer_of(const struct bed *bed)
{
	struct op25b_finding_of_use uses[OP25B_USE_COUNT];
	struct op25b_line_answer answer;

	for (enum op25b_use i = 0; i < OP25B_USE_COUNT; i++)
		uses[i] = use_of(bed, i);
	op25b_judge_answer(uses, &answer);
	return answer;
}

void expect_answer(const struct bed *bed, enum op25b_verdict_word verdict, const char *outcome)
{
	struct op25b_line_answer answer = answer_of(bed);

	assert_string_equal(op25b_outcome_id(answer.outcome), outcome);
	assert_int_equal(answer.verdict, verdict);
}
