/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b counters`: packets by service, verdict, reason and family; with --days by day. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/client.h"
#include "cli/counters-days.h"
#include "cli/field.h"
#include "cli/rows.h"

#define DAYS_MOST 400 /* as op25bd keeps */

enum { DAYS, SOCKET, JSON };

static const struct op25b_option options[] = {
	[DAYS] = { "days", "N", "what was refused and counted on each of the last N days" },
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[JSON] = { "json", NULL, "one JSON object, op25b.counters/1 or op25b.days/1" },
	{ 0 },
};

static void print_text(const json_t *answer)
{
	json_t *rows = json_object_get(answer, "counters"), *row, *value;
	const char *name;
	size_t i;

	printf("%-24s %-7s %-25s %-6s %16s\n", "SERVICE", "VERDICT", "REASON", "FAMILY", "PACKETS");
	json_array_foreach(rows, i, row)
		printf("%-24s %-7s %-25s %-6s %16" JSON_INTEGER_FORMAT "\n",
		       op25b_field_text(row, "service"), op25b_field_text(row, "verdict"),
		       op25b_field_text(row, "reason"), op25b_field_text(row, "family"),
		       json_integer_value(json_object_get(row, "packets")));
	printf("answers:");
	json_object_foreach(json_object_get(answer, "answers"), name, value)
		printf(" %s %" JSON_INTEGER_FORMAT, name, json_integer_value(value));
	putchar('\n');
}

/* 0: not from 1 to DAYS_MOST. */
static int read_days(const char *text)
{
	char *end;
	const long days = strtol(text, &end, 10);

	return end != text && !*end && days > 0 && days <= DAYS_MOST ? (int)days : 0;
}

/* NULL: no memory, which asking tells. */
static json_t *make_question(int days)
{
	return days ? json_pack("{s:s, s:i}", "op", "days", "days", days) :
		      json_pack("{s:s}", "op", "counters");
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_counters;
	struct op25b_args args;
	int code, days = 0;
	json_t *answer;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	if (args.values[DAYS]) {
		days = read_days(args.values[DAYS]);
		if (!days)
			return op25b_usage_error(self, "--days is a number from 1 to %d",
						 DAYS_MOST);
	}
	answer = op25b_client_ask(self, args.values[SOCKET], make_question(days), &code);
	if (!answer)
		return code;
	if (args.values[JSON])
		op25b_client_print(answer);
	else if (days)
		op25b_counters_print_days(answer);
	else
		print_text(answer);
	json_decref(answer);
	return op25b_finish(self, OP25B_EXIT_YES);
}

const struct op25b_command op25b_command_counters = {
	.name = "counters",
	.run = run,
	.usage = "[--days N] [--socket PATH] [--json]",
	.help = "Show packets by service, verdict, reason and family",
	.options = options,
	.more = "Counters go on over applies, restarts and upgrades of op25bd; a reboot begins\n"
		"them anew. Days are kept over reboots: 400 of them, of the policy's time zone.\n"
		"\n"
		"All are packets, not connections: a refused attempt is one or a few, and a\n"
		"connection that is only counted is every packet of it, both ways.",
};
