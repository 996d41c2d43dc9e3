/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b mail release`, `op25b mail return`: held mail goes on its way, or back to its sender.
 * Only what is in the hold queue is touched, and nothing is deleted: mail without a sender, which
 * Postfix would throw away in place of a bounce, stays where it is.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/field.h"
#include "cli/mail-held.h"
#include "cli/mail.h"
#include "cli/queue.h"

#define IDS_MOST OP25B_ARGS_OPERANDS

enum { MAILD, ADDRESS, POSTFIX, ACCOUNT, DUE };

static const struct op25b_option release_options[] = {
	[MAILD] = OP25B_MAIL_MAILD,
	[ADDRESS] = OP25B_HELD_ADDRESS,
	[POSTFIX] = OP25B_HELD_POSTFIX,
	[ACCOUNT] = { "account", "NAME", "all that op25b-maild holds of this account" },
	{ 0 },
};

static const struct op25b_option return_options[] = {
	[MAILD] = OP25B_MAIL_MAILD,
	[ADDRESS] = OP25B_HELD_ADDRESS,
	[POSTFIX] = OP25B_HELD_POSTFIX,
	[ACCOUNT] = { "account", "NAME", "all that op25b-maild holds of this account" },
	[DUE] = { "due", NULL, "all that was held for the policy's hold_for; what the timer does" },
	{ 0 },
};

/* Whether one is meant. */
static bool is_meant(const struct op25b_args *args, const json_t *mail)
{
	const json_t *due = json_object_get(mail, "due");

	if (args->values[ACCOUNT])
		return !strcmp(op25b_field_text(mail, "account"), args->values[ACCOUNT]);
	if (args->values[DUE])
		return json_is_integer(due) && json_integer_value(due) <= (json_int_t)time(NULL);
	for (size_t i = 0; i < args->n_operands; i++) {
		if (!strcmp(op25b_field_text(mail, "queue_id"), args->operands[i]))
			return true;
	}
	return false;
}

/* Those that are meant and can be; says which can't. */
static json_t *choose(const struct op25b_command *self, const struct op25b_args *args, bool back,
		      const json_t *mails, int *code)
{
	json_t *chosen = json_array(), *mail;
	size_t i;

	json_array_foreach(mails, i, mail)
	{
		if (!is_meant(args, mail))
			continue;
		if (!back || op25b_queue_has_sender(mail)) {
			json_array_append(chosen, mail);
			continue;
		}
		if (!args->values[DUE]) /* somebody meant this one, or this account's */
			*code = OP25B_EXIT_NO;
		op25b_say(self,
			  "%s: it has no sender to go back to, and stays; release it, or delete it "
			  "with postsuper -d",
			  op25b_field_text(mail, "queue_id"));
	}
	return chosen;
}

/* Every id that was named must be there. */
static void say_missing(const struct op25b_command *self, const struct op25b_args *args,
			const json_t *mails, int *code)
{
	for (size_t i = 0; i < args->n_operands; i++) {
		const json_t *mail;
		bool found = false;
		size_t k;

		json_array_foreach(mails, k, mail)
			found |= !strcmp(op25b_field_text(mail, "queue_id"), args->operands[i]);
		if (found)
			continue;
		*code = OP25B_EXIT_NO;
		op25b_say(self, "%s: not in the hold queue", args->operands[i]);
	}
}

static int check(const struct op25b_command *self, const struct op25b_args *args, bool back)
{
	const int ways =
		!!args->n_operands + !!args->values[ACCOUNT] + (back && args->values[DUE] != NULL);

	if (ways == 1)
		return OP25B_EXIT_YES;
	return op25b_usage_error(self, ways ? "name mails, or say which by one option, not both" :
					      "which? name mails as `op25b mail held` does");
}

/* The timer's log is for what happens. */
static void say_done(const struct op25b_args *args, bool back, size_t n)
{
	if (n || !args->values[DUE])
		printf("%zu %s\n", n, back ? "go back to their senders" : "released");
}

/* Returns an exit code. */
static int act_on(const struct op25b_command *self, const struct op25b_args *args, bool back,
		  struct op25b_held_maild *maild)
{
	json_t *mails, *chosen;
	int code = OP25B_EXIT_YES, done;

	if (!op25b_held_join(self, maild, args->values[POSTFIX], !args->n_operands, &mails, &code))
		return code;
	code = OP25B_EXIT_YES;
	say_missing(self, args, mails, &code);
	chosen = choose(self, args, back, mails, &code);
	done = op25b_queue_act(self, args->values[POSTFIX],
			       back ? OP25B_QUEUE_RETURN : OP25B_QUEUE_RELEASE, chosen);
	if (!done) {
		op25b_held_maild_let_go(maild, chosen);
		say_done(args, back, json_array_size(chosen));
	}
	json_decref(chosen);
	json_decref(mails);
	return op25b_finish(self, done ? done : code);
}

static int act(const struct op25b_command *self, bool back, int argc, char **argv)
{
	struct op25b_held_maild *maild;
	struct op25b_args args;
	int code;

	if (op25b_args_parse(self, argc, argv, IDS_MOST, &args, &code))
		return code;
	code = check(self, &args, back);
	if (code ||
	    !op25b_held_maild_find(self, args.values[MAILD], args.values[ADDRESS], &maild, &code))
		return code;
	code = act_on(self, &args, back, maild);
	op25b_held_maild_free(&maild);
	return code;
}

static int run_release(int argc, char **argv)
{
	return act(&op25b_command_mail_release, false, argc, argv);
}

static int run_return(int argc, char **argv)
{
	return act(&op25b_command_mail_return, true, argc, argv);
}

const struct op25b_command op25b_command_mail_release = {
	.name = "mail release",
	.run = run_release,
	.usage = "QUEUE-ID... [--postfix DIR]\n"
		 "--account NAME [--postfix DIR]",
	.help = "Let held mail go on its way",
	.options = release_options,
	.more = "As root on the mail host. Postfix takes it as if it had just come in, by\n"
		"postsuper -r, so that it has its whole time to be delivered. The account is\n"
		"another matter: `op25b account release`.",
};

const struct op25b_command op25b_command_mail_return = {
	.name = "mail return",
	.run = run_return,
	.usage = "QUEUE-ID... [--postfix DIR]\n"
		 "--account NAME [--postfix DIR]\n"
		 "--due [--postfix DIR]",
	.help = "Send held mail back to its sender",
	.options = return_options,
	.more = "As root on the mail host, by postsuper -f: it leaves the hold queue and bounces,\n"
		"with its text, when Postfix next looks at its queue (queue_run_delay: 5\n"
		"minutes). Mail without a sender stays. Nothing that others put on hold is due.",
};
