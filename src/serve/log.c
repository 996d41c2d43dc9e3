/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See log.h. The journal sets JOURNAL_STREAM for what it reads and takes a leading <N> as the
 * priority; a terminal should not see it.
 */
#include "serve/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void op25b_log(enum op25b_log_level level, const char *format, ...)
{
	const char *journal = getenv("JOURNAL_STREAM");
	char text[2048], *line = text, *next;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	do {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (journal)
			fprintf(stderr, "<%d>%s\n", (int)level, line);
		else
			fprintf(stderr, "%s: %s\n", program_invocation_short_name, line);
		line = next;
	} while (line && *line);
}
