/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b lines`: what an address has now is op25bd's to say; who holds and held it, what a line
 * holds and held, and changes are read from the session store (lines.h).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/client.h"
#include "cli/field.h"
#include "cli/input.h"
#include "cli/lines.h"
#include "cli/rows.h"
#include "policy/prefix.h"

enum { AT, HISTORY, SINCE, UNTIL, WATCH, LINE, STORE, POLICY, SOCKET, JSON };

static const struct op25b_option options[] = {
	[AT] = { "at", "TIME", "who held the address, or what the line held, then" },
	[HISTORY] = { "history", NULL, "all that is kept, the newest first" },
	[SINCE] = { "since", "TIME", "with --history: not what ended before" },
	[UNTIL] = { "until", "TIME", "with --history: not what began after" },
	[WATCH] = { "watch", NULL, "changes as they come, of all lines or the one named" },
	[LINE] = { "line", NULL, "the argument names a line, whatever it looks like" },
	[STORE] = { "store", "LOCATION",
		    "the session store (default: $OP25B_STORE, then the one op25bd follows)" },
	[POLICY] = { "policy", "FILE", "say services and lines by this policy, not by op25bd's" },
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[JSON] = { "json", NULL,
		   "JSON: op25b.lines/1 from op25bd, op25b.holdings/1 from the store, with --watch "
		   "op25b.change/1 a line" },
	{ 0 },
};

static void print_grants(const json_t *answer, const char *key, const char *title)
{
	json_t *grant;
	size_t i;

	json_array_foreach(json_object_get(answer, key), i, grant) printf(
		"%-10s %s, %s, from %s until %s: %s\n", title, op25b_field_text(grant, "id"),
		json_is_true(json_object_get(grant, "in_force")) ? "in force" : "not in force",
		op25b_field_text(grant, "from"), op25b_field_text(grant, "until"),
		op25b_field_text(grant, "reason"));
}

static void print_rules(const json_t *answer)
{
	json_t *rule, *item;
	size_t i, j;

	json_array_foreach(json_object_get(answer, "port25"), i, rule)
	{
		printf("%-10s from %s: %s", i ? "" : "port 25", op25b_field_text(rule, "from"),
		       op25b_field_text(rule, "action"));
		if (json_is_string(json_object_get(rule, "how")))
			printf(" by %s", op25b_field_text(rule, "how"));
		json_array_foreach(json_object_get(rule, "except"), j, item)
			printf("%s%s", j ? ", " : ", except ", json_string_value(item));
		json_array_foreach(json_object_get(rule, "to"), j, item)
			printf("%s%s", j ? ", " : ", only to ", json_string_value(item));
		puts(json_is_true(json_object_get(rule, "begun")) ? "" : " (ahead)");
	}
}

static void print_session(const json_t *session)
{
	static const char *const keys[] = { "session", "user_name", "class", "filter_id",
					    "framed_pool" };

	if (!json_is_object(session))
		return;
	printf("%-10s %s, from %s, since %s\n", "session", op25b_field_text(session, "prefix"),
	       op25b_field_text(session, "nas"), op25b_field_text(session, "since"));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (json_string_length(json_object_get(session, keys[i])))
			printf("%-10s %s %s\n", "", keys[i], op25b_field_text(session, keys[i]));
	}
}

static void print_text(const json_t *answer)
{
	printf("%-10s %s\n", "address", op25b_field_text(answer, "address"));
	if (!json_is_string(json_object_get(answer, "service"))) {
		printf("%-10s none: not a subscriber's address\n", "service");
	} else {
		printf("%-10s %s (%s), found by its %s\n", "service",
		       op25b_field_text(answer, "service"), op25b_field_text(answer, "addressing"),
		       op25b_field_text(answer, "found_by"));
		printf("%-10s %s\n", "pool", op25b_field_text(answer, "pool"));
		printf("%-10s %s %s\n", "line", op25b_field_text(answer, "line"),
		       op25b_field_text(answer, "line_prefix"));
	}
	print_session(json_object_get(answer, "session"));
	op25b_lines_print_facts(json_object_get(answer, "facts"));
	print_grants(answer, "exemptions", "exemption");
	print_grants(answer, "holds", "hold");
	print_rules(answer);
}

static int ask_daemon(const struct op25b_args *args)
{
	const struct op25b_command *self = &op25b_command_lines;
	json_t *answer;
	int code;

	answer = op25b_client_ask(
		self, args->values[SOCKET],
		json_pack("{s:s, s:s}", "op", "lines", "address", args->operands[0]), &code);
	if (!answer)
		return code;
	if (args->values[JSON])
		op25b_client_print(answer);
	else
		print_text(answer);
	json_decref(answer);
	return op25b_finish(self, OP25B_EXIT_YES);
}

/* Digits with three dots: nobody calls a line so, but many mistype an address. */
static bool looks_like_v4(const char *text)
{
	size_t dots = 0;

	for (const char *at = text; *at; at++)
		dots += *at == '.';
	return dots == 3 && !text[strspn(text, "0123456789.")];
}

/* "fe80::1%eth0": RADIUS knows no interfaces, and no line is called so. */
static bool looks_like_scoped(const char *text)
{
	const size_t n = strcspn(text, "%");
	struct op25b_prefix prefix;
	char address[64];

	if (!text[n] || n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	return op25b_prefix_parse(address, &prefix) != OP25B_PREFIX_NOT_AN_ADDRESS;
}

/* Whether the operand is an address (then family is set) or names a line. */
static int read_operand(const char *text, bool line, struct op25b_lines_question *q, int *ret_exit)
{
	const struct op25b_command *self = &op25b_command_lines;
	enum op25b_prefix_fault fault;
	struct op25b_prefix prefix;

	q->text = text;
	if (!*text) {
		*ret_exit = op25b_usage_error(self, "the address or line is empty");
		return -EINVAL;
	}
	fault = op25b_prefix_parse(text, &prefix);
	if (line || (fault == OP25B_PREFIX_NOT_AN_ADDRESS && !looks_like_v4(text) &&
		     !looks_like_scoped(text)))
		return 0;
	if (fault == OP25B_PREFIX_FINE && !strchr(text, '/')) {
		q->address = prefix;
		return 0;
	}
	*ret_exit = op25b_usage_error(self,
				      "%s: give one address, as 198.51.100.7 or 2001:db8::7; a "
				      "line of that name needs --line",
				      text);
	return -EINVAL;
}

/* A command line that contradicts itself, or NULL. */
static const char *find_fault(const struct op25b_args *args)
{
	const char *const *given = args->values;

	if (!args->n_operands && !given[WATCH])
		return "which address or line?";
	if (!args->n_operands && given[LINE])
		return "--line: which line?";
	if (!!given[AT] + !!given[HISTORY] + !!given[WATCH] > 1)
		return "--at, --history and --watch exclude each other";
	if ((given[SINCE] || given[UNTIL]) && !given[HISTORY])
		return "--since and --until go with --history";
	return NULL;
}

static int read_times(const struct op25b_args *args, struct op25b_lines_question *q, int *ret_exit)
{
	const struct op25b_command *self = &op25b_command_lines;
	const char *const *given = args->values;
	int r = 0;

	q->span = given[HISTORY] != NULL;
	q->present = !given[AT] && !given[HISTORY];
	q->from = INT64_MIN;
	q->until = INT64_MAX;
	if (given[AT])
		r = op25b_input_time(self, "at", given[AT], q->policy, false, &q->from, ret_exit);
	if (given[AT] && !r && q->from > (int64_t)time(NULL)) {
		*ret_exit = op25b_usage_error(self,
					      "--at %s: it lies ahead, and nobody knows who "
					      "will hold an address",
					      given[AT]);
		r = -EINVAL;
	}
	if (given[AT] && !r)
		q->until = q->from + 1;
	if (given[SINCE])
		r = op25b_input_time(self, "since", given[SINCE], q->policy, false, &q->from,
				     ret_exit);
	if (!r && given[UNTIL])
		r = op25b_input_time(self, "until", given[UNTIL], q->policy, true, &q->until,
				     ret_exit);
	if (!r && q->until <= q->from) {
		*ret_exit = op25b_usage_error(self, "--until is not after --since");
		r = -EINVAL;
	}
	return r;
}

static int ask_store(const struct op25b_args *args, struct op25b_lines_question *q)
{
	struct op25b_input input = { 0 };
	int code;

	if (args->values[POLICY] &&
	    op25b_input_policy(q->command, args->values[POLICY], NULL, &input, &code))
		return code;
	q->policy = input.policy;
	if (!read_times(args, q, &code))
		code = args->values[WATCH] ? op25b_lines_watch(q) : op25b_lines_holdings(q);
	op25b_input_done(&input);
	return code;
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_lines;
	struct op25b_lines_question q = { .command = self };
	struct op25b_args args;
	const char *fault;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	fault = find_fault(&args);
	if (fault)
		return op25b_usage_error(self, "%s", fault);
	if (args.n_operands && read_operand(args.operands[0], args.values[LINE], &q, &code))
		return code;
	q.store = args.values[STORE];
	q.socket = args.values[SOCKET];
	q.json = args.values[JSON];
	if (q.address.family && !q.store && !args.values[POLICY] && !args.values[AT] &&
	    !args.values[HISTORY] && !args.values[WATCH])
		return ask_daemon(&args);
	return ask_store(&args, &q);
}

const struct op25b_command op25b_command_lines = {
	.name = "lines",
	.run = run,
	.usage = "ADDRESS [--socket PATH] [--json]\n"
		 "ADDRESS|LINE [--at TIME] [--line] [--store LOCATION] [--policy FILE] [--json]\n"
		 "ADDRESS|LINE --history [--since TIME] [--until TIME] [...]\n"
		 "[ADDRESS|LINE] --watch [...]",
	.help = "Say which line an address has now or had, and what a line holds or held",
	.options = options,
	.more = "An address alone is asked from op25bd: its line, service, exemptions and holds\n"
		"now. All else is read from the session store, with the rights of whoever asks.\n"
		"A LINE is a Class or User-Name as RADIUS told it; with --policy, a line as the\n"
		"policy names it. Exit status 1: nobody held it. What is older than the store\n"
		"keeps is never said to be nobody's: that is exit status 5.",
};
