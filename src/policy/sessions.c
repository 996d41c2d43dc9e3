/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules that give RADIUS sessions a service, and what names a session's line. */
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"
#include "policy/reader.h"

#define RULES_MAX 1000 /* each is tried for each session */

struct placed_pattern {
	struct op25b_session_pattern pattern;
	const struct op25b_node *node;
};

static bool read_pattern(struct op25b_reader *r, const struct op25b_node *item,
			 enum op25b_session_key key, struct op25b_session_pattern *ret)
{
	const char *text, *star;
	char what[64], *own;

	snprintf(what, sizeof(what), "'%s'", op25b_words_name(&op25b_words_session_key, key));
	text = op25b_walk_text(r, item, what);
	if (!text)
		return false;
	star = strchr(text, '*');
	if (star && star[1]) {
		op25b_find_error(r->finder, &item->place,
				 "'%s' has a '*' before its end; write one at the end only, or the "
				 "values in full",
				 text);
		return false;
	}
	if (key == OP25B_SESSION_REALM && strchr(text, '@')) {
		op25b_find_error(r->finder, &item->place,
				 "'%s' can't be a realm, which is what follows the last '@' of a "
				 "user name; write that alone",
				 text);
		return false;
	}
	own = op25b_arena_copy(r->arena, text, star ? (size_t)(star - text) : strlen(text));
	for (char *at = own; key == OP25B_SESSION_REALM && *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	*ret = (struct op25b_session_pattern){ .text = own, .open = star != NULL };
	return true;
}

/* What holds others comes before them; equal ones in the order of the file. */
static int compare_placed(const void *left, const void *right)
{
	const struct placed_pattern *a = left, *b = right;
	int order = strcmp(a->pattern.text, b->pattern.text);

	if (order)
		return order;
	if (a->pattern.open != b->pattern.open)
		return a->pattern.open ? -1 : 1;
	if (a->node->place.line != b->node->place.line)
		return a->node->place.line < b->node->place.line ? -1 : 1;
	return (int)a->node->place.column - (int)b->node->place.column;
}

/* Sorts, refuses what is there twice, leaves out what another holds. */
static void take_patterns(struct op25b_reader *r, struct placed_pattern *placed, size_t n,
			  struct op25b_session_patterns *ret)
{
	struct op25b_session_pattern *list = op25b_arena_alloc(r->arena, n * sizeof(*list));
	size_t kept = 0;

