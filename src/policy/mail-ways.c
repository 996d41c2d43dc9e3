/* SPDX-License-Identifier: BSD-2-Clause */
/* The dated stages of the four ways in. */
#include <stdlib.h>
#include <string.h>

#include "policy/duration.h"
#include "policy/mail-reader.h"
#include "policy/mail-words.h"

#define WINDOW_MOST (30 * 60)

struct entry {
	struct op25b_mail_stage stage;
	enum op25b_mail_way way;
	const struct op25b_node *action, *limits, *window;
};

static void read_from(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_date(r, value, /* until= */ false, &entry->stage.from);
}

static void read_action(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int action = op25b_walk_word(r, value, "action", &op25b_words_action);

	if (action < 0)
		return;
	entry->stage.action = (enum op25b_verdict)action;
	entry->action = value;
}

static void read_limits(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->limits = value;
	op25b_read_mail_limits_of(r, value, &entry->stage.limits);
}

static void read_window(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	const char *text = op25b_walk_text(r, value, "window");
	int64_t seconds = 0;

	entry->window = value;
	if (!text)
		return;
	if (op25b_duration_parse(text, &seconds) || seconds > WINDOW_MOST) {
		op25b_find_error(r->finder, &value->place,
				 "'%s' is no window from 1s to 30m; write one like 10m: an address "
				 "may change hands unseen meanwhile",
				 text);
		return;
	}
	entry->stage.window = seconds;
}

static int compare_indices(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Adds whom one item names. False: it is there already. */
static bool add_peer(struct op25b_reader *r, const struct op25b_node *item,
		     struct op25b_mail_stage *stage)
{
	bool *flag = strcmp(item->text, "any") == 0       ? &stage->any :
		     strcmp(item->text, "elsewhere") == 0 ? &stage->elsewhere :
							    NULL;
	uint32_t service;

	if (flag) {
		bool is_new = !*flag;

		*flag = true;
		return is_new;
	}
	if (!op25b_name_find(r, item, &r->services, &service))
		return true;
	for (size_t i = 0; i < stage->n_services; i++) {
		if (stage->services[i] == service)
			return false;
	}
	stage->services[stage->n_services++] = service;
	return true;
}

static void read_services(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	struct op25b_mail_stage *stage = &entry->stage;
	const struct op25b_node *item = op25b_walk_list(r, value, "services");

	stage->any = false;
	if (value->kind == OP25B_LIST && !value->n)
		op25b_find_error(r->finder, &value->place,
				 "an empty 'services' would hold for nobody; remove it to mean "
				 "any, or name some");
	stage->services = op25b_arena_alloc(r->arena, value->n * sizeof(*stage->services));
	for (; item; item = item->next) {
		if (!op25b_walk_text(r, item, "a name"))
			continue;
		if (entry->way == OP25B_MAIL_LINE25 && !strcmp(item->text, "elsewhere"))
			op25b_find_error(r->finder, &item->place,
					 "'line25' is the right of a line, and 'elsewhere' there "
					 "is none; name services, or give the right by 'auth25'");
		if (!add_peer(r, item, stage))
			op25b_find_error(r->finder, &item->place, "'%s' is named twice; remove one",
					 item->text);
	}
	if (stage->n_services)
		qsort(stage->services, stage->n_services, sizeof(*stage->services),
		      compare_indices);
}

static void check_stage(struct op25b_reader *r, const struct entry *entry)
{
	bool lets = entry->stage.action != OP25B_REFUSE;

	if (!entry->action)
		return;
	if (!lets && entry->way == OP25B_MAIL_AUTH587)
		op25b_find_error(r->finder, &entry->action->place,
				 "'auth587' can't be refused: it is the way that stays when port "
				 "25 closes; remove the stage");
	if (!lets && entry->limits)
		op25b_find_error(r->finder, &entry->limits->place,
				 "'limits' goes with 'allow' and 'count' only; remove it");
	if (entry->window && entry->way != OP25B_MAIL_POP25)
		op25b_find_error(r->finder, &entry->window->place,
				 "'window' goes with 'pop25' only; remove it");
	else if (entry->window && !lets)
		op25b_find_error(r->finder, &entry->window->place,
				 "'window' goes with 'allow' and 'count' only; remove it");
	else if (!entry->window && lets && entry->way == OP25B_MAIL_POP25)
		op25b_find_error(r->finder, &entry->stage.place,
				 "a stage of 'pop25' needs 'window'; add for how long a login "
				 "opens it, such as 'window: 10m'");
}

/* The set a way has where none is named: by its customary name, if there is one. */
static uint32_t customary(struct op25b_reader *r, enum op25b_mail_way way)
{
	static const char *const names[] = {
		[OP25B_MAIL_AUTH587] = "person",
		[OP25B_MAIL_LINE25] = "line",
		[OP25B_MAIL_AUTH25] = "person",
		[OP25B_MAIL_POP25] = "pop",
	};
	uint32_t index;

	return op25b_name_lookup(r, names[way], &r->limits, &index) ? OP25B_MAIL_UNLIMITED : index;
}

static void read_way(struct op25b_reader *r, const struct op25b_node *node, struct op25b_mail *mail,
		     enum op25b_mail_way way)
{
	static const struct op25b_field fields[] = {
		{ "from", read_from, NULL },
		{ "services", read_services, NULL },
		{ "action", read_action, "add 'action: allow', 'count' or 'refuse'" },
		{ "limits", read_limits, NULL },
		{ "window", read_window, NULL },
	};
	struct op25b_mail_stages *stages = &mail->ways[way];
	const struct op25b_node *item =
		op25b_walk_list(r, node, op25b_words_name(&op25b_words_mail_way, way));

	stages->place = node->place;
	stages->list = op25b_arena_alloc(r->arena, node->n * sizeof(*stages->list));
	for (; item; item = item->next) {
		struct entry entry = { .way = way,
				       .stage = { .from = INT64_MIN,
						  .any = true,
						  .limits = stages->limits,
						  .place = item->place } };

		op25b_walk_map(r, item, "a stage", fields, sizeof(fields) / sizeof(fields[0]),
			       &entry);
		check_stage(r, &entry);
		stages->list[stages->n++] = entry.stage;
	}
}

#define WAY(name, which)                                                                \
	static void read_##name(struct op25b_reader *r, const struct op25b_node *value, \
				void *object)                                           \
	{                                                                               \
		read_way(r, value, object, which);                                      \
	}

WAY(auth587, OP25B_MAIL_AUTH587)
WAY(line25, OP25B_MAIL_LINE25)
WAY(auth25, OP25B_MAIL_AUTH25)
WAY(pop25, OP25B_MAIL_POP25)

void op25b_mail_ways_init(struct op25b_reader *r, struct op25b_mail *mail)
{
	for (enum op25b_mail_way way = 0; way < OP25B_MAIL_WAYS; way++)
		mail->ways[way].limits = customary(r, way);
}

void op25b_read_mail_ways(struct op25b_reader *r, const struct op25b_node *node,
			  struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "auth587", read_auth587, NULL },
		{ "line25", read_line25, NULL },
		{ "auth25", read_auth25, NULL },
		{ "pop25", read_pop25, NULL },
	};

	op25b_walk_map(r, node, "'ways'", fields, 4, mail);
}
