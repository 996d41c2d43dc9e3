/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of `op25b status` about the session store that op25bd follows. */
#include <stdio.h>

#include "cli/status-sessions.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static long long number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_lag(const json_t *sessions)
{
	const json_t *lag = json_object_get(sessions, "lag");
	const json_t *position = json_object_get(sessions, "position");
	const json_t *last = json_object_get(sessions, "last");

	if (!json_is_object(position)) {
		printf("            nothing of it is known yet\n");
		return;
	}
	printf("            at change %lld", number_of(position, "seq"));
	if (json_is_object(last))
		printf(" of %lld", number_of(last, "seq"));
	if (json_is_integer(json_object_get(lag, "changes")))
		printf(", %lld changes and %lld s behind", number_of(lag, "changes"),
		       number_of(lag, "seconds"));
	putchar('\n');
}

static void print_nas(const json_t *sessions)
{
	json_t *nas;
	size_t i;

	json_array_foreach(json_object_get(sessions, "nas"), i, nas)
		printf("%-11s %s, last packet %s\n", i ? "" : "nas", text_of(nas, "name"),
		       text_of(nas, "last_packet"));
}

void op25b_status_print_sessions(const json_t *sessions)
{
	const json_t *held = json_object_get(sessions, "held");

	if (!json_is_object(sessions))
		return;
	printf("sessions    %s: %s\n", text_of(sessions, "state"), text_of(sessions, "store"));
	print_lag(sessions);
	if (json_is_object(held))
		printf("            %lld prefixes (%lld IPv4, %lld IPv6) of %lld holders in force, "
		       "snapshot of %s\n",
		       number_of(held, "prefixes"), number_of(held, "v4"), number_of(held, "v6"),
		       number_of(held, "holders"), text_of(sessions, "last_snapshot"));
	print_nas(sessions);
}