	if (n)
		qsort(placed, n, sizeof(*placed), compare_placed);
	for (size_t i = 0; i < n; i++) {
		const struct op25b_session_pattern *last = kept ? &list[kept - 1] : NULL;
		const struct op25b_session_pattern *pattern = &placed[i].pattern;

		if (last && last->open == pattern->open && !strcmp(last->text, pattern->text))
			op25b_find_error(r->finder, &placed[i].node->place,
					 "'%s' is here twice; remove one", placed[i].node->text);
		else if (!last || !last->open ||
			 strncmp(last->text, pattern->text, strlen(last->text)) != 0)
			list[kept++] = *pattern;
	}
	ret->list = list;
	ret->n = kept;
}

static void refuse_empty(struct op25b_reader *r, const struct op25b_node *list)
{
	op25b_find_error(r->finder, &list->place,
			 "an empty '%s' would hold for no session; remove it, or write a value",
			 r->key->text);
}

/* One text, or a list of them. */
static void read_texts(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_session_rule *rule = object;
	int key = op25b_words_find(&op25b_words_session_key, r->key->text);
	bool is_list = value->kind == OP25B_LIST;
	size_t n = 0, room = is_list ? value->n : 1;
	const struct op25b_node *item = is_list ? value->first : value;
	struct placed_pattern *placed;

	if (!room)
		refuse_empty(r, value);
	placed = op25b_arena_alloc(r->scratch, room * sizeof(*placed));
	for (; item && n < room; item = is_list ? item->next : NULL) {
		placed[n].node = item;
		n += read_pattern(r, item, (enum op25b_session_key)key, &placed[n].pattern);
	}
	take_patterns(r, placed, n, &rule->texts[key]);
}

static int compare_prefixes(const void *left, const void *right)
{
	return op25b_prefix_compare(left, right);
}

static void read_prefixes(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_session_rule *rule = object;
	size_t n = 0;

	if (value->kind != OP25B_LIST) {
		rule->prefixes = op25b_arena_alloc(r->arena, sizeof(*rule->prefixes));
		rule->n_prefixes = op25b_read_prefix(r, value, rule->prefixes);
		return;
	}
	if (!value->n)
		refuse_empty(r, value);
	op25b_read_prefixes(r, value, "prefix", &rule->prefixes, &n);
	if (n)
		qsort(rule->prefixes, n, sizeof(*rule->prefixes), compare_prefixes);
	for (size_t i = 0; i < n; i++) {
		if (!rule->n_prefixes ||
		    !op25b_prefix_holds(&rule->prefixes[rule->n_prefixes - 1], &rule->prefixes[i]))
			rule->prefixes[rule->n_prefixes++] = rule->prefixes[i];
	}
}

static void read_match(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	static const struct op25b_field fields[] = {
		{ "realm", read_texts, NULL },       { "user_name", read_texts, NULL },
		{ "class", read_texts, NULL },       { "filter_id", read_texts, NULL },
		{ "framed_pool", read_texts, NULL }, { "nas", read_texts, NULL },
		{ "prefix", read_prefixes, NULL },
	};

	if (!op25b_walk_map(r, value, "'match'", fields, sizeof(fields) / sizeof(fields[0]),
			    object))
		return;
	if (!value->n)
		op25b_find_error(r->finder, &value->place,
				 "an empty 'match' would hold for every session; write what it is "
				 "for, such as 'realm: NAME'");
}

static void read_service(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_session_rule *rule = object;

	op25b_name_find(r, value, &r->services, &rule->service);
}

static void read_rule(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "match", read_match, "add what it is for, such as 'match: {realm: NAME}'" },
		{ "service", read_service, "add 'service: ID', one of 'services'" },
	};
	struct op25b_policy *p = r->policy;
	struct op25b_session_rule rule = { .place = node->place };

	if (!op25b_walk_map(r, node, "a session rule", fields, 2, &rule))
		return;
	if (p->n_session_rules == RULES_MAX)
		op25b_find_error(r->finder, &node->place,
				 "more than %d session rules; write several values into one rule "
				 "as a list",
				 RULES_MAX);
	if (p->n_session_rules <= RULES_MAX)
		*OP25B_PUSH(r->arena, p->session_rules, p->n_session_rules) = rule;
}

static void read_rules(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	const struct op25b_node *item = op25b_walk_list(r, value, "rules");

	(void)object;
	for (; item; item = item->next)
		read_rule(r, item);
}

static void add_line_key(struct op25b_reader *r, const struct op25b_node *item)
{
	struct op25b_policy *p = r->policy;
	int key = op25b_walk_word(r, item, "line_id", &op25b_words_line_attribute);

	for (size_t i = 0; key >= 0 && i < p->n_line_id; i++) {
		if (p->line_id[i] != (enum op25b_session_key)key)
			continue;
		op25b_find_error(r->finder, &item->place, "'%s' is here twice; remove one",
				 item->text);
		return;
	}
	if (key >= 0)
		p->line_id[p->n_line_id++] = (enum op25b_session_key)key;
}

static void read_line_id(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	const struct op25b_node *item = op25b_walk_list(r, value, "line_id");

	(void)object;
	if (r->line_id) {
		op25b_find_error(r->finder, &value->place,
				 "'line_id' is written already (%s:%u); remove one",
				 r->policy->files[r->line_id->place.file], r->line_id->place.line);
		return;
	}
	r->line_id = value;
	if (value->kind == OP25B_LIST && !value->n)
		op25b_find_error(r->finder, &value->place,
				 "an empty 'line_id' would leave every session's line without a "
				 "name; write [User-Name], or remove the key");
	r->policy->n_line_id = 0;
	for (; item; item = item->next)
		add_line_key(r, item);
}

void op25b_read_sessions(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "line_id", read_line_id, NULL },
		{ "rules", read_rules, NULL },
	};

	op25b_walk_map(r, node, "'sessions'", fields, 2, NULL);
}
