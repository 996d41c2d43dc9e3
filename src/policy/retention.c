/* SPDX-License-Identifier: BSD-2-Clause */
/* How long what is recorded of people is kept. */
#include "policy/reader.h"

static void read_lines(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	op25b_read_duration(r, value, &retention->lines);
}

static void read_mail_log(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	op25b_read_duration(r, value, &retention->mail_log);
}

static void read_codes(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	op25b_read_duration(r, value, &retention->codes);
}

static void read_staff_log(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	op25b_read_duration(r, value, &retention->staff_log);
}

void op25b_read_retention(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "lines", read_lines, NULL },
		{ "mail_log", read_mail_log, NULL },
		{ "codes", read_codes, NULL },
		{ "staff_log", read_staff_log, NULL },
	};

	op25b_walk_map(r, node, "'retention'", fields, sizeof(fields) / sizeof(fields[0]),
		       &r->policy->retention);
}
