/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25bd has seen of a line within an hour, for people; see lines.h. */
#include <stdio.h>

#include "cli/field.h"
#include "cli/lines.h"

void op25b_lines_print_facts(const json_t *facts)
{
	const json_t *last = json_object_get(facts, "last");
	const long long n = op25b_field_number(facts, "attempts");
	const long long to = op25b_field_number(facts, "destinations");
	const int suspect = json_is_true(json_object_get(facts, "suspect"));

	if (!json_is_object(facts))
		return;
	if (!json_is_true(json_object_get(facts, "kept"))) {
		printf("%-10s not known: nothing is kept of it\n", "refused");
		return;
	}
	if (n)
		printf("%-10s %lld attempt%s in the last %lld minutes, to %lld%s destination%s\n",
		       "refused", n, n == 1 ? "" : "s", op25b_field_number(facts, "since") / 60, to,
		       suspect ? " or more" : "", to == 1 ? "" : "s");
	else
		printf("%-10s no attempt in the last %lld minutes\n", "refused",
		       op25b_field_number(facts, "since") / 60);
	if (json_is_object(last))
		printf("%-10s the last at %s: %s, %s, service %s\n", "",
		       op25b_field_text(last, "at"), op25b_field_text(last, "reason"),
		       op25b_field_text(last, "family"), op25b_field_text(last, "service"));
	if (suspect)
		printf("%-10s so many destinations may be an infected machine; ask before you "
		       "say so\n",
		       "suspect");
}
