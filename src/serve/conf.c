/* SPDX-License-Identifier: BSD-2-Clause */
/* See conf.h: maps, words, numbers and paths of a settings file. */
#include "serve/conf.h"

#include <assert.h>
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "policy/near.h"

static void report_unknown(struct op25b_conf *c, const struct op25b_node *key, const char *what,
			   const char *const *words, size_t n)
{
	const char *near = op25b_near_word(key->text, words, n);
	char all[1024] = "";

	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "", words[i]);
	}
	if (near)
		op25b_find_error(&c->finder, &key->place, "%s has no key '%s'; did you mean '%s'?",
				 what, key->text, near);
	else
		op25b_find_error(&c->finder, &key->place,
				 "%s has no key '%s'; remove it, or use one of %s", what, key->text,
				 all);
}

void op25b_conf_map(struct op25b_conf *c, const struct op25b_node *node, const char *what,
		    const struct op25b_conf_field *fields, void *to)
{
	const char *words[OP25B_CONF_FIELDS];
	bool seen[OP25B_CONF_FIELDS] = { false };
	size_t n = 0;

	if (node->kind != OP25B_MAP) {
		op25b_find_error(&c->finder, &node->place, "%s is a map; write 'key: value' pairs",
				 what);
		return;
	}
	for (; fields[n].key; n++) {
		assert(n < OP25B_CONF_FIELDS);
		words[n] = fields[n].key;
	}
	for (const struct op25b_node *key = node->first; key; key = key->next) {
		size_t i = 0;

		while (i < n && strcmp(words[i], key->text) != 0)
			i++;
		if (i == n) {
			report_unknown(c, key, what, words, n);
			continue;
		}
		seen[i] = true;
		fields[i].read(c, key->value, to);
	}
	for (size_t i = 0; i < n; i++) {
		if (fields[i].need && !seen[i])
			op25b_find_error(&c->finder, &node->place, "%s needs '%s'; %s", what,
					 words[i], fields[i].need);
	}
}

const char *op25b_conf_text(struct op25b_conf *c, const struct op25b_node *node, const char *key)
{
	if (node->kind != OP25B_SCALAR || op25b_node_is_null(node) || !*node->text) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' has no value; write one, or remove the key", key);
		return NULL;
	}
	return op25b_arena_copy(c->arena, node->text, strlen(node->text));
}

int op25b_conf_word(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		    const struct op25b_words *words)
{
	const char *text = op25b_conf_text(c, node, key);
	int value = text ? op25b_words_find(words, text) : -EINVAL;
	char all[128] = "";

	if (!text || value >= 0)
		return value;
	for (unsigned int i = 0; i < words->n; i++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "",
			 op25b_words_name(words, i));
	}
	op25b_find_error(&c->finder, &node->place, "%s '%s' is not known; use one of %s", key, text,
			 all);
	return -EINVAL;
}

void op25b_conf_number(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		       uint32_t least, uint32_t most, uint32_t *ret)
{
	const char *text = op25b_conf_text(c, node, key);
	size_t digits = text ? strspn(text, "0123456789") : 0;
	unsigned long value = digits ? strtoul(text, NULL, 10) : 0;

	if (!text)
		return;
	if (!digits || digits > 9 || text[digits] || value < least || value > most)
		op25b_find_error(&c->finder, &node->place,
				 "%s '%s' is not a number from %u to %u; write such a number", key,
				 text, least, most);
	else
		*ret = (uint32_t)value;
}

void op25b_conf_path(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		     const char **ret)
{
	const char *text = op25b_conf_text(c, node, key);

	if (!text)
		return;
	if (text[0] != '/' || strlen(text) > OP25B_CONF_PATH_MAX)
		op25b_find_error(
			&c->finder, &node->place,
			"'%s' is no path from the root; begin it with '/', %d bytes at most", key,
			OP25B_CONF_PATH_MAX);
	else
		*ret = text;
}

void op25b_conf_group(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		      const char **ret)
{
	const char *text = op25b_conf_text(c, node, key);

	if (!text)
		return;
	if (!getgrnam(text))
		op25b_find_error(&c->finder, &node->place,
				 "there is no group '%s'; make it (groupadd --system %s) or "
				 "correct the name",
				 text, text);
	else
		*ret = text;
}
