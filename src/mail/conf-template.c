/* SPDX-License-Identifier: BSD-2-Clause */
/* Filling templates. They are ours and right; their values are checked where they come from. */
#include "mail/conf-template.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define ITEM "ITEM"

static void set(struct op25b_mailconf_values *values, const char *name, char *text)
{
	size_t i = 0;

	while (i < values->n && strcmp(values->list[i].name, name) != 0)
		i++;
	if (!text || i == OP25B_MAILCONF_VALUES) {
		free(text);
		values->failed = true;
		return;
	}
	if (i < values->n)
		free(values->list[i].text);
	else
		values->list[values->n++].name = name;
	values->list[i].text = text;
}

void op25b_mailconf_set(struct op25b_mailconf_values *values, const char *name, const char *text)
{
	set(values, name, strdup(text ? text : ""));
}

void op25b_mailconf_setf(struct op25b_mailconf_values *values, const char *name, const char *format,
			 ...)
{
	char *text = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		text = NULL;
	va_end(list);
	set(values, name, text);
}

static const char *get(const struct op25b_mailconf_values *values, const char *name, size_t length)
{
	for (size_t i = 0; i < values->n; i++) {
		if (!strncmp(values->list[i].name, name, length) && !values->list[i].name[length])
			return values->list[i].text;
	}
	return "";
}

const char *op25b_mailconf_get(const struct op25b_mailconf_values *values, const char *name)
{
	return get(values, name, strlen(name));
}

/* Bytes of the "@NAME@" that @text begins with; 0: it is none. */
static size_t place(const char *text)
{
	size_t length = strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length && text[length + 1] == '@' ? length + 2 : 0;
}

/* One line with its newline; @item is of @each. */
static void fill_line(FILE *out, const char *line, size_t length,
		      const struct op25b_mailconf_values *values, const char *item,
		      size_t item_length)
{
	const char *end = line + length;

	if (*line == '@' && place(line) == length - 1 && !*get(values, line + 1, length - 3) &&
	    strncmp(line + 1, ITEM, length - 3) != 0)
		return;
	while (line < end) {
		size_t n = *line == '@' ? place(line) : 0;

		if (!n) {
			fputc(*line++, out);
			continue;
		}
		if (n == strlen(ITEM) + 2 && !strncmp(line + 1, ITEM, n - 2))
			fwrite(item, 1, item_length, out);
		else
			fputs(get(values, line + 1, n - 2), out);
		line += n;
	}
}

/* The lines from @at up to "@end" or the end; returns what comes after. */
static const char *fill_block(FILE *out, const char *at, const struct op25b_mailconf_values *values,
			      const char *item, size_t item_length)
{
	while (*at) {
		size_t length = strcspn(at, "\n") + 1;

		if (!strncmp(at, "@end\n", 5))
			return at + 5;
		fill_line(out, at, length, values, item, item_length);
		at += length;
	}
	return at;
}

static const char *after_block(const char *at)
{
	const char *end = strstr(at, "@end\n");

	return end ? end + 5 : at + strlen(at);
}

/* A value that says for how many items, or whether, a block stands. */
static const char *value_of(const struct op25b_mailconf_values *values, const char *name)
{
	return get(values, name, strcspn(name, "\n"));
}

static const char *fill_each(FILE *out, const char *block, const char *items,
			     const struct op25b_mailconf_values *values)
{
	while (*items) {
		size_t length = strcspn(items, "\n");

		fill_block(out, block, values, items, length);
		items += length + (items[length] == '\n');
	}
	return after_block(block);
}

static void fill(FILE *out, const char *template, const struct op25b_mailconf_values *values)
{
	const char *at = template;

	while (*at) {
		size_t length = strcspn(at, "\n") + 1;

		if (!strncmp(at, "@if ", 4)) {
			at = *value_of(values, at + 4) ?
				     fill_block(out, at + length, values, "", 0) :
				     after_block(at + length);
		} else if (!strncmp(at, "@each ", 6)) {
			at = fill_each(out, at + length, value_of(values, at + 6), values);
		} else {
			fill_line(out, at, length, values, "", 0);
			at += length;
		}
	}
}

char *op25b_mailconf_fill(const char *template, const struct op25b_mailconf_values *values)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (values->failed)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fill(out, template, values);
	if (ferror(out) | fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

void op25b_mailconf_set_filled(struct op25b_mailconf_values *values, const char *name,
			       const char *template)
{
	char *text = op25b_mailconf_fill(template, values);
	size_t length = text ? strlen(text) : 0;

	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';
	set(values, name, text);
}

void op25b_mailconf_done(struct op25b_mailconf_values *values)
{
	for (size_t i = 0; i < values->n; i++)
		free(values->list[i].text);
	*values = (struct op25b_mailconf_values){ 0 };
}
