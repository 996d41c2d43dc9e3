/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b why`: say what an error message means, as the pages say it; without any network. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/rows.h"
#include "policy/words.h"
#include "web/errors.h"
#include "web/page.h"

enum { HOW, ELSEWHERE, LANG, JSON };

static const struct op25b_option options[] = {
	[HOW] = { "how", "HOW", "the line is refused so: drop, reset, unreachable, notice" },
	[ELSEWHERE] = { "elsewhere", NULL, "the line is another provider's" },
	[LANG] = { "lang", "LANG", "what is said: en (default) or ja" },
	[JSON] = { "json", NULL, "one JSON object, op25b.why/1" },
	{ 0 },
};

static const char more[] =
	"TEXT is what a mail program, a device or a log says; without it, standard input is read.\n"
	"Exit status 1: the text is not known.";

static const char *title_of(const struct op25b_cause *cause, enum op25b_lang lang)
{
	return op25b_phrase_text(NULL, op25b_cause_title(cause), lang);
}

static void print_text(const struct op25b_causes *causes, enum op25b_lang lang)
{
	for (size_t i = 0; i < causes->n; i++) {
		const struct op25b_cause *cause = &causes->list[i];

		printf("%s: %s (%s)\n  %s\n", op25b_outcome_id(cause->outcome),
		       title_of(cause, lang), op25b_confidence_word(cause->confidence),
		       op25b_cause_why(NULL, cause, lang));
	}
	if (!causes->n)
		printf("%s\n", op25b_phrase_text(NULL, OP25B_PAGE_ERROR_UNKNOWN_TITLE, lang));
	if (*causes->code)
		printf("code %s\n", causes->code);
}

static void print_json(const struct op25b_causes *causes, enum op25b_lang lang)
{
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < causes->n; i++) {
		const struct op25b_cause *cause = &causes->list[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:s}", "outcome",
						op25b_outcome_id(cause->outcome), "confidence",
						op25b_confidence_word(cause->confidence), "title",
						title_of(cause, lang), "why",
						op25b_cause_why(NULL, cause, lang)));
	}
	object = json_pack("{s:s, s:o, s:s?}", "schema", "op25b.why/1", "causes", list, "code",
			   *causes->code ? causes->code : NULL);
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

/* The operands with blanks between them, or standard input. Returns its length, or -E2BIG. */
static ssize_t take_text(const struct op25b_args *args, char text[OP25B_ERRORS_TEXT + 1])
{
	size_t n = 0;

	if (!args->n_operands)
		n = fread(text, 1, OP25B_ERRORS_TEXT + 1, stdin);
	for (size_t i = 0; i < args->n_operands; i++) {
		size_t more_bytes = strlen(args->operands[i]);

		if (n + more_bytes + 1 > OP25B_ERRORS_TEXT)
			return -E2BIG;
		if (n)
			text[n++] = ' ';
		memcpy(text + n, args->operands[i], more_bytes);
		n += more_bytes;
	}
	return n > OP25B_ERRORS_TEXT ? -E2BIG : (ssize_t)n;
}

static int say_cause(const struct op25b_errors_seen *seen, const struct op25b_args *args,
		     enum op25b_lang lang)
{
	const struct op25b_command *self = &op25b_command_why;
	static char text[OP25B_ERRORS_TEXT + 1];
	struct op25b_errors_data *errors = NULL;
	struct op25b_causes causes = { .n = 0 };
	ssize_t n = take_text(args, text);
	int r = n < 0 ? (int)n : op25b_errors_built_in(&errors);

	if (!r)
		r = op25b_errors_find(errors, text, (size_t)n, seen, &causes);
	if (r == -E2BIG)
		op25b_say(self, "the text is larger than 16 KiB; give the part around the error");
	else if (r == -EILSEQ)
		op25b_say(self, "the text is no UTF-8; convert it first, as with iconv(1)");
	else if (r)
		op25b_say(self, "%s", strerror(-r));
	else if (args->values[JSON])
		print_json(&causes, lang);
	else
		print_text(&causes, lang);
	op25b_errors_free(&errors);
	if (r)
		return OP25B_EXIT_USAGE;
	return op25b_finish(self, causes.n ? OP25B_EXIT_YES : OP25B_EXIT_NO);
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_why;
	struct op25b_errors_seen seen = { OP25B_ERRORS_ANY, OP25B_HOW_NONE };
	enum op25b_lang lang = OP25B_EN;
	struct op25b_args args;
	int code = OP25B_EXIT_USAGE;

	if (op25b_args_parse(self, argc, argv, OP25B_ARGS_OPERANDS, &args, &code))
		return code;
	if (args.values[LANG] && !strcmp(args.values[LANG], "ja"))
		lang = OP25B_JA;
	else if (args.values[LANG] && strcmp(args.values[LANG], "en"))
		return op25b_usage_error(self, "--lang is en or ja, not '%s'", args.values[LANG]);
	if (args.values[HOW] && args.values[ELSEWHERE])
		return op25b_usage_error(self, "--how and --elsewhere exclude each other");
	if (args.values[ELSEWHERE])
		seen.line = OP25B_ERRORS_ELSEWHERE;
	if (args.values[HOW]) {
		int how = op25b_words_find(&op25b_words_how, args.values[HOW]);

		if (how < 0)
			return op25b_usage_error(self,
						 "--how is drop, reset, unreachable or "
						 "notice, not '%s'",
						 args.values[HOW]);
		seen = (struct op25b_errors_seen){ OP25B_ERRORS_REFUSED, (enum op25b_how)how };
	}
	return say_cause(&seen, &args, lang);
}

const struct op25b_command op25b_command_why = {
	.name = "why",
	.run = run,
	.usage = "[TEXT...] [--how HOW | --elsewhere] [--lang LANG] [--json]",
	.help = "say what an error message means",
	.options = options,
	.more = more,
};
