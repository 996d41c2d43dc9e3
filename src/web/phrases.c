/* SPDX-License-Identifier: BSD-2-Clause */
/* See phrases.h. */
#include "web/phrases.h"

#include <assert.h>
#include <string.h>

#include "page-words.h"
#include "web/keys.h"

struct row {
	const char *key, *texts[OP25B_LANGS];
};

static const struct row rows[] = {
#define ROW(tail, key, en, ja) \
	[OP25B_PAGE_##tail] = { key, { [OP25B_EN] = (en), [OP25B_JA] = (ja) } },
	OP25B_PAGE_WORDS(ROW)
#undef ROW
};

const char *const op25b_lang_names[OP25B_LANGS] = { [OP25B_EN] = "en", [OP25B_JA] = "ja" };

const char *op25b_phrase_text(const struct op25b_phrases_own *own, op25b_phrase word,
			      enum op25b_lang lang)
{
	assert(word >= 0 && word < OP25B_PAGE_WORD_COUNT);
	if (own && own->texts && own->texts[word][lang])
		return own->texts[word][lang];
	return rows[word].texts[lang];
}

op25b_phrase op25b_phrase_find(const char *key)
{
	size_t low = 0, high = OP25B_PAGE_WORD_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, rows[middle].key);

		if (!order)
			return (op25b_phrase)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return OP25B_NO_PHRASE;
}

const char *op25b_phrase_key(op25b_phrase word)
{
	assert(word >= 0 && word < OP25B_PAGE_WORD_COUNT);
	return rows[word].key;
}

size_t op25b_phrase_count(void)
{
	return OP25B_PAGE_WORD_COUNT;
}
