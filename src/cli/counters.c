/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b counters`: packets by service, verdict, reason and family. */
#include <stdio.h>

#include "cli/client.h"
#include "cli/field.h"
#include "cli/rows.h"

enum { SOCKET, JSON };

static const struct op25b_option options[] = {
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[JSON] = { "json", NULL, "one JSON object, op25b.counters/1" },
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

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_counters;
	struct op25b_args args;
	json_t *answer;
	int code;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	answer = op25b_client_ask(self, args.values[SOCKET], json_pack("{s:s}", "op", "counters"),
				  &code);
	if (!answer)
		return code;
	if (args.values[JSON])
		op25b_client_print(answer);
	else
		print_text(answer);
	json_decref(answer);
	return op25b_finish(self, OP25B_EXIT_YES);
}

const struct op25b_command op25b_command_counters = {
	.name = "counters",
	.run = run,
	.usage = "[--socket PATH] [--json]",
	.help = "Show packets by service, verdict, reason and family",
	.options = options,
	.more = "Counters go on over applies, restarts and upgrades of op25bd; a reboot begins\n"
		"them anew.",
};
