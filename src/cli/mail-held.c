/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b mail held`. Postfix knows what is held, op25b-maild whose it is and since when; what
 * Postfix no longer has is nobody's concern, and what others put on hold is told as theirs.
 */
#include "cli/mail-held.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/field.h"
#include "cli/input.h"
#include "cli/mail.h"
#include "cli/queue.h"

enum { MAILD, ADDRESS, POSTFIX, RECIPIENTS, JSON };

static const struct op25b_option options[] = {
	[MAILD] = OP25B_MAIL_MAILD,
	[ADDRESS] = OP25B_HELD_ADDRESS,
	[POSTFIX] = OP25B_HELD_POSTFIX,
	[RECIPIENTS] = { "recipients", NULL, "name recipients too; root only" },
	[JSON] = { "json", NULL, "JSON: op25b.held/1" },
	{ 0 },
};

static json_t *find(const json_t *known, const char *id)
{
	json_t *mail;
	size_t i;

	json_array_foreach(known, i, mail)
	{
		if (!strcmp(op25b_field_text(mail, "queue_id"), id))
			return mail;
	}
	return NULL;
}

static void join(json_t *mails, const json_t *known)
{
	static const char *const keys[] = { "account", "since", "why", "due" };
	json_t *mail;
	size_t i;

	json_array_foreach(mails, i, mail)
	{
		const json_t *ours = find(known, op25b_field_text(mail, "queue_id"));

		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			json_t *value = json_object_get(ours, keys[k]);

			json_object_set_new(mail, keys[k],
					    value ? json_incref(value) : json_null());
		}
	}
}

bool op25b_held_join(const struct op25b_command *command, struct op25b_held_maild *maild,
		     const char *folder, bool must, json_t **ret, int *ret_exit)
{
	json_t *mails, *known = NULL;

	if (!op25b_queue_held(command, folder, &mails, ret_exit))
		return false;
	if (!op25b_held_maild_ask(maild, mails, &known, ret_exit) && must) {
		json_decref(mails);
		return false;
	}
	join(mails, known);
	json_decref(known);
	*ret = mails;
	return true;
}

void op25b_held_hint(const struct op25b_maild_file *file, const char *account)
{
	json_t *known;
	long long n;
	int code;

	if (access(file->socket, R_OK | W_OK) < 0)
		return; /* nothing to say without it, and no fault of this command */
	known = op25b_client_ask(&op25b_command_mail_held, file->socket,
				 json_pack("{s:s, s:s}", "op", "held", "account", account), &code);
	n = (long long)json_array_size(json_object_get(known, "mails"));
	if (n)
		printf("%lld of its mails may still be held: `op25b mail release --account %s` on "
		       "the mail host lets them go, `op25b mail held` shows them\n",
		       n, account);
	json_decref(known);
}

static const char *date_of(const json_t *mail, const char *key, char room[static OP25B_INPUT_DATE])
{
	const json_t *at = json_object_get(mail, key);

	return json_is_integer(at) ? op25b_input_date(json_integer_value(at), room) : "-";
}

static void print_text(const json_t *mails, bool recipients)
{
	const json_t *mail, *recipient;
	size_t i, k;

	json_array_foreach(mails, i, mail)
	{
		const bool ours = json_is_string(json_object_get(mail, "account"));
		char since[OP25B_INPUT_DATE], due[OP25B_INPUT_DATE];

		printf("%s %s, %lld bytes", op25b_field_text(mail, "queue_id"),
		       op25b_field_text(mail, "account"), op25b_field_number(mail, "message_size"));
		if (ours)
			printf(", held since %s by %s, goes back from %s\n",
			       date_of(mail, "since", since), op25b_field_text(mail, "why"),
			       date_of(mail, "due", due));
		else
			printf(", since %s; not held by op25b\n",
			       date_of(mail, "arrival_time", since));
		if (!recipients)
			continue;
		json_array_foreach(json_object_get(mail, "recipients"), k, recipient)
			printf("    to %s\n", op25b_field_text(recipient, "address"));
	}
}

/* No address that a customer wrote to, unless root wants to see it. */
static void hide_recipients(json_t *mails)
{
	json_t *mail;
	size_t i;

	json_array_foreach(mails, i, mail)
	{
		const size_t n = json_array_size(json_object_get(mail, "recipients"));

		json_object_set_new(mail, "recipients", json_integer((json_int_t)n));
	}
}

static void show(json_t *mails, bool recipients, bool json)
{
	json_t *answer;

	if (!recipients)
		hide_recipients(mails);
	if (!json) {
		print_text(mails, recipients);
		return;
	}
	answer = json_pack("{s:s, s:O}", "schema", "op25b.held/1", "mails", mails);
	op25b_client_print(answer);
	json_decref(answer);
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_mail_held;
	struct op25b_held_maild *maild;
	struct op25b_args args;
	json_t *mails;
	int code;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	if (args.values[RECIPIENTS] && geteuid() != 0) {
		op25b_say(self, "--recipients: whom customers write to is shown to root only");
		return OP25B_EXIT_NOT_PERMITTED;
	}
	if (!op25b_held_maild_find(self, args.values[MAILD], args.values[ADDRESS], &maild, &code))
		return code;
	if (op25b_held_join(self, maild, args.values[POSTFIX], false, &mails, &code)) {
		show(mails, args.values[RECIPIENTS], args.values[JSON]);
		json_decref(mails);
		code = op25b_finish(self, OP25B_EXIT_YES);
	}
	op25b_held_maild_free(&maild);
	return code;
}

const struct op25b_command op25b_command_mail_held = {
	.name = "mail held",
	.run = run,
	.usage = "[--postfix DIR] [--recipients] [--json]",
	.help = "Show mail that is held: whose, since when and why, and when it goes back",
	.options = options,
	.more = "On the mail host that holds it. `op25b mail release` lets mail go on, `op25b\n"
		"mail return` sends it back. While op25b-maild is away, the list is Postfix's\n"
		"alone. One on another host is asked at 'held' of 'listen' in its file.",
};
