/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of `op25b status` about the session store that op25bd follows. */
#include <stdio.h>

#include "cli/field.h"
#include "cli/status-sessions.h"

static void print_lag(const json_t *sessions)
{
	const json_t *lag = json_object_get(sessions, "lag");
	const json_t *position = json_object_get(sessions, "position");
	const json_t *last = json_object_get(sessions, "last");

	if (!json_is_object(position)) {
		printf("            nothing of it is known yet\n");
		return;
	}
	printf("            at change %lld", op25b_field_number(position, "seq"));
	if (json_is_object(last))
		printf(" of %lld", op25b_field_number(last, "seq"));
	if (json_is_integer(json_object_get(lag, "changes")))
		printf(", %lld changes and %lld s behind", op25b_field_number(lag, "changes"),
		       op25b_field_number(lag, "seconds"));
	putchar('\n');
}

static void print_nas(const json_t *sessions)
{
	json_t *nas;
	size_t i;

	json_array_foreach(json_object_get(sessions, "nas"), i, nas)
		printf("%-11s %s, last packet %s\n", i ? "" : "nas", op25b_field_text(nas, "name"),
		       op25b_field_text(nas, "last_packet"));
}

void op25b_status_print_sessions(const json_t *sessions)
{
	const json_t *held = json_object_get(sessions, "held");

	if (!json_is_object(sessions))
		return;
	printf("sessions    %s: %s\n", op25b_field_text(sessions, "state"),
	       op25b_field_text(sessions, "store"));
	print_lag(sessions);
	if (json_is_object(held))
		printf("            %lld prefixes (%lld IPv4, %lld IPv6) of %lld holders in force, "
		       "snapshot of %s\n",
		       op25b_field_number(held, "prefixes"), op25b_field_number(held, "v4"),
		       op25b_field_number(held, "v6"), op25b_field_number(held, "holders"),
		       op25b_field_text(sessions, "last_snapshot"));
	print_nas(sessions);
}
