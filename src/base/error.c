/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts of failures, see error.h. Keeps errno, since callers build the text from it in pieces.
 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int op25b_error_set(struct op25b_error *error, int code, const char *format, ...)
{
	int saved = errno;
	va_list args;

	if (error) {
		va_start(args, format);
		vsnprintf(error->text, sizeof(error->text), format, args);
		va_end(args);
	}
	errno = saved;
	return code;
}

int op25b_error_add(struct op25b_error *error, int code, const char *format, ...)
{
	int saved = errno;
	size_t used;
	va_list args;

	if (error) {
		used = strnlen(error->text, sizeof(error->text));
		va_start(args, format);
		vsnprintf(error->text + used, sizeof(error->text) - used, format, args);
		va_end(args);
	}
	errno = saved;
	return code;
}
