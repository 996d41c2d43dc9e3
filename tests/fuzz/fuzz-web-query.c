/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a query or form: fields of text, or nothing. And as an Accept-Language. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/utf8.h"
#include "web/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	char *copy = strdup(text);

	/* Nothing in it has to be cleaned but line ends and tabs. */
	assert(copy);
	for (char *p = copy; *p; p++) {
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	}
	op25b_utf8_clean(copy);
	for (size_t i = 0; text[i]; i++)
		assert(copy[i] == text[i] || text[i] == '\n' || text[i] == '\t');
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op25b_web_fields fields = { .n = 0 };
	char *text = strndup((const char *)data, size);

	assert(text && op25b_web_language(text) < OP25B_LANGS);
	free(text);
	if (op25b_web_fields_read((const char *)data, size, &fields)) {
		assert(!fields.n && !fields.bytes);
		return 0;
	}
	assert(fields.n <= OP25B_WEB_FIELDS);
	for (size_t i = 0; i < fields.n; i++) {
		check_text(fields.list[i].name);
		check_text(fields.list[i].value);
		assert(op25b_web_field(&fields, fields.list[i].name));
	}
	op25b_web_fields_done(&fields);
	return 0;
}
