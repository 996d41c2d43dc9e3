/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The schema walk: every map of the language is a table of fields. All faults of a map are
 * reported, so a reader goes on after an error and leaves its object's field as it was.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/near.h"
#include "policy/reader.h"

#define FIELDS_MAX 32
#define TEXT_MAX   1000

static const char *kind_word(const struct op25b_node *node)
{
	switch (node->kind) {
	case OP25B_LIST:
		return "a list";
	case OP25B_MAP:
		return "a map";
	default:
		return "a word";
	}
}

/* "a, b, c" into @out. */
static void join_words(const char *const *words, size_t n, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n && used < size; i++) {
		if (words[i])
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
						 words[i]);
	}
}

/* Returns the index of the field that was probably meant, or @n. */
static size_t report_unknown_key(struct op25b_reader *r, const struct op25b_node *key,
				 const char *what, const struct op25b_field *fields, size_t n)
{
	const char *words[FIELDS_MAX];
	const char *near;
	size_t meant = 0;
	char all[512];

	for (size_t i = 0; i < n; i++)
		words[i] = fields[i].key;
	near = op25b_near_word(key->text, words, n);
	join_words(words, n, all, sizeof(all));
	if (near)
		op25b_find_error(r->finder, &key->place,
				 "%s has no key '%.100s'; did you mean '%s'?", what, key->text,
				 near);
	else
		op25b_find_error(r->finder, &key->place,
				 "%s has no key '%.100s'; remove it, or use one of %s", what,
				 key->text, all);
	while (meant < n && words[meant] != near)
		meant++;
	return meant;
}

bool op25b_walk_map(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		    const struct op25b_field *fields, size_t n, void *object)
{
	bool seen[FIELDS_MAX + 1] = { false };

	if (node->kind != OP25B_MAP) {
		op25b_find_error(r->finder, &node->place,
				 "%s is a map, not %s; write 'key: value' pairs", what,
				 op25b_node_is_null(node) ? "nothing" : kind_word(node));
		return false;
	}
	for (const struct op25b_node *key = node->first; key; key = key->next) {
		size_t i = 0;

		while (i < n && strcmp(fields[i].key, key->text) != 0)
			i++;
		if (i == n) {
			seen[report_unknown_key(r, key, what, fields, n)] = true;
			continue;
		}
		seen[i] = true;
		r->key = key;
		fields[i].read(r, key->value, object);
	}
	for (size_t i = 0; i < n && !node->partial; i++) {
		if (!seen[i] && fields[i].need)
			op25b_find_error(r->finder, &node->place, "%s needs '%s'; %s", what,
					 fields[i].key, fields[i].need);
	}
	return true;
}

const struct op25b_node *op25b_walk_list(struct op25b_reader *r, const struct op25b_node *node,
					 const char *what)
{
	if (node->kind == OP25B_LIST)
		return node->first;
	if (op25b_node_is_null(node))
		op25b_find_error(r->finder, &node->place,
				 "'%s' has no value; write [] for none, or remove the key", what);
	else
		op25b_find_error(r->finder, &node->place, "'%s' is a list, not %s; write [...]",
				 what, kind_word(node));
	return NULL;
}

const char *op25b_walk_text(struct op25b_reader *r, const struct op25b_node *node, const char *what)
{
	if (node->kind != OP25B_SCALAR) {
		op25b_find_error(r->finder, &node->place, "%s is a word, not %s; write one value",
				 what, kind_word(node));
		return NULL;
	}
	if (op25b_node_is_null(node) || !*node->text) {
		op25b_find_error(r->finder, &node->place,
				 "%s has no value; write one, or remove the key", what);
		return NULL;
	}
	if (strlen(node->text) > TEXT_MAX) {
		op25b_find_error(r->finder, &node->place, "%s is longer than %d bytes; shorten it",
				 what, TEXT_MAX);
		return NULL;
	}
	return node->text;
}

int op25b_walk_word(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		    const struct op25b_words *words)
{
	const char *text = op25b_walk_text(r, node, what);
	const char *near;
	char all[256];
	int value;

	if (!text)
		return -EINVAL;
	value = op25b_words_find(words, text);
	if (value >= 0)
		return value;
	near = op25b_near_word(text, words->words, words->n);
	join_words(words->words, words->n, all, sizeof(all));
	op25b_find_error(r->finder, &node->place, "%s '%s' is not known; use one of %s%s%s%s", what,
			 text, all, near ? " (did you mean '" : "", near ? near : "",
			 near ? "'?)" : "");
	return -EINVAL;
}

bool op25b_walk_number(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		       unsigned int least, unsigned int most, unsigned int *ret)
{
	const char *text = op25b_walk_text(r, node, what);
	size_t digits;
	unsigned long value;

	if (!text)
		return false;
	digits = strspn(text, "0123456789");
	value = digits && digits < 10 ? strtoul(text, NULL, 10) : 0;
	if (!digits || digits > 9 || text[digits] || value < least || value > most) {
		op25b_find_error(r->finder, &node->place,
				 "%s '%s' is not a number from %u to %u; "
				 "write such a number",
				 what, text, least, most);
		return false;
	}
	*ret = (unsigned int)value;
	return true;
}

const char *op25b_walk_keep(struct op25b_reader *r, const char *text)
{
	return op25b_arena_copy(r->arena, text, strlen(text));
}
