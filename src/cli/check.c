/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b check`: is this policy file right, and what is in it.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/check-links.h"
#include "cli/check-session.h"
#include "cli/input.h"
#include "cli/rows.h"
#include "serve/clock.h"
#include "web/files.h"

enum { AT, JSON, SESSION, WEB, LINKS };

static const struct op25b_option options[] = {
	[AT] = { "at", "TIME", "the date that warnings and the summary are about (default: now)" },
	[JSON] = { "json", NULL, "one JSON object, op25b.check/1" },
	[SESSION] = { "session", "FACTS", "say which service and line a RADIUS session has" },
	[WEB] = { "web", "FILE", "check a web file with the policy and the data that it names" },
	[LINKS] = { "links", NULL, "with --web: ask for each page that policy and data link to" },
	{ 0 },
};

struct summary {
	size_t services, pools, lines, session_rules, rules;
	int64_t next;
};

/* Whether `later` takes over every peer `rule` is about. */
static bool takes_over(const struct op25b_rule *later, const struct op25b_rule *rule)
{
	size_t at = 0;

	if (!later->n_to)
		return true;
	for (size_t i = 0; i < rule->n_to; i++) {
		while (at < later->n_to && later->to[at] < rule->to[i])
			at++;
		if (at == later->n_to || later->to[at] != rule->to[i])
			return false;
	}
	return rule->n_to;
}

static bool in_force(const struct op25b_service *service, size_t index, int64_t at)
{
	const struct op25b_rule *rule = &service->rules[index];

	if (rule->from > at)
		return false;
	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *other = &service->rules[i];

		if (other->from <= at && takes_over(other, rule) &&
		    (other->from > rule->from || (other->from == rule->from && i > index)))
			return false;
	}
	return true;
}

static struct summary summarize(const struct op25b_input *input)
{
	const struct op25b_policy *policy = input->policy;
	struct summary s = { .services = policy->n_services,
			     .lines = policy->n_line_ids,
			     .session_rules = policy->n_session_rules };

	for (size_t i = 0; i < policy->n_services; i++) {
		s.pools += policy->services[i].n_pools;
		for (size_t k = 0; k < policy->services[i].n_rules; k++)
			s.rules += in_force(&policy->services[i], k, input->at);
	}
	s.next = op25b_policy_next_change(policy, input->at);
	return s;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void print_text(const char *path, const struct op25b_input *input,
		       const struct op25b_session_facts *session)
{
	char date[OP25B_INPUT_DATE];
	struct summary s;

	op25b_findings_print(&input->findings, stdout);
	if (!input->policy) {
		printf("%s: not valid, %zu error%s\n", path, input->findings.n_errors,
		       plural(input->findings.n_errors));
		return;
	}
	s = summarize(input);
	printf("%s: valid: %zu service%s, %zu pool%s, %zu line%s, ", path, s.services,
	       plural(s.services), s.pools, plural(s.pools), s.lines, plural(s.lines));
	if (s.session_rules)
		printf("%zu session rule%s, ", s.session_rules, plural(s.session_rules));
	printf("%zu rule%s in force, ", s.rules, plural(s.rules));
	if (s.next == INT64_MAX)
		puts("no change ahead");
	else
		printf("next change %s\n", op25b_input_date(s.next, date));
	if (session)
		op25b_session_print(input->policy, session);
}

static json_t *findings_json(const struct op25b_findings *findings)
{
	json_t *list = json_array();

	for (size_t i = 0; i < findings->n; i++) {
		const struct op25b_finding *f = &findings->list[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:i, s:i, s:s}", "severity",
						f->severity == OP25B_ERROR ? "error" : "warning",
						"file", f->file, "line", (int)f->line, "column",
						(int)f->column, "text", f->text));
	}
	return list;
}

static void print_json(const struct op25b_input *input, const struct op25b_session_facts *session)
{
	char date[OP25B_INPUT_DATE];
	json_t *object =
		json_pack("{s:s, s:b}", "schema", "op25b.check/1", "valid", input->policy != NULL);

	if (input->policy) {
		struct summary s = summarize(input);

		json_object_set_new(object, "at", json_string(op25b_input_date(input->at, date)));
		json_object_set_new(object, "services", json_integer((json_int_t)s.services));
		json_object_set_new(object, "pools", json_integer((json_int_t)s.pools));
		json_object_set_new(object, "lines", json_integer((json_int_t)s.lines));
		json_object_set_new(object, "session_rules",
				    json_integer((json_int_t)s.session_rules));
		json_object_set_new(object, "rules_in_force", json_integer((json_int_t)s.rules));
		json_object_set_new(object, "next_change",
				    s.next == INT64_MAX ?
					    json_null() :
					    json_string(op25b_input_date(s.next, date)));
		if (session)
			json_object_set_new(object, "session",
					    op25b_session_json(input->policy, session));
	}
	json_object_set_new(object, "findings", findings_json(&input->findings));
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

/* As op25b-webd --check: what is wrong is said with its place. */
static int check_web(const char *path, bool links)
{
	struct op25b_web_files files;
	int r = 0;

	if (op25b_web_files_read(path, op25b_clock_wall(), stdout, &files)) {
		printf("%s: not valid\n", path);
		return OP25B_EXIT_NO;
	}
	printf("%s: valid: policy %s, data %s\n", path, files.file->policy,
	       files.file->data ? files.file->data : "built in");
	if (links)
		r = op25b_links_check(path, &files, stdout);
	op25b_web_files_done(&files);
	if (r < 0)
		fprintf(stderr, "op25b: can't ask for pages: %s\n", strerror(-r));
	return r < 0 ? OP25B_EXIT_USAGE : r > 0 ? OP25B_EXIT_NO : OP25B_EXIT_YES;
}

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_check;
	struct op25b_session_question question, *asked = NULL;
	struct op25b_input input = { 0 };
	struct op25b_args args;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (args.values[WEB]) {
		if (args.n_operands || args.values[AT] || args.values[JSON] || args.values[SESSION])
			return op25b_usage_error(self,
						 "--web stands alone: its file names the policy");
		return op25b_finish(self, check_web(args.values[WEB], args.values[LINKS] != NULL));
	}
	if (args.values[LINKS])
		return op25b_usage_error(self, "--links goes with --web");
	if (!args.n_operands)
		return op25b_usage_error(self, "which policy file?");
	if (args.values[SESSION]) {
		asked = &question;
		if (op25b_session_read(self, args.values[SESSION], asked, &code))
			return code;
	}
	if (op25b_input_read(self, args.operands[0], args.values[AT], &input, &code))
		return code;
	if (args.values[JSON])
		print_json(&input, asked ? &asked->facts : NULL);
	else
		print_text(args.operands[0], &input, asked ? &asked->facts : NULL);
	code = input.policy ? OP25B_EXIT_YES : OP25B_EXIT_NO;
	op25b_input_done(&input);
	return op25b_finish(self, code);
}

const struct op25b_command op25b_command_check = {
	.name = "check",
	.run = run,
	.usage = "POLICY [--at TIME] [--session FACTS] [--json] | --web FILE [--links]",
	.help = "Say whether a policy file is right, with the place and remedy of each fault",
	.options = options,
	.more = "TIME is a date in the policy's timezone (2027-04-01) or RFC 3339\n"
		"(2027-04-01T09:00:00+09:00). FACTS are what RADIUS says of a session, as in\n"
		"nas=bng1,user_name=a@example.net,prefix=198.51.100.7: any of user_name, class,\n"
		"filter_id, framed_pool, nas, prefix. Exit codes: 0 valid, 1 not,\n"
		"or a link is dead.",
};
