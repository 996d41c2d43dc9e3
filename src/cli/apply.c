/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b apply`, `confirm` and `rollback`: what changes the gateway. The policy is read and checked
 * here first, and goes to the daemon with all its files, since that may not look into this user's
 * folders.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "cli/client.h"
#include "cli/rows.h"
#include "policy/duration.h"
#include "policy/policy.h"

#define CONFIRM_MAX 604800 /* seconds */

enum { APPLY_CONFIRM, APPLY_SOCKET, APPLY_JSON };

static const struct op25b_option apply_options[] = {
	[APPLY_CONFIRM] = { "confirm", "TIME",
			    "go back by itself after this time (90s, 10m, 2h) unless confirmed" },
	[APPLY_SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[APPLY_JSON] = { "json", NULL, "one JSON object, op25b.apply/1" },
	{ 0 },
};

enum { SOCKET, JSON };

static const struct op25b_option plain_options[] = {
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[JSON] = { "json", NULL, "one JSON object" },
	{ 0 },
};

static char *read_whole(FILE *file, size_t *ret_size)
{
	OP25B_AUTO_FREE char *data = NULL;
	size_t size = 0, room = 0;

	do {
		char *more;

		room = room ? 2 * room : 65536;
		more = realloc(data, room);
		if (!more)
			return NULL;
		data = more;
		size += fread(data + size, 1, room - size, file);
	} while (size == room);
	if (ferror(file))
		return NULL;
	*ret_size = size;
	return OP25B_TAKE_PTR(data);
}

static json_t *read_file(const struct op25b_command *self, const char *name, int *ret_exit)
{
	OP25B_AUTO_FCLOSE FILE *file = fopen(name, "re");
	OP25B_AUTO_FREE char *data = NULL;
	size_t size = 0;
	json_t *json;

	*ret_exit = OP25B_EXIT_USAGE;
	if (file)
		data = read_whole(file, &size);
	if (!data) {
		op25b_say(self, "%s: %s", name, strerror(errno));
		return NULL;
	}
	json = json_pack("{s:s, s:s%}", "name", name, "text", data, size);
	if (!json)
		op25b_say(self, "%s: not UTF-8 text", name);
	return json;
}

/* The policy's files by the names its reader gave them; NULL after saying why. */
static json_t *pack_files(const struct op25b_command *self, const char *path, int *ret_exit)
{
	struct op25b_policy *policy = NULL;
	struct op25b_findings findings;
	json_t *files, *file;
	int r = op25b_policy_load(path, time(NULL), &policy, &findings);

	op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	if (r) {
		*ret_exit = OP25B_EXIT_NO;
		op25b_say(self, "%s is not valid; what is in force stays in force", path);
		return NULL;
	}
	files = json_array();
	for (size_t i = 0; files && i < policy->n_files; i++) {
		file = read_file(self, policy->files[i], ret_exit);
		if (file)
			json_array_append_new(files, file);
		else
			json_decref(OP25B_TAKE_PTR(files));
	}
	op25b_policy_free(&policy);
	return files;
}

static void print_policy(const json_t *answer)
{
	json_t *policy = json_object_get(answer, "policy");
	const char *next = json_string_value(json_object_get(policy, "next_change"));

	if (!json_is_object(policy)) {
		puts("no policy is in force; nothing is enforced");
		return;
	}
	printf("policy %" JSON_INTEGER_FORMAT " (%s) is in force: %" JSON_INTEGER_FORMAT
	       " services, %" JSON_INTEGER_FORMAT " line prefixes, on %" JSON_INTEGER_FORMAT
	       " interfaces, in %.1f ms\n",
	       json_integer_value(json_object_get(policy, "number")),
	       json_string_value(json_object_get(policy, "root")),
	       json_integer_value(json_object_get(policy, "services")),
	       json_integer_value(json_object_get(policy, "lines")),
	       json_integer_value(json_object_get(answer, "interfaces")),
	       json_number_value(json_object_get(answer, "ms")));
	if (next)
		printf("next change by date: %s\n", next);
}

static void print_pending(const json_t *answer)
{
	json_t *pending = json_object_get(answer, "pending");

	if (json_is_object(pending))
		printf("goes back by itself at %s, in %" JSON_INTEGER_FORMAT
		       " s; to keep it: op25b confirm\n",
		       json_string_value(json_object_get(pending, "deadline")),
		       json_integer_value(json_object_get(pending, "seconds_left")));
}

/* Exit code 5 if the policy is in force, but not wherever it should be. */
static int show_change(const struct op25b_command *self, json_t *answer, bool json)
{
	json_t *problems = json_object_get(answer, "problems"), *problem, *warning;
	size_t i;
	int code = json_array_size(problems) ? OP25B_EXIT_PARTLY : OP25B_EXIT_YES;

	if (json) {
		op25b_client_print(answer);
	} else {
		print_policy(answer);
		print_pending(answer);
	}
	json_array_foreach(json_object_get(answer, "warnings"), i, warning)
		fprintf(stderr, "warning: %s\n", json_string_value(warning));
	json_array_foreach(problems, i, problem) op25b_say(self, "%s", json_string_value(problem));
	json_decref(answer);
	return op25b_finish(self, code);
}

static int run_apply(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_apply;
	struct op25b_args args;
	json_t *files, *answer;
	int64_t seconds = 0;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (!args.n_operands)
		return op25b_usage_error(self, "which policy file?");
	if (args.values[APPLY_CONFIRM] &&
	    (op25b_duration_parse(args.values[APPLY_CONFIRM], &seconds) || seconds > CONFIRM_MAX))
		return op25b_usage_error(self,
					 "--confirm %s: give a time like 90s, 10m or 2h, at "
					 "most 7d",
					 args.values[APPLY_CONFIRM]);
	files = pack_files(self, args.operands[0], &code);
	if (!files)
		return code;
	answer = op25b_client_await(self, args.values[APPLY_SOCKET],
				    json_pack("{s:s, s:o, s:o}", "op", "apply", "files", files,
					      "confirm",
					      seconds ? json_integer(seconds) : json_null()),
				    &code);
	return answer ? show_change(self, answer, args.values[APPLY_JSON]) : code;
}

static int run_plain(const struct op25b_command *self, int argc, char **argv)
{
	struct op25b_args args;
	json_t *answer;
	int code;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	answer = op25b_client_await(self, args.values[SOCKET], json_pack("{s:s}", "op", self->name),
				    &code);
	return answer ? show_change(self, answer, args.values[JSON]) : code;
}

static int run_confirm(int argc, char **argv)
{
	return run_plain(&op25b_command_confirm, argc, argv);
}

static int run_rollback(int argc, char **argv)
{
	return run_plain(&op25b_command_rollback, argc, argv);
}

const struct op25b_command op25b_command_apply = {
	.name = "apply",
	.run = run_apply,
	.usage = "POLICY [--confirm TIME] [--socket PATH] [--json]",
	.help = "Put a policy in force on this gateway, as a whole",
	.options = apply_options,
	.more = "With --confirm the daemon holds the timer: closing the terminal, or losing it to "
		"the\npolicy, does not stop it. Exit codes: 0 in force, 1 refused and nothing "
		"changed,\n3 no daemon, 5 in force, but not on every interface.",
};

const struct op25b_command op25b_command_confirm = {
	.name = "confirm",
	.run = run_confirm,
	.usage = "[--socket PATH] [--json]",
	.help = "Keep the policy that was applied with --confirm",
	.options = plain_options,
};

const struct op25b_command op25b_command_rollback = {
	.name = "rollback",
	.run = run_rollback,
	.usage = "[--socket PATH] [--json]",
	.help = "Put the policy before this one in force again",
	.options = plain_options,
};
