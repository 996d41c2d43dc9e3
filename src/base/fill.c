/* SPDX-License-Identifier: BSD-2-Clause */
/* See fill.h. */
#include "base/fill.h"

#include <string.h>

/* The value of a place's name; NULL: not known. */
static const char *value_of(const struct op25b_fill_value *values, size_t n, const char *name,
			    size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (!strncmp(values[i].name, name, len) && !values[i].name[len])
			return values[i].value;
	}
	return NULL;
}

size_t op25b_fill(const char *sentence, const struct op25b_fill_value *values, size_t n, char *ret,
		  size_t size)
{
	const char *from = sentence, *value;
	size_t done = 0, len;

	while (*from) {
		value = from;
		len = 1;
		if (*from == '{') {
			size_t name = strcspn(from, "}") - 1;

			value = value_of(values, n, from + 1, name);
			if (!value)
				return 0;
			len = strlen(value);
			from += name + 1;
		}
		from++;
		if (done + len >= size)
			return 0;
		memcpy(ret + done, value, len);
		done += len;
	}
	ret[done] = '\0';
	return done;
}
