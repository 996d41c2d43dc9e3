/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b monitor`: refused and counted connection attempts as they happen. */
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/field.h"
#include "cli/rows.h"

enum { SOCKET, JSON };

static const struct op25b_option options[] = {
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[JSON] = { "json", NULL, "one JSON object a line, op25b.event/1" },
	{ 0 },
};

static void print_text(const json_t *event)
{
	const char *schema = op25b_field_text(event, "schema");

	if (!strcmp(schema, "op25b.monitor/1"))
		fprintf(stderr, "listening; end with ^C%s\n",
			strcmp(op25b_field_text(event, "destinations"), "hash") ?
				"" :
				" (destinations are shown as keyed hashes)");
	else if (!strcmp(schema, "op25b.lost/1"))
		printf("... %" JSON_INTEGER_FORMAT " events not shown: too many at once\n",
		       json_integer_value(json_object_get(event, "events")));
	else
		printf("%s %-6s %s -> %s %s %s %s on %s\n", op25b_field_text(event, "time"),
		       op25b_field_text(event, "verdict"), op25b_field_text(event, "line"),
		       op25b_field_text(event, "peer"), op25b_field_text(event, "service"),
		       op25b_field_text(event, "reason"), op25b_field_text(event, "how"),
		       op25b_field_text(event, "interface"));
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_monitor;
	struct op25b_client *client = NULL;
	struct op25b_args args;
	json_t *event;
	int code;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	if (op25b_client_open(self, args.values[SOCKET], &client, &code))
		return code;
	if (!op25b_client_request(client, json_pack("{s:s}", "op", "monitor"), &code)) {
		while (!op25b_client_receive(client, &event, &code)) {
			if (args.values[JSON])
				op25b_client_print(event);
			else
				print_text(event);
			json_decref(event);
			/* Line by line also into a pipe; a reader that is gone ends it. */
			if (fflush(stdout)) {
				code = OP25B_EXIT_YES;
				break;
			}
		}
	}
	op25b_client_close(&client);
	return code;
}

const struct op25b_command op25b_command_monitor = {
	.name = "monitor",
	.run = run,
	.usage = "[--socket PATH] [--json]",
	.help = "Show refused and counted connection attempts as they happen",
	.options = options,
	.more = "Only first packets of connections are shown, and of each line only as many as\n"
		"the gateway file's `events` allow.",
};
