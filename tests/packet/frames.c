/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet tests that need no interface: frames through the real programs with
 * BPF_PROG_TEST_RUN. Needs CAP_BPF and CAP_NET_ADMIN; without them it skips. The same binary runs
 * on other kernels.
 */
#include "tests/unit/test.h"

#include "tests/packet/judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/packet/answers.h"

struct world world;

enum { TESTS_MAX = 400 };

static size_t add_cases(struct CMUnitTest *tests, size_t n, const struct packet_case *cases)
{
	for (; cases->name; cases++)
		tests[n++] = (struct CMUnitTest){ .name = cases->name,
						  .test_func = judge_case,
						  .initial_state = (void *)cases };
	return n;
}

static size_t add_answers(struct CMUnitTest *tests, size_t n, const struct answer_case *cases)
{
	for (; cases->name; cases++)
		tests[n++] = (struct CMUnitTest){ .name = cases->name,
						  .test_func = answer_case,
						  .initial_state = (void *)cases };
	return n;
}

static size_t add_tests(struct CMUnitTest *tests, size_t n, const struct CMUnitTest *more)
{
	while (more->name)
		tests[n++] = *more++;
	return n;
}

int main(void)
{
	static const struct packet_case *const tables[] = {
		cases_ports,  cases_policy, cases_upstream, cases_link,   cases_v4,    cases_v6,
		cases_tunnel, cases_silent, cases_both,     cases_shared, cases_notice
	};
	static struct CMUnitTest tests[TESTS_MAX];
	size_t n = 0;
	int code = world_open(&world);

	if (code == -EPERM) {
		printf("SKIP loading BPF programs needs CAP_BPF and CAP_NET_ADMIN\n");
		world_close(&world);
		return 77;
	}
	if (code < 0)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		n = add_cases(tests, n, tables[i]);
	n = add_answers(tests, n, answers_reset);
	n = add_answers(tests, n, answers_reset_framed);
	n = add_answers(tests, n, answers_icmp);
	n = add_tests(tests, n, tests_answers);
	n = add_tests(tests, n, tests_rates);
	n = add_tests(tests, n, tests_notices);
	n = add_tests(tests, n, tests_cut);
	code = _cmocka_run_group_tests("packet", tests, n, NULL, NULL);
	world_close(&world);
	return code;
}
