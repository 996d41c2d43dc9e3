/* SPDX-License-Identifier: BSD-2-Clause */
/* See sentence.h. That every sentence fits is checked where they are compiled: words/compile. */
#include "notice/sentence.h"

#include <string.h>

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

/* The value of the place that begins behind a brace; NULL: not known. */
static const char *value_at(const struct op25b_values *values, const char *name, size_t len)
{
	for (size_t i = 0; i < OP25B_VALUE_COUNT; i++) {
		if (!strncmp(places[i].name, name, len) && !places[i].name[len])
			return values->of[i];
	}
	return NULL;
}

size_t op25b_sentence_write(enum op25b_sentence sentence, const struct op25b_values *values,
			    char ret[static OP25B_SENTENCE_TEXT])
{
	const char *from = sentences[sentence], *value;
	size_t n = 0, len;

	while (*from) {
		value = from;
		len = 1;
		if (*from == '{') {
			size_t name = strcspn(from, "}") - 1;

			value = value_at(values, from + 1, name);
			if (!value)
				return 0;
			len = strlen(value);
			from += name + 1;
		}
		from++;
		if (n + len >= OP25B_SENTENCE_TEXT)
			return 0;
		memcpy(ret + n, value, len);
		n += len;
	}
	ret[n] = '\0';
	return n;
}
