/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b diff`: whose answer changes between two policies.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/compare.h"
#include "cli/input.h"
#include "cli/rows.h"
#include "policy/words.h"

enum { AT, JSON };

static const struct op25b_option options[] = {
	[AT] = { "at", "TIME", "the instant at which both are asked (default: now)" },
	[JSON] = { "json", NULL, "one JSON object, op25b.diff/1" },
	{ 0 },
};

static void print_count(const char **lead, uint64_t n, const char *what, const char *plural)
{
	if (!n)
		return;
	printf("%s%llu %s", *lead, (unsigned long long)n, n == 1 ? what : plural);
	*lead = ", ";
}

static void print_answer(const struct op25b_decision *d)
{
	const char *how = op25b_words_name(&op25b_words_how, d->how);

	printf("%s%s%s (%s)", op25b_words_name(&op25b_words_verdict, d->verdict), how ? " " : "",
	       how ? how : "", op25b_words_name(&op25b_words_reason, d->reason));
}

static void print_change(const struct op25b_changes *changes, const struct op25b_change *change)
{
	const char *lead = ": ";

	printf("  %s %s: ", change->side == OP25B_UPSTREAM ? "upstream, from" : "to",
	       changes->peers.list[change->peer].name);
	print_answer(&change->decision[0]);
	printf(" -> ");
	print_answer(&change->decision[1]);
	print_count(&lead, change->lines, "line", "lines");
	print_count(&lead, change->addresses, "IPv4 address", "IPv4 addresses");
	print_count(&lead, change->networks, "IPv6 /64", "IPv6 /64s");
	putchar('\n');
}

static const char *service_name(const char *id)
{
	return id ? id : "no service";
}

static bool same_service(const struct op25b_change *a, const struct op25b_change *b)
{
	return !strcmp(service_name(a->service[0]), service_name(b->service[0])) &&
	       !strcmp(service_name(a->service[1]), service_name(b->service[1]));
}

static void print_text(const struct op25b_changes *changes, const struct op25b_input input[2])
{
	int64_t next[2];
	char date[OP25B_INPUT_DATE];

	for (size_t i = 0; i < changes->n; i++) {
		const struct op25b_change *change = &changes->list[i];

		if (!i || !same_service(change, change - 1)) {
			printf("%s", service_name(change->service[1]));
			if (strcmp(service_name(change->service[0]),
				   service_name(change->service[1])))
				printf(", before %s", service_name(change->service[0]));
			putchar('\n');
		}
		print_change(changes, change);
	}
	if (!changes->n)
		printf("no verdict changes");
	else
		printf("%zu change%s", changes->n, changes->n == 1 ? "" : "s");
	printf(" at %s\n", op25b_input_date(input[1].at, date));
	for (int i = 0; i < 2; i++)
		next[i] = op25b_policy_next_change(input[i].policy, input[1].at);
	if (next[0] == next[1])
		return;
	printf("later they may differ otherwise: the next change is %s in the old policy, ",
	       op25b_input_date(next[0], date));
	printf("%s in the new\n", op25b_input_date(next[1], date));
}

static json_t *answer_json(const struct op25b_decision *d)
{
	return json_pack("{s:s, s:s, s:s?}", "verdict",
			 op25b_words_name(&op25b_words_verdict, d->verdict), "reason",
			 op25b_words_name(&op25b_words_reason, d->reason), "how",
			 op25b_words_name(&op25b_words_how, d->how));
}

static void print_json(const struct op25b_changes *changes, int64_t at)
{
	char date[OP25B_INPUT_DATE];
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < changes->n; i++) {
		const struct op25b_change *c = &changes->list[i];

		json_array_append_new(
			list,
			json_pack("{s:{s:s?, s:s?}, s:s, s:s, s:o, s:o, s:I, s:I, s:I}", "service",
				  "old", c->service[0], "new", c->service[1], "side",
				  op25b_words_name(&op25b_words_side, c->side), "peer",
				  changes->peers.list[c->peer].name, "old",
				  answer_json(&c->decision[0]), "new", answer_json(&c->decision[1]),
				  "lines", (json_int_t)c->lines, "ipv4_addresses",
				  (json_int_t)c->addresses, "ipv6_64s", (json_int_t)c->networks));
	}
	object = json_pack("{s:s, s:s, s:b, s:o}", "schema", "op25b.diff/1", "at",
			   op25b_input_date(at, date), "same", !changes->n, "changes", list);
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

static int compare(const struct op25b_command *self, const struct op25b_input input[2], bool json)
{
	struct op25b_changes changes = { 0 };
	int r = op25b_compare(input[0].policy, input[1].policy, input[1].at, &changes);
	int code;

	if (r) {
		op25b_say(self, "cannot compare: %s", strerror(-r));
		return OP25B_EXIT_PARTLY;
	}
	if (json)
		print_json(&changes, input[1].at);
	else
		print_text(&changes, input);
	code = changes.n ? OP25B_EXIT_NO : OP25B_EXIT_YES;
	op25b_changes_done(&changes);
	return code;
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_diff;
	struct op25b_input input[2] = { 0 };
	struct op25b_args args;
	int code;

	if (op25b_args_parse(self, argc, argv, 2, &args, &code))
		return code;
	if (args.n_operands < 2)
		return op25b_usage_error(self, "which two policies? the old one, then the new one");
	/* The new policy is read last: its zone is the one of --at and of the dates shown. */
	if (op25b_input_policy(self, args.operands[0], NULL, &input[0], &code))
		return code;
	if (!op25b_input_policy(self, args.operands[1], args.values[AT], &input[1], &code))
		code = compare(self, input, args.values[JSON]);
	op25b_input_done(&input[0]);
	op25b_input_done(&input[1]);
	return op25b_finish(self, code);
}

const struct op25b_command op25b_command_diff = {
	.name = "diff",
	.run = run,
	.usage = "OLD NEW [--at TIME] [--json]",
	.help = "Say whose verdict changes from one policy to another",
	.options = options,
	.more = "Both are asked at one instant, for every line and address, towards servers in no\n"
		"list, each mail server and each destination. Another reason alone is no change.\n"
		"The upstream side is told only where it does not follow from the other.\n"
		"Exit codes: 0 the same, 1 different.",
};
