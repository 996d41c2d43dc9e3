/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b notice`: what clients are told that are refused with `how: notice`, as they get it; and
 * what a code means that a customer reads out.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/input.h"
#include "cli/rows.h"
#include "notice/text.h"
#include "policy/compile.h"
#include "policy/contact.h"
#include "policy/words.h"

enum { POLICY, AT, SERVICE, JSON };

static const struct op25b_option options[] = {
	[POLICY] = { "policy", "FILE", "the policy whose texts and codes are meant" },
	[AT] = { "at", "TIME", "when (default: now)" },
	[SERVICE] = { "service", "ID", "only the texts of this service" },
	[JSON] = { "json", NULL, "one JSON object, op25b.notice/1" },
	{ 0 },
};

/* When a client is told each reply, for people and as a key. */
static const char *const when[OP25B_WIRE_N_REPLIES] = { "at once", "EHLO", "else", "QUIT",
							"too late" };
static const char *const keys[OP25B_WIRE_N_REPLIES] = { "first", "helo", "other", "bye", "late" };

static const char *service_of(const struct op25b_plan *plan, const struct op25b_notice_text *text)
{
	return plan->policy->services[plan->services[text->service]].id;
}

/* A service that answers for unknown lines has its texts twice, all the same. */
static bool is_shown(const struct op25b_plan *plan, const struct op25b_notice_texts *texts,
		     size_t at, const char *service)
{
	const struct op25b_notice_text *text = &texts->list[at];

	if (service && strcmp(service, service_of(plan, text)) != 0)
		return false;
	for (size_t i = 0; i < at; i++) {
		if (!strcmp(texts->list[i].code, text->code))
			return false;
	}
	return true;
}

static void print_reply(const char *label, const char *reply)
{
	for (size_t n; *reply; reply += n + 2) {
		n = strcspn(reply, "\r");
		printf("  %-9s %.*s\n", label, (int)n, reply);
		label = "";
	}
}

static void print_text(const struct op25b_plan *plan, const struct op25b_notice_text *text)
{
	printf("service %s, %s, manner %s, code %s\n", service_of(plan, text),
	       op25b_words_name(&op25b_words_reason, text->reason),
	       op25b_words_name(&op25b_words_manner, text->manner), text->code);
	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		if (i != OP25B_WIRE_HELO || text->manner == OP25B_HELO)
			print_reply(when[i], text->replies[i]);
	}
}

static json_t *reply_json(const char *reply)
{
	json_t *lines = json_array();

	for (size_t n; *reply; reply += n + 2) {
		n = strcspn(reply, "\r");
		json_array_append_new(lines, json_stringn(reply, n));
	}
	return lines;
}

static json_t *text_json(const struct op25b_plan *plan, const struct op25b_notice_text *text)
{
	json_t *replies = json_object();

	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++)
		json_object_set_new(replies, keys[i], reply_json(text->replies[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "service", service_of(plan, text),
			 "reason", op25b_words_name(&op25b_words_reason, text->reason), "manner",
			 op25b_words_name(&op25b_words_manner, text->manner), "outcome",
			 op25b_contact_outcome(text->reason), "code", text->code, "replies",
			 replies);
}

static void print_json(json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

static void show(const struct op25b_input *input, const struct op25b_plan *plan,
		 const struct op25b_notice_texts *texts, const struct op25b_args *args)
{
	int64_t next = op25b_policy_next_change(input->policy, input->at);
	json_t *list = args->values[JSON] ? json_array() : NULL;
	char date[OP25B_INPUT_DATE];
	size_t n = 0;

	for (size_t i = 0; i < texts->n; i++) {
		if (!is_shown(plan, texts, i, args->values[SERVICE]))
			continue;
		if (list)
			json_array_append_new(list, text_json(plan, &texts->list[i]));
		else
			print_text(plan, &texts->list[i]);
		n++;
	}
	if (list)
		print_json(json_pack("{s:s, s:s, s:o, s:I}", "schema", "op25b.notice/1", "at",
				     op25b_input_date(input->at, date), "texts", list, "beyond",
				     (json_int_t)texts->beyond));
	else if (!n && next == INT64_MAX)
		puts("no text: nothing is refused with 'how: notice' then or later");
	else if (!n)
		printf("no text: nothing is refused with 'how: notice' then; next change %s\n",
		       op25b_input_date(next, date));
	if (texts->beyond && !list)
		printf("%zu texts more have no place, and will be resets: give several services "
		       "one\n",
		       texts->beyond);
}

static bool has_service(const struct op25b_policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		if (!strcmp(policy->services[i].id, id))
			return true;
	}
	return false;
}

static int show_texts(const struct op25b_input *input, const struct op25b_args *args)
{
	const struct op25b_command *self = &op25b_command_notice;
	struct op25b_notice_texts texts = { 0 };
	struct op25b_plan plan = { 0 };
	int r;

	if (args->values[SERVICE] && !has_service(input->policy, args->values[SERVICE]))
		return op25b_usage_error(self, "the policy has no service %s",
					 args->values[SERVICE]);
	r = op25b_plan_make(input->policy, input->at, NULL, &plan);
	if (!r)
		r = op25b_notice_texts_make(&plan, &texts);
	if (!r)
		show(input, &plan, &texts, args);
	else
		op25b_say(self, "%s: %s", args->values[POLICY], strerror(-r));
	op25b_notice_texts_done(&texts);
	op25b_plan_done(&plan);
	return r ? OP25B_EXIT_PARTLY : OP25B_EXIT_YES;
}

/* ---- a code ---------------------------------------------------------------------------- */

static int show_meaning(const struct op25b_input *input, const struct op25b_args *args,
			uint64_t code)
{
	struct op25b_notice_codes codes = { 0 };
	struct op25b_notice_meaning meaning = { 0 };
	const char *service, *reason, *manner;
	char text[OP25B_CODE_TEXT];
	bool found;

	if (op25b_notice_codes_make(input->policy, &codes)) {
		op25b_say(&op25b_command_notice, "%s", strerror(ENOMEM));
		return OP25B_EXIT_PARTLY;
	}
	found = op25b_notice_code_find(&codes, code, &meaning);
	op25b_notice_codes_done(&codes);
	op25b_code_format(code, text);
	service = found ? input->policy->services[meaning.service].id : NULL;
	reason = found ? op25b_words_name(&op25b_words_reason, meaning.reason) : NULL;
	manner = found ? op25b_words_name(&op25b_words_manner, meaning.manner) : NULL;
	if (args->values[JSON])
		print_json(json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "schema",
				     "op25b.notice-code/1", "code", text, "service", service,
				     "reason", reason, "manner", manner, "outcome",
				     found ? op25b_contact_outcome(meaning.reason) : NULL));
	else if (found)
		printf("%s: service %s, %s, manner %s\n", text, service, reason, manner);
	else
		printf("%s: no text of this policy; one of another policy, perhaps of the one "
		       "before, or of none\n",
		       text);
	return found ? OP25B_EXIT_YES : OP25B_EXIT_NO;
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_notice;
	struct op25b_input input = { 0 };
	struct op25b_args args;
	uint64_t number = 0;
	int code, fault = 0;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (!args.values[POLICY])
		return op25b_usage_error(self, "which policy? --policy FILE");
	if (args.n_operands && (args.values[AT] || args.values[SERVICE]))
		return op25b_usage_error(self, "a code is of the whole policy: leave out --at and "
					       "--service");
	if (args.n_operands)
		fault = op25b_code_parse(args.operands[0], &number);
	if (fault == -EINVAL)
		return op25b_usage_error(self, "%s: give ten digits, as 1234-567-890",
					 args.operands[0]);
	if (fault) {
		op25b_say(self, "%s: a digit is wrong, or two are swapped: ask for it again",
			  args.operands[0]);
		return OP25B_EXIT_NO;
	}
	if (op25b_input_policy(self, args.values[POLICY], args.values[AT], &input, &code))
		return code;
	code = args.n_operands ? show_meaning(&input, &args, number) : show_texts(&input, &args);
	op25b_input_done(&input);
	return op25b_finish(self, code);
}

const struct op25b_command op25b_command_notice = {
	.name = "notice",
	.run = run,
	.usage = "--policy FILE [--at TIME] [--service ID] [--json]\n"
		 "--policy FILE CODE [--json]",
	.help = "Show the SMTP texts of refusals, or say what a code in one means",
	.options = options,
	.more = "Codes change with the policy's file: ask the file that was in force. Exit codes:\n"
		"0 shown, known; 1 no such code, or a wrong digit.",
};
