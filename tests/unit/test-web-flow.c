/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision flow (002-15, 003-06): every way through it, on every example policy, ends as the
 * judge says, with words, remedies and somebody to ask; and what is wrong with a flow.yaml.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/live-tables.h"
#include "web/flow.h"
#include "web/keys.h"
#include "web/page.h"

#define BEFORE 1775000000 /* 2026-03-31 */
#define AFTER  1811808000 /* 2027-06-01 */

static const char *const policies[] = { "a-reseller", "b-foreign-relay", "c-two-remedies",
					"d-cable",    "e-national",      "wholesaler" };

struct bed {
	struct op25b_policy *policy;
	struct op25b_live_tables tables;
	struct op25b_web_data *data;
	struct op25b_judge judge;
	struct op25b_flow_ask ask;
	size_t ends, judged;
};

static void set_up(struct bed *bed, const char *name, int64_t now)
{
	struct op25b_findings findings;
	char path[512];

	memset(bed, 0, sizeof(*bed));
	snprintf(path, sizeof(path), "%s/policies/%s.yaml", getenv("OP25B_SOURCE_DIR"), name);
	assert_int_equal(op25b_policy_load(path, now, &bed->policy, &findings), 0);
	op25b_findings_free(&findings);
	assert_int_equal(op25b_live_tables_make(bed->policy, now, NULL, NULL, &bed->tables), 0);
	assert_int_equal(op25b_web_data_load(NULL, bed->policy, &bed->data, &findings), 0);
	op25b_findings_free(&findings);
	bed->judge = (struct op25b_judge){ .policy = bed->policy,
					   .tables = &bed->tables.tables,
					   .sessions_known = true };
	bed->ask = (struct op25b_flow_ask){ .flow = bed->data->flow,
					    .judge = &bed->judge,
					    .now = now };
}

static void tear_down(struct bed *bed)
{
	op25b_web_data_free(&bed->data);
	op25b_live_tables_done(&bed->tables);
	op25b_policy_free(&bed->policy);
}

static bool has_v4(const struct op25b_service *service)
{
	for (size_t i = 0; i < service->n_pools; i++) {
		if (service->pools[i].prefix.family == OP25B_V4)
			return true;
	}
	return false;
}

/* What the judge says of the service and use of a way that ended by a verdict. */
static void expect_judged(struct bed *bed, const struct op25b_flow_state *state)
{
	const uint8_t family = has_v4(state->service) ? OP25B_V4 : OP25B_V6;
	struct op25b_finding_of_use of;

	op25b_judge_service(&bed->judge, state->service, state->use, family, bed->ask.now, &of);
	if (!of.asked)
		op25b_judge_service(&bed->judge, state->service, OP25B_USE_OTHER_SERVER, family,
				    bed->ask.now, &of);
	assert_int_equal(state->verdict, of.outcome);
	assert_int_equal(state->finding.reason, of.reason);
	bed->judged++;
}

static void walk(struct bed *bed, struct op25b_flow_state state, size_t questions);

static void step(struct bed *bed, const struct op25b_flow_state *from, size_t answer,
		 const struct op25b_service *service, size_t questions)
{
	struct op25b_flow_state by_index = *from, by_name = *from;
	const struct op25b_flow_node *node = &bed->ask.flow->nodes[from->node];

	op25b_flow_go(&bed->ask, &by_index, answer, service);
	assert_true(op25b_flow_answer(&bed->ask, &by_name,
				      service ? service->id : node->answers[answer].id));
	assert_memory_equal(&by_index, &by_name, offsetof(struct op25b_flow_state, finding));
	walk(bed, by_index, questions + 1);
}

static void walk(struct bed *bed, struct op25b_flow_state state, size_t questions)
{
	const struct op25b_flow_node *node = &bed->ask.flow->nodes[state.node];

	assert_in_range(questions, 0, OP25B_FLOW_QUESTIONS);
	if (state.ended) {
		bed->ends++;
		assert_in_range(state.outcome, 0, OP25B_OUTCOME_COUNT - 1);
		assert_true(op25b_outcome_title(state.outcome) >= 0);
		if (state.judged)
			expect_judged(bed, &state);
		return;
	}
	for (size_t i = 0; i < node->n; i++)
		step(bed, &state, i, NULL, questions);
	for (size_t i = 0; node->has_services && i < bed->policy->n_services; i++) {
		if (bed->policy->services[i].tenant == bed->ask.tenant)
			step(bed, &state, 0, &bed->policy->services[i], questions);
	}
}

static void every_way_on_every_example_policy_ends_as_the_judge_says(void **state)
{
	static const int64_t times[] = { BEFORE, AFTER };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(policies) / sizeof(policies[0]); i++) {
		struct op25b_flow_state first;
		struct bed bed;

		set_up(&bed, policies[i / 2], times[i % 2]);
		for (uint32_t tenant = 0; tenant < bed.policy->n_tenants; tenant++) {
			bed.ask.tenant = tenant;
			op25b_flow_begin(&bed.ask, &first);
			walk(&bed, first, 0);
		}
		/* Each after four ways of sending with two answers on the port, and one more. */
		assert_true(bed.ends > 20);
		assert_true(bed.judged >= 9 * bed.policy->n_services);
		tear_down(&bed);
	}
}

