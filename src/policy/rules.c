/* SPDX-License-Identifier: BSD-2-Clause */
/* The dated stages of port25. */
#include "policy/reader.h"

struct stage {
	struct op25b_rule rule;
	const struct op25b_node *how, *manner;
	bool acts; /* the action was read */
};

static void read_from(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct stage *stage = object;

	op25b_read_date(r, value, /* until= */ false, &stage->rule.from);
}

static void read_action(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct stage *stage = object;
	int action = op25b_walk_word(r, value, "action", &op25b_words_action);

	if (action < 0)
		return;
	stage->rule.action = (enum op25b_verdict)action;
	stage->acts = true;
}

static void read_how(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct stage *stage = object;
	int how = op25b_walk_word(r, value, "how", &op25b_words_how);

	stage->how = value;
	if (how >= 0)
		stage->rule.how = (enum op25b_how)how;
}

static void read_manner(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct stage *stage = object;
	int manner = op25b_walk_word(r, value, "manner", &op25b_words_manner);

	stage->manner = value;
	if (manner >= 0)
		stage->rule.manner = (enum op25b_manner)manner;
}

static void read_except(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct stage *stage = object;

	op25b_name_list(r, value, "except", &r->servers, /* star= */ true, &stage->rule.except,
			&stage->rule.n_except);
}

static void read_to(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct stage *stage = object;

	if (value->kind == OP25B_LIST && !value->n)
		op25b_find_error(r->finder, &value->place,
				 "an empty 'to' would hold for no "
				 "destination; remove it to mean all, or name some");
	op25b_name_list(r, value, "to", &r->destinations, /* star= */ false, &stage->rule.to,
			&stage->rule.n_to);
}

static void check_stage(struct op25b_reader *r, const struct op25b_node *node,
			const struct stage *stage)
{
	if (!stage->acts)
		return;
	if (stage->rule.action == OP25B_REFUSE && !stage->how)
		op25b_find_error(r->finder, &node->place,
				 "'refuse' needs 'how'; add 'how: drop', "
				 "'reset', 'unreachable' or 'notice'");
	if (stage->rule.action != OP25B_REFUSE && stage->how)
		op25b_find_error(r->finder, &stage->how->place,
				 "'how' goes with 'action: refuse' "
				 "only; remove it, or refuse");
}

static const struct op25b_field fields[] = {
	{ "from", read_from, "add the date of its start, such as 'from: 2027-04-01'" },
	{ "action", read_action, "add 'action: allow', 'count' or 'refuse'" },
	{ "how", read_how, NULL },
	{ "manner", read_manner, NULL },
	{ "except", read_except, NULL },
	{ "to", read_to, NULL },
};

void op25b_read_rules(struct op25b_reader *r, const struct op25b_node *node,
		      struct op25b_service *service)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "port25");

	service->rules = item ? op25b_arena_alloc(r->arena, node->n * sizeof(*service->rules)) :
				NULL;
	for (; item; item = item->next) {
		struct stage stage = { .rule = { .place = item->place } };

		op25b_walk_map(r, item, "a stage of port25", fields,
			       sizeof(fields) / sizeof(fields[0]), &stage);
		check_stage(r, item, &stage);
		if (stage.manner && stage.rule.how != OP25B_NOTICE)
			op25b_find_error(r->finder, &stage.manner->place,
					 "'manner' goes with "
					 "'how: notice' only; remove it, or write 'how: notice'");
		r->policy->uses_notice |= stage.rule.how == OP25B_NOTICE;
		service->rules[service->n_rules++] = stage.rule;
	}
}
