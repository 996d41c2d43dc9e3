/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capture of libbpf's log. The verifier's reason stands at the end of what may be a megabyte in
 * one call, so a message is formatted whole and only the last lines of it are kept.
 */
#include "dataplane/log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define KEPT_LINES 8U
#define KEPT_BYTES 160U

static _Thread_local struct {
	char lines[KEPT_LINES][KEPT_BYTES];
	unsigned int n; /* said so far; the last KEPT_LINES are kept */
} said;

static void keep_line(const char *line, size_t length)
{
	char *slot = said.lines[said.n % KEPT_LINES];

	while (length && (line[length - 1] == ' ' || line[length - 1] == '\r'))
		length--;
	if (!length)
		return;
	snprintf(slot, KEPT_BYTES, "%.*s", (int)(length < KEPT_BYTES ? length : KEPT_BYTES), line);
	said.n++;
}

static int __attribute__((format(printf, 2, 0)))
listen(enum libbpf_print_level level, const char *format, va_list args)
{
	OP25B_AUTO_FREE char *text = NULL;
	size_t length;

	if (level == LIBBPF_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	for (const char *line = text; *line; line += length + (line[length] == '\n')) {
		length = strcspn(line, "\n");
		keep_line(line, length);
	}
	return 0;
}

void op25b_log_begin(void)
{
	said.n = 0;
	libbpf_set_print(listen);
}

int op25b_log_error(struct op25b_error *error, int code, const char *format, ...)
{
	char text[sizeof(error->text)];
	unsigned int first = said.n > KEPT_LINES ? said.n - KEPT_LINES : 0;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	op25b_error_set(error, code, "%s", text);
	for (unsigned int i = first; i < said.n; i++)
		op25b_error_add(error, code, "\n  %s", said.lines[i % KEPT_LINES]);
	return code;
}
