/* SPDX-License-Identifier: BSD-2-Clause */
/* A text of a finding and its file's name share one allocation: the text comes first. */
#include "policy/find.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "policy/utf8.h"

#define TEXT_MAX 4096 /* a value of 1000 bytes and a path fit in */

static bool same_place(const struct op25b_place *a, const struct op25b_place *b)
{
	return a->file == b->file && a->line == b->line && a->column == b->column;
}

/* An anchored part is walked once for each alias, and would be reported as often. */
static bool is_known(const struct op25b_finder *finder, const struct op25b_find_entry *entry)
{
	for (size_t i = 0; i < finder->n; i++) {
		if (same_place(&finder->entries[i].place, &entry->place) &&
		    !strcmp(finder->entries[i].text, entry->text))
			return true;
	}
	return false;
}

static void add_entry(struct op25b_finder *finder, enum op25b_severity severity,
		      const struct op25b_place *place, char *text)
{
	struct op25b_find_entry entry = { .severity = severity, .place = *place, .text = text };

	/* It quotes the file; and a long one was cut, perhaps within a character. */
	op25b_utf8_clean(text);
	if (is_known(finder, &entry))
		return;
	entry.text = op25b_arena_copy(finder->arena, text, strlen(text));
	finder->entries[finder->n++] = entry;
	finder->kept[severity]++;
}

/* Beyond the most that are kept a finding is only counted, without working for its text. */
static bool is_beyond(struct op25b_finder *finder, enum op25b_severity severity)
{
	if (finder->kept[severity] < OP25B_FIND_MAX)
		return false;
	finder->beyond[severity]++;
	return true;
}

void op25b_find_error(struct op25b_finder *finder, const struct op25b_place *place,
		      const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	if (is_beyond(finder, OP25B_ERROR))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_entry(finder, OP25B_ERROR, place, text);
}

void op25b_find_warning(struct op25b_finder *finder, const struct op25b_place *place,
			const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	if (is_beyond(finder, OP25B_WARNING))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_entry(finder, OP25B_WARNING, place, text);
}

static int compare_entries(const void *left, const void *right)
{
	const struct op25b_find_entry *a = left, *b = right;

	if (a->place.file != b->place.file)
		return a->place.file < b->place.file ? -1 : 1;
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line ? -1 : 1;
	if (a->place.column != b->place.column)
		return a->place.column < b->place.column ? -1 : 1;
	if (a->severity != b->severity)
		return a->severity < b->severity ? -1 : 1;
	return strcmp(a->text, b->text);
}

static int copy_finding(struct op25b_findings *list, const struct op25b_find_entry *entry,
			const char *file)
{
	struct op25b_finding *f = &list->list[list->n];
	size_t text_size = strlen(entry->text) + 1, file_size = strlen(file) + 1;

	f->text = malloc(text_size + file_size);
	if (!f->text)
		return -ENOMEM;
	f->file = memcpy(f->text + text_size, file, file_size);
	memcpy(f->text, entry->text, text_size);
	f->severity = entry->severity;
	f->line = entry->place.line;
	f->column = entry->place.column;
	list->n++;
	list->n_errors += entry->severity == OP25B_ERROR;
	return 0;
}

int op25b_find_finish(struct op25b_finder *finder, const char *const *files,
		      struct op25b_findings *ret)
{
	static const char *const names[] = {
		[OP25B_ERROR] = "errors", [OP25B_WARNING] = "warnings"
	};
	struct op25b_findings list = { .list = calloc(finder->n + 2, sizeof(*list.list)) };
	int r = list.list ? 0 : -ENOMEM;

	qsort(finder->entries, finder->n, sizeof(finder->entries[0]), compare_entries);
	for (size_t i = 0; i < finder->n && !r; i++)
		r = copy_finding(&list, &finder->entries[i], files[finder->entries[i].place.file]);
	for (int severity = OP25B_ERROR; severity <= OP25B_WARNING && !r; severity++) {
		struct op25b_find_entry rest = finder->entries[finder->n ? finder->n - 1 : 0];
		char text[96];

		if (!finder->beyond[severity])
			continue;
		snprintf(text, sizeof(text), "more than %d %s; mend these first to see the rest",
			 OP25B_FIND_MAX, names[severity]);
		rest.severity = (enum op25b_severity)severity;
		rest.text = text;
		r = copy_finding(&list, &rest, files[rest.place.file]);
	}
	if (r) {
		op25b_findings_free(&list);
		return r;
	}
	*ret = list;
	return 0;
}

void op25b_findings_free(struct op25b_findings *findings)
{
	if (!findings)
		return;
	for (size_t i = 0; i < findings->n; i++)
		free(findings->list[i].text);
	free(findings->list);
	*findings = (struct op25b_findings){ 0 };
}

void op25b_findings_print(const struct op25b_findings *findings, FILE *out)
{
	for (size_t i = 0; i < findings->n; i++) {
		const struct op25b_finding *f = &findings->list[i];

		fprintf(out, "%s:%u:%u: %s: %s\n", f->file, f->line, f->column,
			f->severity == OP25B_ERROR ? "error" : "warning", f->text);
	}
}
