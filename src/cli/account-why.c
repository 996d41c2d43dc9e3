/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b account why`: what op25b-maild counted of an account, beside what is usual, and how far it
 * is from the next step. For who answers the telephone.
 */
#include <stdio.h>
#include <string.h>

#include "cli/account.h"
#include "cli/client.h"
#include "cli/field.h"

enum { MAILD, JSON };

static const struct op25b_option options[] = {
	[MAILD] = OP25B_ACCOUNT_MAILD,
	[JSON] = { "json", NULL, "JSON: op25b.account-why/1" },
	{ 0 },
};

/* What is counted, in which time, in a person's words. */
static const struct {
	const char *signal, *text;
} signals[] = {
	{ "unknown-recipients", "recipients that do not exist, in an hour" },
	{ "unknown-recipients-day", "the same in 24 hours" },
	{ "refused", "recipients refused otherwise, in 24 hours" },
	{ "addresses", "addresses it logged in from, in a day" },
	{ "networks", "networks, in a day" },
	{ "countries", "countries, in a day" },
	{ "failures", "wrong passwords before a right one" },
	{ "first-away", "first use away from its own line" },
};

static const char *text_of(const char *signal)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (!strcmp(signals[i].signal, signal))
			return signals[i].text;
	}
	return signal; /* a newer daemon's */
}

static const char *date_of(const json_t *object, const char *key,
			   char room[static OP25B_INPUT_DATE])
{
	return op25b_input_date(json_integer_value(json_object_get(object, key)), room);
}

static void print_state(const json_t *answer)
{
	const char *why = op25b_field_text(answer, "why");
	char since[OP25B_INPUT_DATE];

	printf("%-10s %s", "state", op25b_field_text(answer, "state"));
	if (op25b_field_number(answer, "since"))
		printf(" since %s", date_of(answer, "since", since));
	if (*why && strcmp(why, "-") != 0)
		printf(", because of %s", why);
	if (json_is_true(json_object_get(answer, "first_password")))
		fputs("; has its first password", stdout);
	putchar('\n');
}

static void print_score(const json_t *answer)
{
	const json_t *entry;
	size_t i;

	printf("%-10s %lld points;", "score", op25b_field_number(answer, "points"));
	json_array_foreach(json_object_get(answer, "steps"), i, entry)
		printf("%s %s from %lld", i ? "," : "", op25b_field_text(entry, "step"),
		       op25b_field_number(entry, "points"));
	puts(i ? "" : " the policy has no steps");
	printf("%10s %7s %7s\n", "counted", "usual", "points");
	json_array_foreach(json_object_get(answer, "signals"), i, entry)
		printf("%10lld %7lld %7lld  %s\n", op25b_field_number(entry, "counted"),
		       op25b_field_number(entry, "usual"), op25b_field_number(entry, "points"),
		       text_of(op25b_field_text(entry, "signal")));
}

static void print_limits(const json_t *limits)
{
	if (!json_is_object(limits))
		return;
	printf("%-10s %lld recipients free now; %lld of %lld used in 24 hours, %lld an hour, %lld "
	       "a mail%s\n",
	       "limits", op25b_field_number(limits, "free"), op25b_field_number(limits, "day_used"),
	       op25b_field_number(limits, "day"), op25b_field_number(limits, "hour"),
	       op25b_field_number(limits, "message"),
	       json_is_true(json_object_get(limits, "slow")) ? "; divided, as it is slow" : "");
}

static void print_rest(const json_t *answer)
{
	char at[OP25B_INPUT_DATE];
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(answer, "windows"), i, entry)
		printf("%-10s port 25 is open for %s until %s\n", i ? "" : "windows",
		       op25b_field_text(entry, "address"), date_of(entry, "until", at));
	if (op25b_field_number(answer, "held"))
		printf("%-10s %lld mails; `op25b mail held` on the mail host shows them\n", "held",
		       op25b_field_number(answer, "held"));
	json_array_foreach(json_object_get(answer, "history"), i, entry)
	{
		const bool fine = !strcmp(op25b_field_text(entry, "state"), "fine");

		printf("%-10s %s %s", i ? "" : "history", date_of(entry, "at", at),
		       fine ? "released" : op25b_field_text(entry, "state"));
		if (!fine)
			printf(", because of %s, at %lld points", op25b_field_text(entry, "why"),
			       op25b_field_number(entry, "points"));
		putchar('\n');
	}
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_why;
	struct op25b_account_place place = { .command = self };
	char name[OP25B_ACCOUNT_NAME];
	struct op25b_args args;
	json_t *answer = NULL;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (op25b_account_place_file(&place, self, args.values[MAILD], &code))
		answer = op25b_client_ask(self, place.file->socket,
					  json_pack("{s:s, s:s}", "op", "why", "name", name),
					  &code);
	op25b_account_place_done(&place);
	if (!answer)
		return code;
	if (args.values[JSON]) {
		op25b_client_print(answer);
	} else {
		print_state(answer);
		print_score(answer);
		print_limits(json_object_get(answer, "limits"));
		print_rest(answer);
	}
	json_decref(answer);
	return op25b_finish(self, OP25B_EXIT_YES);
}

const struct op25b_command op25b_command_account_why = {
	.name = "account why",
	.run = run,
	.usage = "NAME [--json]",
	.help = "Say why an account is slow, held or stopped, or how far it is from that",
	.options = options,
	.more = "Asked from op25b-maild. Each signal shows what was counted, what is usual, and\n"
		"the points for what is more: op25b-maild(8). Limits are those on port 587 from\n"
		"elsewhere.",
};
