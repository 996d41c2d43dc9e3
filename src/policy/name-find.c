/* SPDX-License-Identifier: BSD-2-Clause */
/* What a name means in the scope of the file that writes it, and what was probably meant. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/near.h"
#include "policy/reader.h"

#define OWN_MAX       512 /* "tenant/id" */
#define SUGGESTED_MAX 500 /* ids that are compared with a wrong one */

static const char *scope_of(const struct op25b_reader *r)
{
	return r->policy->tenants[r->doc->tenant].id;
}

/* Whether @text is "T/...", T a tenant that the scope isn't. */
static bool is_of_other(const struct op25b_reader *r, const char *text)
{
	const char *slash = strchr(text, '/');
	char tenant[OWN_MAX];
	uint32_t index;

	if (!slash || (size_t)(slash - text) >= sizeof(tenant))
		return false;
	snprintf(tenant, sizeof(tenant), "%.*s", (int)(slash - text), text);
	return !op25b_table_get(&r->tenants.table, tenant, &index) && index != r->doc->tenant;
}

int op25b_name_lookup(struct op25b_reader *r, const char *text, const struct op25b_ids *ids,
		      uint32_t *ret)
{
	const char *scope = scope_of(r);
	const char *slash = strchr(text, '/');
	char own[OWN_MAX];

	if (*scope && slash && ids != &r->lines) {
		if (strlen(scope) != (size_t)(slash - text) ||
		    strncmp(text, scope, strlen(scope)) != 0)
			return -EACCES;
		return op25b_table_get(&ids->table, text, ret);
	}
	if (*scope) {
		snprintf(own, sizeof(own), "%s/%s", scope, text);
		if (!op25b_table_get(&ids->table, own, ret))
			return 0;
		/* Of lines only: they may have a '/' of their own. */
		if (slash && is_of_other(r, text))
			return -EACCES;
	}
	return op25b_table_get(&ids->table, text, ret);
}

/* The id that the scope can name and that @text probably means, as it would be written. */
static const char *suggest(const struct op25b_reader *r, const char *text,
			   const struct op25b_ids *ids)
{
	size_t n = 0, n_slots = ids->table.mask ? ids->table.mask + 1 : 0;
	const char *words[SUGGESTED_MAX];
	const char *scope = scope_of(r);
	size_t len = strlen(scope);

	if (ids->table.n > SUGGESTED_MAX || op25b_find_is_over(r->finder, OP25B_ERROR))
		return NULL;
	for (size_t i = 0; i < n_slots; i++) {
		const char *key = ids->table.slots[i].key;

		if (!key)
			continue;
		if (*scope && !strncmp(key, scope, len) && key[len] == '/')
			words[n++] = key + len + 1;
		else if (!*scope || !strchr(key, '/'))
			words[n++] = key;
	}
	return op25b_near_word(text, words, n);
}

static void report_nothing(struct op25b_reader *r, const struct op25b_place *place,
			   const char *text, const struct op25b_ids *ids)
{
	const char *near;
	uint32_t other;

	if (r->incomplete)
		return;
	if (ids == &r->servers && !op25b_name_lookup(r, text, &r->destinations, &other)) {
		op25b_find_error(r->finder, place,
				 "'%s' is one of 'destinations'; name one of 'mail_servers' here",
				 text);
		return;
	}
	if (ids == &r->destinations && !op25b_name_lookup(r, text, &r->servers, &other)) {
		op25b_find_error(r->finder, place,
				 "'%s' is one of 'mail_servers'; name one of 'destinations' here",
				 text);
		return;
	}
	near = suggest(r, text, ids);
	if (near)
		op25b_find_error(r->finder, place, "no %s has the id '%s'; did you mean '%s'?",
				 ids->what, text, near);
	else
		op25b_find_error(r->finder, place,
				 "no %s has the id '%s'; add one, or correct the name", ids->what,
				 text);
}

void op25b_name_refuse(struct op25b_reader *r, const struct op25b_place *place, const char *text)
{
	op25b_find_error(r->finder, place,
			 "'%s' is another tenant's, which tenant '%s' can't name; name one of its "
			 "own or of the root's",
			 text, scope_of(r));
}

bool op25b_name_resolve(struct op25b_reader *r, const struct op25b_place *place, const char *text,
			const struct op25b_ids *ids, uint32_t *ret)
{
	int found = op25b_name_lookup(r, text, ids, ret);

	if (found == -EACCES)
		op25b_name_refuse(r, place, text);
	else if (found)
		report_nothing(r, place, text, ids);
	return !found;
}

bool op25b_name_find(struct op25b_reader *r, const struct op25b_node *node, struct op25b_ids *ids,
		     uint32_t *ret)
{
	const char *text = op25b_walk_text(r, node, "a name");

	return text && op25b_name_resolve(r, &node->place, text, ids, ret);
}

static int compare_indices(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Every tenant's thing called @name; 0 if none has one. */
static size_t find_starred(struct op25b_reader *r, const char *name, const struct op25b_ids *ids,
			   uint32_t *out)
{
	size_t n = 0;

	for (size_t t = 1; t < r->policy->n_tenants; t++) {
		const char *id =
			op25b_arena_format(r->scratch, "%s/%s", r->policy->tenants[t].id, name);

		n += !op25b_table_get(&ids->table, id, &out[n]);
	}
	return n;
}

static size_t add_starred(struct op25b_reader *r, const struct op25b_node *node,
			  const struct op25b_ids *ids, bool star, uint32_t *out)
{
	size_t n;

	if (!star || r->doc->tenant) {
		op25b_find_error(r->finder, &node->place,
				 "'%s' has a '*', which only 'except' of "
				 "the root's services may have; name one %s",
				 node->text, ids->what);
		return 0;
	}
	n = find_starred(r, node->text + 2, ids, out);
	if (!n && !r->incomplete)
		op25b_find_error(r->finder, &node->place,
				 "no tenant has a %s with the id '%s'; "
				 "add one, or remove '%s'",
				 ids->what, node->text + 2, node->text);
	return n;
}

static size_t drop_twins(uint32_t *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!kept || list[kept - 1] != list[i])
			list[kept++] = list[i];
	}
	return kept;
}

void op25b_name_list(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		     struct op25b_ids *ids, bool star, uint32_t **ret, size_t *ret_n)
{
	const struct op25b_node *item = op25b_walk_list(r, node, what);
	size_t room = 0, n = 0;
	uint32_t *list;

	for (const struct op25b_node *at = item; at; at = at->next)
		room += at->kind == OP25B_SCALAR && !strncmp(at->text, "*/", 2) ?
				r->policy->n_tenants :
				1;
	list = op25b_arena_alloc(r->arena, room * sizeof(*list));
	for (; item; item = item->next) {
		size_t before = n;

		if (item->kind == OP25B_SCALAR && !strncmp(item->text, "*/", 2))
			n += add_starred(r, item, ids, star, list + n);
		else
			n += op25b_name_find(r, item, ids, &list[n]);
		for (size_t i = 0; i < before && n == before + 1; i++) {
			if (list[i] == list[before])
				op25b_find_error(r->finder, &item->place,
						 "'%s' is named twice; remove one", item->text);
		}
	}
	qsort(list, n, sizeof(*list), compare_indices);
	*ret_n = drop_twins(list, n);
	*ret = list;
}
