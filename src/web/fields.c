/* SPDX-License-Identifier: BSD-2-Clause */
/* Queries and forms, see request.h: application/x-www-form-urlencoded, as in the URL standard. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "web/decode.h"
#include "web/request.h"

/* Fields that may be there more than once. */
static bool is_list(const char *name)
{
	return !strcmp(name, "d") || !strcmp(name, "done");
}

static int add(struct op25b_web_fields *fields, char *name, char *value)
{
	if (!is_list(name) && op25b_web_field(fields, name))
		return -EINVAL;
	if (fields->n == OP25B_WEB_FIELDS)
		return -E2BIG;
	fields->list[fields->n++] = (struct op25b_web_field){ name, value };
	return 0;
}

/* "name=value", both decoded where they stand. */
static int take(struct op25b_web_fields *fields, char *pair)
{
	char *value = strchr(pair, '=');

	if (value)
		*value++ = '\0';
	else
		value = pair + strlen(pair);
	if (op25b_web_decode(pair, /* plus= */ true) || op25b_web_decode(value, /* plus= */ true))
		return -EINVAL;
	return add(fields, pair, value);
}

int op25b_web_fields_read(const char *text, size_t n, struct op25b_web_fields *ret)
{
	struct op25b_web_fields fields = { .n = 0 };
	char *rest, *pair;
	int r = 0;

	if (memchr(text, '\0', n))
		return -EINVAL;
	fields.bytes = rest = strndup(text, n);
	if (!rest)
		return -ENOMEM;
	fields.size = n;
	while (!r && (pair = strsep(&rest, "&")))
		r = *pair ? take(&fields, pair) : 0;
	if (r)
		op25b_web_fields_done(&fields);
	else
		*ret = fields;
	return r;
}

void op25b_web_fields_done(struct op25b_web_fields *fields)
{
	if (!fields)
		return;
	if (fields->bytes)
		explicit_bzero(fields->bytes, fields->size);
	free(fields->bytes);
	*fields = (struct op25b_web_fields){ .n = 0 };
}

const char *op25b_web_field(const struct op25b_web_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->n; i++) {
		if (!strcmp(fields->list[i].name, name))
			return fields->list[i].value;
	}
	return NULL;
}
