/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b account invite`, `claim`: the mailbox that goes with a line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/account.h"
#include "cli/client.h"
#include "cli/field.h"
#include "mail/account-claim.h"

static const struct op25b_option invite_options[] = {
	OP25B_ACCOUNT_MAILD,
	{ "json", NULL, "JSON: op25b.account-invite/1" },
	{ 0 },
};

/* By the policy's own lines; a line that only RADIUS knows is looked at when the code is used. */
static bool may_have(struct op25b_account_place *place, const char *line)
{
	const struct op25b_mail_mailbox *mailbox = place->mail->mailbox;
	const struct op25b_policy *policy = place->input.policy;
	bool fits = op25b_account_may_have_mailbox(mailbox, line, mailbox->services[0]);

	for (size_t i = 0; i < policy->n_lines && fits; i++) {
		if (!strcmp(policy->line_ids[policy->lines[i].line], line))
			fits = op25b_account_may_have_mailbox(mailbox, line,
							      policy->lines[i].service);
	}
	if (!fits)
		op25b_say(place->command,
			  "no mailbox goes with the line %s: the policy's free_mailbox names other "
			  "services, or its login is none that matches",
			  line);
	return fits;
}

static int invite(struct op25b_account_place *place, const char *line, bool as_json)
{
	const int64_t now = time(NULL);
	char code[OP25B_INVITE_CODE], date[OP25B_INPUT_DATE];
	int r;

	if (!place->mail->mailbox) {
		op25b_say(place->command, "the policy has no mail.free_mailbox");
		return OP25B_EXIT_NO;
	}
	if (!may_have(place, line))
		return OP25B_EXIT_NO;
	r = op25b_accounts_invite(place->accounts, now, line, place->mail->mailbox->per_line, code,
				  &place->error);
	if (r < 0)
		return op25b_account_fail(place, r);
	if (as_json)
		return op25b_account_print(
			place->command,
			json_pack("{s:s, s:s, s:s, s:o, s:i, s:s}", "schema",
				  "op25b.account-invite/1", "line", line, "code", code, "until",
				  op25b_account_date(now + OP25B_INVITE_SECONDS), "tries",
				  OP25B_INVITE_TRIES, "domain", place->mail->mailbox->domain));
	printf("%s\nfor the line %s alone, until %s, %d tries; shown only now\n", code, line,
	       op25b_input_date(now + OP25B_INVITE_SECONDS, date), OP25B_INVITE_TRIES);
	return op25b_finish(place->command, OP25B_EXIT_YES);
}

static int run_invite(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_invite;
	struct op25b_account_place place = { .command = self };
	struct op25b_args args;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (!args.n_operands)
		return op25b_usage_error(self, "which line?");
	if (op25b_account_place_open(&place, self, args.values[0], true, &code) &&
	    op25b_account_place_policy(&place, &code))
		code = invite(&place, args.operands[0], args.values[1]);
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_invite = {
	.name = "account invite",
	.run = run_invite,
	.usage = "LINE [--json]",
	.help = "Print the one-time code of the letter to a line that a mailbox goes with",
	.options = invite_options,
	.more = "A code before it ends. It is claimed from that very line, on a page or with\n"
		"`op25b account claim`.",
};

enum { CLAIM_FROM, CLAIM_PORT, CLAIM_NAME, CLAIM_MAILD, CLAIM_JSON };

static const struct op25b_option claim_options[] = {
	[CLAIM_FROM] = { "from", "ADDRESS", "the customer's address now, on that line" },
	[CLAIM_PORT] = { "port", "PORT", "the port, where many lines share the address" },
	[CLAIM_NAME] = { "name", "LOCALPART", "what is to stand before the @" },
	[CLAIM_MAILD] = OP25B_ACCOUNT_MAILD,
	[CLAIM_JSON] = { "json", NULL, "JSON: op25b.account-claim/1" },
	{ 0 },
};

static int print_claim(const struct op25b_command *self, json_t *answer, bool as_json)
{
	const bool done = !strcmp(op25b_field_text(answer, "outcome"), "done");
	const json_t *left = json_object_get(answer, "left");

	if (as_json) {
		int code = op25b_account_print(self, json_incref(answer));

		return code || done ? code : OP25B_EXIT_NO;
	}
	if (!done) {
		op25b_say(self, "%s", op25b_field_text(answer, "text"));
		if (left)
			fprintf(stderr, "tries left: %lld\n", (long long)json_integer_value(left));
		return OP25B_EXIT_NO;
	}
	printf("%s: made, with the address %s; ready within %lld minutes\n",
	       op25b_field_text(answer, "account"), op25b_field_text(answer, "address"),
	       (op25b_field_number(answer, "ready") + 59) / 60);
	return op25b_finish(self, OP25B_EXIT_YES);
}

static int claim(struct op25b_account_place *place, const struct op25b_args *args, int port)
{
	const struct op25b_command *self = place->command;
	char password[OP25B_ACCOUNT_PASSWORD];
	json_t *answer;
	int code;

	if (!op25b_account_read_secret(self, password, &code))
		return code;
	answer = op25b_client_ask(self, place->file->socket,
				  json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "op", "account-claim",
					    "code", args->operands[0], "name",
					    args->values[CLAIM_NAME], "password", password,
					    "address", args->values[CLAIM_FROM], "port", port),
				  &code);
	explicit_bzero(password, sizeof(password));
	if (!answer)
		return code;
	code = print_claim(self, answer, args->values[CLAIM_JSON]);
	json_decref(answer);
	return code;
}

static int run_claim(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_claim;
	struct op25b_account_place place = { .command = self };
	struct op25b_args args;
	const char *text;
	int code, port = 0;
	char *end;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (!args.n_operands || !args.values[CLAIM_FROM] || !args.values[CLAIM_NAME])
		return op25b_usage_error(self, "give the code, --from and --name");
	text = args.values[CLAIM_PORT];
	if (text) {
		port = (int)strtol(text, &end, 10);
		if (*end || !*text || strlen(text) > 5 || port < 1 || port > 65535)
			return op25b_usage_error(self, "--port %s: 1 to 65535", text);
	}
	if (op25b_account_place_file(&place, self, args.values[CLAIM_MAILD], &code))
		code = claim(&place, &args, port);
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_claim = {
	.name = "account claim",
	.run = run_claim,
	.usage = "CODE --from ADDRESS --name LOCALPART",
	.help = "Make the mailbox of a letter's code, as the customer's page does",
	.options = claim_options,
	.more = "op25b-maild looks whether ADDRESS is on the code's line now. The password is\n"
		"read from the terminal or standard input.",
};
