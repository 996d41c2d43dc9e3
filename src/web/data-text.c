/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of data files, and lists of them or of anything. */
#include <string.h>

#include "web/data.h"

struct both {
	const char *texts[OP25B_LANGS];
};

/* Neither a space of ASCII nor the Japanese one makes a sentence. */
static const char *sentence(struct op25b_conf *c, const struct op25b_node *value, const char *key)
{
	const char *text = op25b_conf_text(c, value, key);
	const char *at = text;

	while (at && (*at == ' ' || *at == '\t' || *at == '\n' || !strncmp(at, "\u3000", 3)))
		at += strncmp(at, "\u3000", 3) ? 1 : 3;
	if (!at || *at)
		return text;
	op25b_find_error(&c->finder, &value->place,
			 "'%s' has no words; write them, or leave out the sentence", key);
	return NULL;
}

static void read_en(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct both *both = to;

	both->texts[OP25B_EN] = sentence(c, value, "en");
}

static void read_ja(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct both *both = to;

	both->texts[OP25B_JA] = sentence(c, value, "ja");
}

void op25b_data_text_read(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			  struct op25b_data_text *ret)
{
	static const struct op25b_conf_field fields[] = {
		{ "en", read_en, "write the text in English too" },
		{ "ja", read_ja, "write the text in Japanese too" },
		{ NULL, NULL, NULL },
	};
	struct both both = { { NULL, NULL } };
	const char *name;

	ret->word = OP25B_NO_PHRASE;
	if (node->kind == OP25B_MAP) {
		op25b_conf_map(c, node, key, fields, &both);
		memcpy(ret->own, both.texts, sizeof(ret->own));
		return;
	}
	name = op25b_conf_text(c, node, key);
	ret->word = name ? op25b_phrase_find(name) : OP25B_NO_PHRASE;
	if (name && ret->word == OP25B_NO_PHRASE)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no key of the catalogues; write {en: ..., ja: ...} for a "
				 "text of your own",
				 name);
}

void op25b_data_texts_read(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			   struct op25b_data_text **list, size_t *n)
{
	if (!op25b_data_is_list(c, node, key, "write '- {en: ..., ja: ...}'"))
		return;
	for (const struct op25b_node *item = node->first; item; item = item->next)
		op25b_data_text_read(c, item, key, OP25B_PUSH(c->arena, *list, *n));
}

bool op25b_data_is_list(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			const char *mend)
{
	if (node->kind == OP25B_LIST)
		return true;
	op25b_find_error(&c->finder, &node->place, "'%s' is a list; %s", key, mend);
	return false;
}

bool op25b_data_is_filled(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			  const char *mend)
{
	if (node->kind == OP25B_LIST && node->first)
		return true;
	op25b_find_error(&c->finder, &node->place, "'%s' is a list of at least one; %s", key, mend);
	return false;
}

const char *op25b_data_text_in(const struct op25b_phrases_own *own,
			       const struct op25b_data_text *text, enum op25b_lang lang)
{
	if (text->word != OP25B_NO_PHRASE)
		return op25b_phrase_text(own, text->word, lang);
	return text->own[lang] ? text->own[lang] : "";
}
