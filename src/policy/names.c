/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ids. A thing of tenant T is known as "T/id" to the root and as "id" to T, which sees the
 * root's things too, its own first, and no other tenant's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/near.h"
#include "policy/reader.h"
#include "policy/utf8.h"

#define ID_MAX        63
#define LINE_ID_MAX   253 /* what a RADIUS attribute can hold */
#define SUGGESTED_MAX 500 /* ids that are compared with a wrong one */

static bool is_id(const char *text)
{
	size_t len =
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

	return len > 0 && len <= ID_MAX && !text[len] && !strchr("-_.", text[0]);
}

static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != ',';
}

const char *op25b_name_line_fault(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text;

	if (!len)
		return "is empty; write what names the line";
	if (len > LINE_ID_MAX)
		return "is longer than 253 bytes; shorten it";
	for (size_t i = 0; i < len;) {
		size_t n;

		if (is_plain(at[i])) {
			i++;
			continue;
		}
		n = op25b_utf8_length(at + i, len - i);
		if (n == 1)
			return "has a blank, comma or control character; use other characters";
		if (!n)
			return "is not UTF-8; save the file as UTF-8";
		i += n;
	}
	return NULL;
}

static const char *scope_of(const struct op25b_reader *r)
{
	return r->policy->tenants[r->doc->tenant].id;
}

static const char *qualify(struct op25b_reader *r, struct op25b_arena *arena, const char *id)
{
	const char *scope = scope_of(r);

	return *scope ? op25b_arena_format(arena, "%s/%s", scope, id) :
			op25b_arena_copy(arena, id, strlen(id));
}

static bool check_id(struct op25b_reader *r, const struct op25b_node *node, const char *text,
		     const struct op25b_ids *ids)
{
	const char *fault;

	if (ids == &r->lines) {
		fault = op25b_name_line_fault(text, strlen(text));
		if (fault)
			op25b_find_error(r->finder, &node->place, "the id of a line %s", fault);
		return !fault;
	}
	if (!is_id(text)) {
		op25b_find_error(r->finder, &node->place,
				 "'%s' can't be an id; use 1 to %d letters, digits, '-', '_', '.', "
				 "beginning with a letter or digit",
				 text, ID_MAX);
		return false;
	}
	if (ids == &r->services && (!strcmp(text, "any") || !strcmp(text, "elsewhere"))) {
		op25b_find_error(r->finder, &node->place,
				 "a service can't be called '%s', which means something else in "
				 "'mail'; choose another id",
				 text);
		return false;
	}
	return true;
}

const char *op25b_name_define(struct op25b_reader *r, const struct op25b_node *node,
			      struct op25b_ids *ids, uint32_t index,
			      const struct op25b_place *(*place_of)(const struct op25b_reader *r,
								    uint32_t index))
{
	const char *text = op25b_walk_text(r, node, "an id");
	const char *id;
	uint32_t taken;

	if (!text || !check_id(r, node, text, ids)) {
		r->incomplete = true;
		return NULL;
	}
	id = qualify(r, r->arena, text);
	taken = op25b_table_put(&ids->table, r->scratch, id, strlen(id), index);
	if (taken != index) {
		const struct op25b_place *first = place_of(r, taken);

		op25b_find_error(r->finder, &node->place,
				 "another %s has the id '%s' (%s:%u); choose another", ids->what,
				 text, r->policy->files[first->file], first->line);
	}
	return id;
}

int op25b_name_lookup(struct op25b_reader *r, const char *text, const struct op25b_ids *ids,
		      uint32_t *ret)
{
	const char *scope = scope_of(r);
	const char *slash = strchr(text, '/');
	char own[ID_MAX + LINE_ID_MAX + 2];

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

	if (ids->table.n > SUGGESTED_MAX || op25b_find_is_full(r->finder))
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

bool op25b_name_resolve(struct op25b_reader *r, const struct op25b_place *place, const char *text,
			const struct op25b_ids *ids, uint32_t *ret)
{
	int found = op25b_name_lookup(r, text, ids, ret);

	if (found == -EACCES)
		op25b_find_error(r->finder, place,
				 "'%s' is another tenant's, which tenant '%s' can't name; name one "
				 "of its own or of the root's",
				 text, scope_of(r));
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
