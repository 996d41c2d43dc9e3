/* SPDX-License-Identifier: BSD-2-Clause */
/* See sentence.h. That every sentence fits is checked where they are compiled: words/compile. */
#include "notice/sentence.h"

#include "base/fill.h"
#include "policy/contact.h"

static const char *const sentences[] = {
#define SENTENCE(tail, id, text) (text),
	OP25B_SMTP_SENTENCES(SENTENCE)
#undef SENTENCE
};

static const struct {
	const char *name;
	size_t most;
} places[] = {
#define PLACE(tail, name, most) { (name), (most) },
	OP25B_SMTP_VALUES(PLACE)
#undef PLACE
};

enum {
#define MOST(tail, name, most) MOST_##tail = (most),
	OP25B_SMTP_VALUES(MOST)
#undef MOST
};
_Static_assert(MOST_HOST == OP25B_CONTACT_HOST && MOST_SERVER == OP25B_CONTACT_HOST &&
		       MOST_LINK == OP25B_CONTACT_LINK,
	       "words/compile and policy/contact.h agree");

void op25b_values_set(struct op25b_values *values, enum op25b_value value, const char *text)
{
	values->of[value] = op25b_contact_is_plain(text, places[value].most) ? text : NULL;
}

size_t op25b_sentence_write(enum op25b_sentence sentence, const struct op25b_values *values,
			    char ret[static OP25B_SENTENCE_TEXT])
{
	struct op25b_fill_value known[OP25B_VALUE_COUNT];

	for (size_t i = 0; i < OP25B_VALUE_COUNT; i++)
		known[i] = (struct op25b_fill_value){ places[i].name, values->of[i] };
	return op25b_fill(sentences[sentence], known, OP25B_VALUE_COUNT, ret, OP25B_SENTENCE_TEXT);
}
