/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading words.yaml: sentences that an operator says instead, each in both languages and with the
 * values of the one it takes the place of.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/near.h"
#include "web/brand-read.h"

#define VALUES 16U /* of one sentence at most */

struct values {
	struct {
		const char *at;
		size_t n;
	} list[VALUES];
	size_t n;
};

static bool has(const struct values *values, const char *at, size_t n)
{
	for (size_t i = 0; i < values->n; i++) {
		if (values->list[i].n == n && !memcmp(values->list[i].at, at, n))
			return true;
	}
	return false;
}

/* Each name in braces once. False: a brace without its partner, or too many. */
static bool find_values(const char *text, struct values *ret)
{
	ret->n = 0;
	for (const char *at = text; (at = strpbrk(at, "{}")); at++) {
		const char *name = at + 1;
		size_t n = strcspn(name, "{}");

		if (*at == '}' || name[n] != '}' || !n || ret->n == VALUES)
			return false;
		if (!has(ret, name, n)) {
			ret->list[ret->n].at = name;
			ret->list[ret->n++].n = n;
		}
		at = name + n;
	}
	return true;
}

static bool are_same(const struct values *one, const struct values *other)
{
	for (size_t i = 0; i < one->n; i++) {
		if (!has(other, one->list[i].at, one->list[i].n))
			return false;
	}
	return one->n == other->n;
}

/* "{date}, {n}", for a finding. */
static const char *names_of(struct op25b_conf *c, const struct values *values)
{
	const char *all = "none";

	for (size_t i = 0; i < values->n; i++)
		all = op25b_arena_format(c->arena, "%s%s{%.*s}", i ? all : "", i ? ", " : "",
					 (int)values->list[i].n, values->list[i].at);
	return all;
}

static bool is_good(struct op25b_conf *c, const struct op25b_node *node, op25b_phrase phrase,
		    enum op25b_lang lang, const char *text)
{
	struct values wanted, given;

	find_values(op25b_phrase_text(NULL, phrase, lang), &wanted);
	if (!find_values(text, &given) || !are_same(&wanted, &given)) {
		op25b_find_error(&c->finder, &node->place,
				 "the values in braces of '%s' in '%s' are not those of the "
				 "sentence; use each of: %s",
				 op25b_phrase_key(phrase), op25b_lang_names[lang],
				 names_of(c, &wanted));
		return false;
	}
	return true;
}

/* A typing error of a key is more likely than a new key. */
static void report_unknown(struct op25b_conf *c, const struct op25b_node *key)
{
	const size_t n = op25b_phrase_count();
	const char **keys = op25b_arena_alloc(c->arena, n * sizeof(*keys));
	const char *near;

	for (size_t i = 0; i < n; i++)
		keys[i] = op25b_phrase_key((op25b_phrase)i);
	near = op25b_near_word(key->text, keys, n);
	if (near)
		op25b_find_error(&c->finder, &key->place,
				 "there is no sentence '%s'; did you mean '%s'?", key->text, near);
	else
		op25b_find_error(
			&c->finder, &key->place,
			"there is no sentence '%s'; the keys are those of words/pages-*.po",
			key->text);
}

static void read_sentence(struct op25b_data_load *load, struct op25b_brand *brand,
			  const struct op25b_node *key)
{
	const op25b_phrase phrase = op25b_phrase_find(key->text);
	const struct op25b_node *node = key->value;
	struct op25b_data_text text;

	if (phrase == OP25B_NO_PHRASE) {
		report_unknown(&load->c, key);
		return;
	}
	if (node->kind != OP25B_MAP) {
		op25b_find_error(&load->c.finder, &node->place,
				 "'%s' needs both languages; write {en: ..., ja: ...}", key->text);
		return;
	}
	op25b_data_text_read(&load->c, node, key->text, &text);
	for (int lang = 0; lang < OP25B_LANGS; lang++) {
		if (text.own[lang] &&
		    is_good(&load->c, node, phrase, (enum op25b_lang)lang, text.own[lang]))
			brand->own.texts[phrase][lang] = text.own[lang];
	}
}

void op25b_brand_words_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	struct op25b_brand *brand = op25b_brand_make(load);

	if (root->kind != OP25B_MAP) {
		op25b_find_error(&load->c.finder, &root->place,
				 "sentences are a map: KEY: {en: ..., ja: ...}");
		return;
	}
	brand->own.texts =
		op25b_arena_alloc(load->c.arena, op25b_phrase_count() * sizeof(*brand->own.texts));
	for (const struct op25b_node *key = root->first; key; key = key->next)
		read_sentence(load, brand, key);
}
