/* SPDX-License-Identifier: BSD-2-Clause */
/* What a policy says of a line or an address whether or not it has a session; see lines.h. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/field.h"
#include "cli/lines.h"
#include "policy/evidence.h"
#include "policy/prefix.h"
#include "policy/words.h"

static json_t *list_static(const struct op25b_lines_question *q)
{
	const struct op25b_policy *policy = q->policy;
	char text[OP25B_PREFIX_TEXT];
	json_t *list = json_array();

	for (size_t i = 0; i < policy->n_lines; i++) {
		const struct op25b_line_prefix *line = &policy->lines[i];
		const char *id = policy->line_ids[line->line];

		if (q->address.family ? op25b_prefix_holds(&line->prefix, &q->address) :
					strcmp(id, q->text) == 0)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s}", "prefix",
						op25b_prefix_format(&line->prefix, text), "line",
						id, "service", policy->services[line->service].id));
	}
	return list;
}

/* As op25bd describes them, today. */
static json_t *list_grants(const struct op25b_grant *grants, size_t n, const char *line)
{
	const int64_t now = time(NULL);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct op25b_grant *grant = &grants[i];

		if (op25b_evidence_names(grant, line))
			json_array_append_new(
				list,
				json_pack("{s:s, s:b, s:o, s:o, s:s?, s:s?, s:s?}", "id", grant->id,
					  "in_force",
					  (int)(grant->from <= now && now < grant->until), "from",
					  op25b_lines_date(grant->from), "until",
					  op25b_lines_date(grant->until), "how",
					  op25b_words_name(&op25b_words_how, grant->how), "reason",
					  grant->reason, "approved_by", grant->approved_by));
	}
	return list;
}

json_t *op25b_lines_by_policy(struct op25b_lines_namer *namer,
			      const struct op25b_lines_question *question)
{
	const struct op25b_policy *policy = question->policy;
	const char *text = question->text;
	json_t *told = NULL;

	if (policy && question->address.family)
		return json_pack("{s:o}", "static", list_static(question));
	if (policy)
		return json_pack("{s:o, s:o, s:o}", "static", list_static(question), "exemptions",
				 list_grants(policy->exemptions, policy->n_exemptions, text),
				 "holds", list_grants(policy->holds, policy->n_holds, text));
	if (!question->address.family)
		told = op25b_lines_ask(namer, json_pack("{s:s, s:s}", "op", "lines", "line", text));
	return told ? told : json_pack("{s:[]}", "static");
}

static void print_grants(const json_t *answer, const char *key, const char *kind)
{
	json_t *grant;
	size_t i;

	json_array_foreach(json_object_get(answer, key), i, grant) printf(
		"by the policy the %s %s names it, %s, from %s until %s: %s\n", kind,
		op25b_field_text(grant, "id"),
		json_is_true(json_object_get(grant, "in_force")) ? "in force" : "not in force",
		op25b_field_text(grant, "from"), op25b_field_text(grant, "until"),
		op25b_field_text(grant, "reason"));
}

void op25b_lines_print_policy(const json_t *answer)
{
	json_t *line;
	size_t i;

	json_array_foreach(json_object_get(answer, "static"), i, line)
		printf("by the policy %s is of the line %s, service %s\n",
		       op25b_field_text(line, "prefix"), op25b_field_text(line, "line"),
		       op25b_field_text(line, "service"));
	print_grants(answer, "exemptions", "exemption");
	print_grants(answer, "holds", "hold");
	op25b_lines_print_facts(json_object_get(answer, "facts"));
}
