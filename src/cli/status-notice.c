/* SPDX-License-Identifier: BSD-2-Clause */
/* See status-notice.h. */
#include "cli/status-notice.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/field.h"

static void print_families(const json_t *notice)
{
	bool v4 = json_is_true(json_object_get(notice, "v4"));
	bool v6 = json_is_true(json_object_get(notice, "v6"));

	if (!json_is_true(json_object_get(notice, "wanted")))
		printf(", not asked for by the policy in force\n");
	else
		printf(", %s, %lld doors\n",
		       v4 && v6 ? "IPv4 and IPv6" :
		       v4       ? "IPv4 only" :
		       v6       ? "IPv6 only" :
				  "NOT ROUTED to this host",
		       op25b_field_number(notice, "doors"));
}

static void print_counts(const json_t *counts)
{
	static const struct {
		const char *key, *text;
	} rows[] = {
		{ "refused_per_line", "too many of a line" },
		{ "refused_full", "too many in all" },
		{ "late", "too slow" },
		{ "unread", "unread" },
	};

	printf("            %lld told since it started, %lld of %lld connections open, of %lld "
	       "lines",
	       op25b_field_number(counts, "served"), op25b_field_number(counts, "open"),
	       op25b_field_number(counts, "limit"), op25b_field_number(counts, "lines"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (op25b_field_number(counts, rows[i].key))
			printf(", %s %lld", rows[i].text, op25b_field_number(counts, rows[i].key));
	}
	putchar('\n');
}

void op25b_status_print_notice(const json_t *notice)
{
	const char *responder = op25b_field_text(notice, "responder");

	if (!json_is_object(notice) || !strcmp(responder, "not-configured"))
		return;
	printf("notice      responder %s", responder);
	if (json_is_integer(json_object_get(notice, "pid")))
		printf(", pid %lld", op25b_field_number(notice, "pid"));
	print_families(notice);
	if (json_is_object(json_object_get(notice, "counts")))
		print_counts(json_object_get(notice, "counts"));
}
