/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ids. A thing of tenant T is known as "T/id" to the root and as "id" to T, which sees the
 * root's things too, its own first, and no other tenant's.
 */
#include <string.h>

#include "policy/reader.h"
#include "policy/utf8.h"

#define ID_MAX      63
#define LINE_ID_MAX 253 /* what a RADIUS attribute can hold */

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
