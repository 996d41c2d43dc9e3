/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b status`: what the gateway enforces, where, and what is wrong. */
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/field.h"
#include "cli/rows.h"
#include "cli/status-collector.h"
#include "cli/status-maild.h"
#include "cli/status-notice.h"
#include "cli/status-sessions.h"

enum { VERIFY, SOCKET, JSON };

static const struct op25b_option options[] = {
	[VERIFY] = { "verify", NULL, "compare the kernel with the policy first, and mend it" },
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[JSON] = { "json", NULL, "one JSON object: op25b.status/1, .collector/1, .maild/1" },
	{ 0 },
};

static void print_policy(const json_t *answer)
{
	json_t *policy = json_object_get(answer, "policy");
	json_t *pending = json_object_get(answer, "pending");

	if (json_is_object(policy)) {
		printf("policy      %lld (%s), applied %s\n", op25b_field_number(policy, "number"),
		       op25b_field_text(policy, "root"), op25b_field_text(policy, "applied_at"));
		printf("            %lld services, %lld pools, %lld line prefixes\n",
		       op25b_field_number(policy, "services"), op25b_field_number(policy, "pools"),
		       op25b_field_number(policy, "lines"));
		printf("stage       since %s, next change %s\n", op25b_field_text(policy, "stage"),
		       op25b_field_text(policy, "next_change"));
	} else {
		printf("policy      none known\n");
	}
	if (json_is_object(pending))
		printf("unconfirmed goes back at %s, in %lld s; to keep it: op25b confirm\n",
		       op25b_field_text(pending, "deadline"),
		       op25b_field_number(pending, "seconds_left"));
}

static void print_notes(const json_t *port)
{
	json_t *note;
	size_t i;

	json_array_foreach(json_object_get(port, "notes"), i, note)
		printf(" %s", json_string_value(note));
}

static void print_ports(const json_t *answer)
{
	json_t *port;
	size_t i;

	json_array_foreach(json_object_get(answer, "interfaces"), i, port)
	{
		json_t *unfiltered = json_object_get(port, "unfiltered_ns");

		printf("%-11s %-15s %-10s %s", i ? "" : "interfaces",
		       op25b_field_text(port, "name"), op25b_field_text(port, "side"),
		       op25b_field_text(port, "hook"));
		if (!json_is_true(json_object_get(port, "attached")))
			printf(" NOT ATTACHED");
		if (json_is_integer(unfiltered))
			printf(" unfiltered for %.3f ms",
			       (double)json_integer_value(unfiltered) / 1e6);
		print_notes(port);
		putchar('\n');
	}
}

static void print_kernel(const json_t *answer)
{
	json_t *kernel = json_object_get(answer, "kernel");

	printf("kernel      compared %s", op25b_field_text(kernel, "checked_at"));
	if (op25b_field_number(kernel, "mended_tables") ||
	    op25b_field_number(kernel, "mended_interfaces"))
		printf("; differed %s (%s), mended: tables %lld times, interfaces %lld",
		       op25b_field_text(kernel, "differed_at"),
		       op25b_field_text(kernel, "difference"),
		       op25b_field_number(kernel, "mended_tables"),
		       op25b_field_number(kernel, "mended_interfaces"));
	putchar('\n');
}

static void print_text(const json_t *answer)
{
	json_t *warning, *problem;
	size_t i;

	printf("op25bd      %s, pid %lld, since %s\n", op25b_field_text(answer, "version"),
	       op25b_field_number(answer, "pid"), op25b_field_text(answer, "started_at"));
	print_policy(answer);
	print_ports(answer);
	print_kernel(answer);
	op25b_status_print_sessions(json_object_get(answer, "sessions"));
	op25b_status_print_notice(json_object_get(answer, "notice"));
	json_array_foreach(json_object_get(answer, "warnings"), i, warning)
		printf("WARNING     %s\n", json_string_value(warning));
	json_array_foreach(json_object_get(answer, "problems"), i, problem)
		printf("PROBLEM     %s\n", json_string_value(problem));
	if (json_is_true(json_object_get(answer, "ok")))
		printf("verdict     %s\n", json_is_true(json_object_get(answer, "enforcing")) ?
						   "enforcing, no problems" :
						   "nothing is enforced: apply a policy");
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_status;
	struct op25b_args args;
	json_t *answer;
	int code;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	answer = op25b_client_ask(
		self, args.values[SOCKET],
		json_pack("{s:s}", "op", args.values[VERIFY] ? "reconcile" : "status"), &code);
	if (!answer)
		return code;
	if (args.values[JSON])
		op25b_client_print(answer);
	else if (!strcmp(op25b_field_text(answer, "schema"), OP25B_COLLECTOR_SCHEMA))
		op25b_status_collector(answer);
	else if (!strcmp(op25b_field_text(answer, "schema"), OP25B_MAILD_SCHEMA))
		op25b_status_maild(answer);
	else
		print_text(answer);
	code = json_is_true(json_object_get(answer, "ok")) ? OP25B_EXIT_YES : OP25B_EXIT_NO;
	json_decref(answer);
	return op25b_finish(self, code);
}

const struct op25b_command op25b_command_status = {
	.name = "status",
	.run = run,
	.usage = "[--verify] [--socket PATH] [--json]",
	.help = "Say what this gateway enforces, on which interfaces, and what is wrong",
	.options = options,
	.more = "Exit codes: 0 no problem, 1 at least one.",
};
