/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b account stop`, `hold`, `slow`, `release`: one act, four words for it. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/account.h"
#include "cli/mail-held.h"

enum { WHY, MAILD };

static const struct op25b_option options[] = {
	[WHY] = { "why", "WORD", "one word for people and programs (default: operator)" },
	[MAILD] = OP25B_ACCOUNT_MAILD,
	{ 0 },
};

static const struct op25b_option release_options[] = { OP25B_ACCOUNT_MAILD, { 0 } };

struct found {
	char why[64];
	int64_t since;
};

static int keep(void *arg, const struct op25b_account *account)
{
	struct found *found = arg;

	snprintf(found->why, sizeof(found->why), "%s", account->why);
	found->since = account->state_since;
	return 0;
}

static int say_state(struct op25b_account_place *place, const char *name,
		     enum op25b_mail_state state, bool changed)
{
	const char *word = state == OP25B_MAIL_STATE_FINE ? "released" :
							    op25b_account_state_word(state);
	struct found found = { .since = 0 };
	char date[OP25B_INPUT_DATE];

	if (changed) {
		printf("%s: %s\n", name, word);
	} else {
		op25b_accounts_find(place->accounts, name, keep, &found);
		printf("%s: %s already, since %s%s%s\n", name,
		       state == OP25B_MAIL_STATE_FINE ? "fine" : word,
		       op25b_input_date(found.since, date), *found.why ? " by " : "", found.why);
	}
	return op25b_finish(place->command, OP25B_EXIT_YES);
}

static int put(const struct op25b_command *self, enum op25b_mail_state state, int argc, char **argv)
{
	const bool release = state == OP25B_MAIL_STATE_FINE;
	struct op25b_account_place place = { .command = self };
	char name[OP25B_ACCOUNT_NAME];
	const char *why = "operator";
	struct op25b_args args;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (!release && args.values[WHY])
		why = args.values[WHY];
	if (!*why || strlen(why) > 40 || why[strspn(why, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return op25b_usage_error(self,
					 "--why %s: one word of small letters, digits and -, 40 at "
					 "most",
					 why);
	if (op25b_account_place_open(&place, self, args.values[release ? 0 : MAILD], false,
				     &code)) {
		r = op25b_accounts_set_state(place.accounts, time(NULL), name, state, why,
					     &place.error);
		code = r < 0 ? op25b_account_fail(&place, r) :
			       say_state(&place, name, state, r > 0);
		if (release && r >= 0)
			op25b_held_hint(place.file, name);
	}
	op25b_account_place_done(&place);
	return code;
}

static int run_stop(int argc, char **argv)
{
	return put(&op25b_command_account_stop, OP25B_MAIL_STATE_STOPPED, argc, argv);
}

static int run_hold(int argc, char **argv)
{
	return put(&op25b_command_account_hold, OP25B_MAIL_STATE_HELD, argc, argv);
}

static int run_slow(int argc, char **argv)
{
	return put(&op25b_command_account_slow, OP25B_MAIL_STATE_SLOW, argc, argv);
}

static int run_release(int argc, char **argv)
{
	return put(&op25b_command_account_release, OP25B_MAIL_STATE_FINE, argc, argv);
}

const struct op25b_command op25b_command_account_stop = {
	.name = "account stop",
	.run = run_stop,
	.usage = "NAME [--why WORD]",
	.help = "Let an account log in nowhere, even while op25b-maild is away",
	.options = options,
	.more = "Mail for it keeps coming in. What Dovecot has in its auth cache lasts as long as\n"
		"its auth_cache_ttl while op25b-maild is away.",
};

const struct op25b_command op25b_command_account_hold = {
	.name = "account hold",
	.run = run_hold,
	.usage = "NAME [--why WORD]",
	.help = "Keep back what an account sends",
	.options = options,
	.more = "`op25b mail held` shows what is kept back.",
};

const struct op25b_command op25b_command_account_slow = {
	.name = "account slow",
	.run = run_slow,
	.usage = "NAME [--why WORD]",
	.help = "Divide an account's limits by the policy's slow_factor",
	.options = options,
};

const struct op25b_command op25b_command_account_release = {
	.name = "account release",
	.run = run_release,
	.usage = "NAME",
	.help = "Let an account send again",
	.options = release_options,
	.more = "Mail that was held stays held: `op25b mail release` lets it go. Give the account\n"
		"another password first if its own was stolen.",
};