/* Each service is in exactly one row of those below the same answers, and rows end as steps do. */
static void rows_say_what_steps_say(void **state)
{
	static struct op25b_flow_row rows[OP25B_FLOW_ROWS];
	struct bed bed;
	size_t n, seen = 0;

	(void)state;
	set_up(&bed, "e-national", AFTER);
	n = op25b_flow_rows(&bed.ask, rows);
	assert_in_range(n, 20, OP25B_FLOW_ROWS - 1);
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].services)
			continue;
		for (size_t j = 0; j < bed.policy->n_services; j++) {
			struct op25b_flow_state one = { .node = rows[i].node, .use = rows[i].use };

			op25b_flow_go(&bed.ask, &one, 0, &bed.policy->services[j]);
			if (!op25b_flow_row_has(&bed.ask, &rows[i], &bed.policy->services[j]))
				continue;
			seen++;
			assert_int_equal(one.ended, rows[i].ends);
			if (one.ended)
				assert_int_equal(one.outcome, rows[i].outcome);
			else
				assert_int_equal(one.node, rows[i].asks);
		}
	}
	/* After own server, hosting, other server, server at home and device, each service once. */
	assert_int_equal(seen, 5 * bed.policy->n_services);
	tear_down(&bed);
}

/* The findings of a flow.yaml of the operator's. Returns whether it was taken. */
static bool load(const char *text, char *ret, size_t size)
{
	char folder[] = "/tmp/op25b-flow-XXXXXX", path[64];
	struct op25b_policy *policy;
	struct op25b_web_data *data = NULL;
	struct op25b_findings findings;
	FILE *file, *out;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/flow.yaml", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(op25b_policy_load_buffer("p", "op25b: 1\n", 9, AFTER, &policy, &findings),
			 0);
	op25b_findings_free(&findings);
	op25b_web_data_load(folder, policy, &data, &findings);
	memset(ret, 0, size);
	out = fmemopen(ret, size - 1, "w");
	op25b_findings_print(&findings, out);
	fclose(out);
	op25b_findings_free(&findings);
	unlink(path);
	rmdir(folder);
	op25b_policy_free(&policy);
	if (!data)
		return false;
	op25b_web_data_free(&data);
	return true;
}

#define TEXT           "{en: a, ja: b}"
#define END            "{id: x, text: " TEXT ", outcome: unknown}"
#define Q(id, answers) "- {id: " id ", question: " TEXT ", answers: [" answers "]}\n"
#define TO(id, next)   "{id: " id ", text: " TEXT ", next: " next "}"

static void faults_of_a_flow_are_named(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "first: a\nnodes:\n" Q("a", TO("y", "b")), "there is no question 'b'" },
		{ "first: b\nnodes:\n" Q("a", END), "there is no question 'b'" },
		{ "first: a\nnodes:\n" Q("a", END) Q("a", END), "there is a question 'a' already" },
		{ "first: a\nnodes:\n" Q("a", END) Q("b", END),
		  "no way leads to the question 'b'" },
		{ "first: a\nnodes:\n" Q("a", END ", " END), "has an answer 'x' already" },
		{ "first: a\nnodes:\n" Q("a", TO("y", "a")), "comes again on it" },
		{ "first: a\nnodes:\n" Q("a", TO("y", "b")) Q("b", TO("y", "c")) Q(
			  "c", TO("y", "d")) Q("d", TO("y", "e")) Q("e", TO("y", "f")) Q("f", END),
		  "is the sixth of a way" },
		{ "first: a\nnodes:\n- {id: a, question: " TEXT ", answers: [{id: x, text: " TEXT
		  "}]}\n",
		  "give it either 'next' or 'outcome'" },
		{ "first: a\nnodes:\n- {id: a, question: " TEXT ", answers: [{id: x, text: " TEXT
		  ", outcome: fine}]}\n",
		  "'fine' is no outcome" },
		{ "first: a\nnodes:\n- {id: a, question: {en: a}, answers: [" END "]}\n",
		  "write the text in Japanese too" },
		{ "first: a\nnodes:\n- {id: a, question: flow-nothing, answers: [" END "]}\n",
		  "is no key of the catalogues" },
		{ "first: a\nverdict: {ok-line: b}\nnodes:\n- {id: a, question: " TEXT
		  ", services: verdict, answers: [" END "]}\n",
		  "there is no question 'b'" },
		{ "nodes: []\n", "name the first question" },
	};
	char says[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(load(cases[i].text, says, sizeof(says)));
		if (!strstr(says, cases[i].says))
			fail_msg("case %zu: %s", i, says);
		assert_non_null(strstr(says, "flow.yaml:"));
	}
	assert_true(load("first: a\nverdict: {ok-line: b}\nnodes:\n- {id: a, question: " TEXT
			 ", services: verdict, answers: [" END "]}\n" Q("b", TO("y", "verdict")),
			 says, sizeof(says)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_on_every_example_policy_ends_as_the_judge_says),
		cmocka_unit_test(rows_say_what_steps_say),
		cmocka_unit_test(faults_of_a_flow_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
