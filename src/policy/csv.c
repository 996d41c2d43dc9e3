/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_from: rows of id,service,prefix. Made for a million rows: the file's bytes stay as the ids'
 * memory; the last service is remembered; and an id is looked up some rows after it was read, when
 * its slot of the table has come from memory.
 */
#include <string.h>

#include "policy/csv-walk.h"
#include "policy/prefix.h"
#include "policy/reader.h"

#define AHEAD 16 /* rows between reading an id and looking it up */

/* The id of a row whose line is not looked up yet. */
struct pending {
	const char *id;
	size_t len;
	uint64_t hash;
};

struct csv {
	struct op25b_csv at;
	struct op25b_reader *r;
	struct pending pending[AHEAD]; /* of the last policy->lines, whose ids are not known yet */
	size_t n_read, n_added;        /* rows into and out of pending */
	/* Of the row before: a copy, since that row's bytes changed. */
	char service_text[OP25B_CSV_ROW_MAX];
	size_t service_len; /* SIZE_MAX: none */
	uint32_t service;
};

static bool find_service(struct csv *csv, const struct op25b_csv_field *field, uint32_t *ret)
{
	size_t len = op25b_csv_length(field);

	if (len != csv->service_len || memcmp(csv->service_text, field->text, len) != 0) {
		struct op25b_place place = op25b_csv_place(&csv->at, field->text);

		csv->service_len = SIZE_MAX;
		if (!op25b_name_resolve(csv->r, &place, op25b_csv_text(field), &csv->r->services,
					&csv->service))
			return false;
		memcpy(csv->service_text, field->text, len);
		csv->service_len = len;
	}
	*ret = csv->service;
	return true;
}

/* Rows of one id add up; an id of `lines` has all its prefixes there. */
static void add_pending(struct csv *csv)
{
	struct op25b_reader *r = csv->r;
	struct op25b_policy *p = r->policy;
	const struct pending *row = &csv->pending[csv->n_added % AHEAD];
	struct op25b_line_prefix *line = &p->lines[p->n_lines - (csv->n_read - csv->n_added)];
	uint32_t next = (uint32_t)p->n_line_ids;

	csv->n_added++;
	line->line = op25b_table_put_hashed(&r->lines.table, row->id, row->len, row->hash, next);
	if (line->line == next) {
		r->line_services[next] = line->service;
		p->line_ids[p->n_line_ids++] = row->id;
	}
	if (line->line < r->n_lines_defined) {
		struct op25b_place start = { csv->at.file, line->place.line, 1 };

		op25b_find_error(r->finder, &start,
				 "another line has the id '%s', in 'lines'; give all prefixes of a "
				 "line in one place",
				 row->id);
	} else if (line->service != r->line_services[line->line]) {
		struct op25b_place start = { csv->at.file, line->place.line, 1 };

		op25b_find_error(r->finder, &start,
				 "line '%s' has the service '%s' in an earlier row; a line has one "
				 "service: correct it, or give this line another id",
				 row->id, p->services[r->line_services[line->line]].id);
	}
}

static bool read_id(struct csv *csv, const struct op25b_csv_field *field)
{
	struct op25b_reader *r = csv->r;
	const char *text = op25b_csv_text(field), *scope = r->policy->tenants[r->doc->tenant].id;
	struct pending *pending = &csv->pending[csv->n_read % AHEAD];
	size_t len = op25b_csv_length(field);
	const char *fault = op25b_name_line_fault(text, len);

	if (fault) {
		struct op25b_place place = op25b_csv_place(&csv->at, text);

		op25b_find_error(r->finder, &place, "the id of a line %s", fault);
		return false;
	}
	if (*scope) {
		text = op25b_arena_format(r->arena, "%s/%s", scope, text);
		len = strlen(text);
	}
	*pending = (struct pending){ text, len, op25b_table_hash(text, len, 0) };
	op25b_table_touch(&r->lines.table, pending->hash);
	return true;
}

static bool read_prefix(struct csv *csv, const char *text, struct op25b_prefix *ret)
{
	enum op25b_prefix_fault fault = op25b_prefix_parse(text, ret);
	struct op25b_place place;

	if (!fault)
		return true;
	place = op25b_csv_place(&csv->at, text);
	op25b_read_prefix_fault(csv->r, &place, text, (int)fault, ret);
	return false;
}

static bool is_header(const struct csv *csv, const struct op25b_csv_field *fields)
{
	return csv->at.line == 1 && op25b_csv_is(&fields[0], "id") &&
	       op25b_csv_is(&fields[1], "service") && op25b_csv_is(&fields[2], "prefix");
}

static void read_row(void *arg, char *end)
{
	struct csv *csv = arg;
	struct op25b_place place = { csv->at.file, csv->at.line, 1 };
	bool has_service, has_prefix;
	struct op25b_prefix prefix;
	struct op25b_csv_field fields[3];
	uint32_t service = 0;
	size_t n = op25b_csv_cut(csv->at.row, end, fields, 3);

	if (n == 3 && is_header(csv, fields))
		return;
	if (n != 3 || *fields[0].text == '"' || end - csv->at.row > OP25B_CSV_ROW_MAX) {
		op25b_find_error(csv->at.finder, &place,
				 "a row has three fields without quotes; write id,service,prefix");
		return;
	}
	place.column += (uint32_t)(fields[2].text - csv->at.row);
	has_service = find_service(csv, &fields[1], &service);
	has_prefix = read_prefix(csv, op25b_csv_text(&fields[2]), &prefix);
	if (!read_id(csv, &fields[0]) || !has_service || !has_prefix)
		return;
	op25b_lines_add(csv->r, &prefix, service, 0, &place);
	csv->n_read++;
	if (csv->n_read - csv->n_added == AHEAD)
		add_pending(csv);
}

static void read_rows(struct op25b_reader *r, uint32_t file, char *data, size_t size)
{
	struct csv csv = { .at = { .finder = r->finder, .file = file },
			   .r = r,
			   .service_len = SIZE_MAX };
	const char *end = data + size;
	size_t rows = 1;

	for (const char *c = data; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		rows++;
	op25b_lines_reserve(r, rows);
	op25b_table_reserve(&r->lines.table, r->scratch, rows);
	op25b_csv_walk(&csv.at, data, size, read_row, &csv);
	while (csv.n_added < csv.n_read)
		add_pending(&csv);
}

void op25b_read_lines_from(struct op25b_reader *r, const struct op25b_node *node)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "lines_from");

	if (item && r->from_buffer) {
		op25b_find_error(r->finder, &node->place,
				 "a policy that is not read from a file can't have 'lines_from'; "
				 "write it to a file first");
		return;
	}
	for (; item; item = item->next) {
		const char *name = op25b_walk_text(r, item, "a file name");
		uint32_t file;
		size_t size;
		char *data;

		if (!name)
			continue;
		data = op25b_file_read(r, r->arena, op25b_file_beside(r, r->doc->file, name),
				       &item->place, NULL, &file, &size);
		if (!data)
			continue;
		*OP25B_PUSH(r->scratch, r->csv_files, r->n_csv_files) =
			(struct op25b_csv_file){ file, r->doc->tenant };
		read_rows(r, file, data, size);
	}
}
