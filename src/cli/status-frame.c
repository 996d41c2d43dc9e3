/* SPDX-License-Identifier: BSD-2-Clause */
/* See status-frame.h. */
#include "cli/status-frame.h"

#include <stdio.h>

#include "cli/field.h"

void op25b_status_begin(const json_t *answer, const char *daemon)
{
	printf("%s %s, pid %lld, since %s\n", daemon, op25b_field_text(answer, "version"),
	       op25b_field_number(answer, "pid"), op25b_field_text(answer, "started_at"));
}

void op25b_status_end(const json_t *answer, const char *doing)
{
	json_t *problem;
	size_t i;

	json_array_foreach(json_object_get(answer, "problems"), i, problem)
		printf("PROBLEM       %s\n", json_string_value(problem));
	if (json_is_true(json_object_get(answer, "ok")))
		printf("verdict       %s, no problems\n", doing);
}
