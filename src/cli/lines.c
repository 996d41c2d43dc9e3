/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b lines`: which line, service, pool, exemptions and holds an address has now. */
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/rows.h"

enum { SOCKET, JSON };

static const struct op25b_option options[] = {
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[JSON] = { "json", NULL, "one JSON object, op25b.lines/1" },
	{ 0 },
};

static const char *word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static void print_grants(const json_t *answer, const char *key, const char *title)
{
	json_t *grant;
	size_t i;

	json_array_foreach(json_object_get(answer, key), i, grant) printf(
		"%-10s %s, %s, from %s until %s: %s\n", title, word(grant, "id"),
		json_is_true(json_object_get(grant, "in_force")) ? "in force" : "not in force",
		word(grant, "from"), word(grant, "until"), word(grant, "reason"));
}

static void print_rules(const json_t *answer)
{
	json_t *rule, *item;
	size_t i, j;

	json_array_foreach(json_object_get(answer, "port25"), i, rule)
	{
		printf("%-10s from %s: %s", i ? "" : "port 25", word(rule, "from"),
		       word(rule, "action"));
		if (json_is_string(json_object_get(rule, "how")))
			printf(" by %s", word(rule, "how"));
		json_array_foreach(json_object_get(rule, "except"), j, item)
			printf("%s%s", j ? ", " : ", except ", json_string_value(item));
		json_array_foreach(json_object_get(rule, "to"), j, item)
			printf("%s%s", j ? ", " : ", only to ", json_string_value(item));
		puts(json_is_true(json_object_get(rule, "begun")) ? "" : " (ahead)");
	}
}

static void print_text(const json_t *answer)
{
	printf("%-10s %s\n", "address", word(answer, "address"));
	if (!json_is_string(json_object_get(answer, "service"))) {
		printf("%-10s none: not a subscriber's address\n", "service");
	} else {
		printf("%-10s %s (%s), found by its %s\n", "service", word(answer, "service"),
		       word(answer, "addressing"), word(answer, "found_by"));
		printf("%-10s %s\n", "pool", word(answer, "pool"));
		printf("%-10s %s %s\n", "line", word(answer, "line"), word(answer, "line_prefix"));
	}
	print_grants(answer, "exemptions", "exemption");
	print_grants(answer, "holds", "hold");
	print_rules(answer);
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_lines;
	struct op25b_args args;
	json_t *answer;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (!args.n_operands)
		return op25b_usage_error(self, "which address?");
	if (strchr(args.operands[0], '/'))
		return op25b_usage_error(self,
					 "%s: give one address, as 198.51.100.7 or 2001:db8::7",
					 args.operands[0]);
	answer = op25b_client_ask(
		self, args.values[SOCKET],
		json_pack("{s:s, s:s}", "op", "lines", "address", args.operands[0]), &code);
	if (!answer)
		return code;
	if (args.values[JSON])
		op25b_client_print(answer);
	else
		print_text(answer);
	json_decref(answer);
	return op25b_finish(self, OP25B_EXIT_YES);
}

const struct op25b_command op25b_command_lines = {
	.name = "lines",
	.run = run,
	.usage = "ADDRESS [--socket PATH] [--json]",
	.help = "Say which line, service, exemptions and holds an address has now",
	.options = options,
};
