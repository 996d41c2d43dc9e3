/* SPDX-License-Identifier: BSD-2-Clause */
/* How long what is recorded of people is kept. */
#include <inttypes.h>

#include "policy/duration.h"
#include "policy/reader.h"

#define MOST_DAYS 36500

static void read_duration(struct op25b_reader *r, const struct op25b_node *value, int64_t *ret)
{
	const char *text = op25b_walk_text(r, value, "a length of time");
	int64_t seconds = 0;

	if (!text)
		return;
	if (op25b_duration_parse(text, &seconds) || seconds > (int64_t)MOST_DAYS * 86400) {
		op25b_find_error(r->finder, &value->place,
				 "'%s' is no length of time from 1s to %dd; write one like 180d, "
				 "12h, 10m or 90s",
				 text, MOST_DAYS);
		return;
	}
	*ret = seconds;
}

static void read_lines(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	read_duration(r, value, &retention->lines);
}

static void read_mail_log(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	op25b_read_later(r, value, OP25B_LATER_MAIL_LOG, OP25B_SCALAR);
	read_duration(r, value, &retention->mail_log);
}

static void read_codes(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	op25b_read_later(r, value, OP25B_LATER_CODES, OP25B_SCALAR);
	read_duration(r, value, &retention->codes);
}

static void read_staff_log(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_retention *retention = object;

	op25b_read_later(r, value, OP25B_LATER_STAFF_LOG, OP25B_SCALAR);
	read_duration(r, value, &retention->staff_log);
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
