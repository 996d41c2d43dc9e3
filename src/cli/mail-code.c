/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b mail code`: what a code means that a customer whose mail was refused reads out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "cli/client.h"
#include "cli/field.h"
#include "cli/input.h"
#include "cli/mail.h"

enum { MAILD, JSON };

static const struct op25b_option options[] = {
	[MAILD] = OP25B_MAIL_MAILD,
	[JSON] = { "json", NULL, "JSON: op25b.mail-code/1" },
	{ 0 },
};

static bool is_known(const json_t *answer)
{
	return json_is_string(json_object_get(answer, "reason"));
}

static void print_text(const json_t *answer)
{
	const char *account = json_string_value(json_object_get(answer, "account"));
	const char *line = json_string_value(json_object_get(answer, "line"));
	char date[OP25B_INPUT_DATE];

	printf("%s: ", op25b_field_text(answer, "code"));
	if (!is_known(answer)) {
		puts("none of op25b-maild's, or one that it no longer has");
		return;
	}
	printf("%s", op25b_field_text(answer, "reason"));
	if (account)
		printf(", account %s", account);
	if (line)
		printf(", line %s", line);
	printf(", last %s", op25b_input_date(op25b_field_number(answer, "at"), date));
	if (json_is_integer(json_object_get(answer, "until")))
		printf(", until %s", op25b_input_date(op25b_field_number(answer, "until"), date));
	putchar('\n');
}

/* The kind is the first digit. */
static bool check(const char *given, int *ret_exit)
{
	const struct op25b_command *self = &op25b_command_mail_code;
	char text[OP25B_CODE_TEXT];
	uint64_t code = 0;
	int r = op25b_code_parse(given, &code);

	*ret_exit = OP25B_EXIT_NO;
	if (r == -EINVAL) {
		*ret_exit = op25b_usage_error(self, "%s: give ten digits, as 3123-456-780", given);
		return false;
	}
	if (r) {
		op25b_say(self, "%s: a digit is wrong, or two are swapped: ask for it again",
			  given);
		return false;
	}
	if (*op25b_code_format(code, text) == '0' + OP25B_CODE_NOTICE) {
		op25b_say(self, "%s: a code of op25b-noticed: `op25b notice --policy FILE %s`",
			  text, text);
		return false;
	}
	return true;
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_mail_code;
	struct op25b_maild_file *file = NULL;
	struct op25b_args args;
	json_t *answer;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (!args.n_operands)
		return op25b_usage_error(self, "which code? ten digits, as 3123-456-780");
	if (!check(args.operands[0], &code) || !op25b_mail_file(args.values[MAILD], &file, &code))
		return code;
	answer = op25b_client_ask(self, file->socket,
				  json_pack("{s:s, s:s}", "op", "code", "code", args.operands[0]),
				  &code);
	op25b_maild_free(&file);
	if (!answer)
		return code;
	code = is_known(answer) ? OP25B_EXIT_YES : OP25B_EXIT_NO;
	if (args.values[JSON])
		op25b_client_print(answer);
	else
		print_text(answer);
	json_decref(answer);
	return op25b_finish(self, code);
}

const struct op25b_command op25b_command_mail_code = {
	.name = "mail code",
	.run = run,
	.usage = "CODE [--json]",
	.help = "Say whose mail was refused and why, by the code that the customer reads out",
	.options = options,
	.more = "Asked from op25b-maild, which keeps a code for the policy's retention.codes\n"
		"after it was last given. Its own begin with 3; `op25b notice` knows those that\n"
		"begin with 1. Exit codes: 0 known; 1 not known, or a wrong digit.",
};
