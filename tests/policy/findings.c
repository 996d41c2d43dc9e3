/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints what op25b_policy_load() finds in a policy, at a fixed date, and a few numbers of what
 * was loaded: the program under the golden files.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/date.h"
#include "policy/policy.h"

int main(int argc, char **argv)
{
	struct op25b_policy *policy = NULL;
	struct op25b_findings findings;
	int64_t now;
	int r;

	if (argc != 3 || op25b_date_parse_in(argv[1], NULL, &now)) {
		fprintf(stderr, "usage: %s DATE-WITH-OFFSET POLICY\n", argv[0]);
		return 2;
	}
	r = op25b_policy_load(argv[2], now, &policy, &findings);
	op25b_findings_print(&findings, stdout);
	op25b_findings_free(&findings);
	if (r) {
		printf("%s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	printf("%zu servers, %zu services, %zu lines, next change %" PRId64 "\n", policy->n_servers,
	       policy->n_services, policy->n_lines, op25b_policy_next_change(policy, now));
	op25b_policy_free(&policy);
	return EXIT_SUCCESS;
}
