/* SPDX-License-Identifier: BSD-2-Clause */
/* networks_from: rows of prefix,country,asn,kind, sorted into a table. */
#include <stdlib.h>
#include <string.h>

#include "policy/csv-walk.h"
#include "policy/mail-reader.h"
#include "policy/mail-words.h"
#include "policy/prefix.h"
#include "policy/sort.h"

#define FIELDS 4

/* A row, ready to be sorted. */
struct row {
	uint8_t key[OP25B_SORT_KEY_MAX]; /* family, address, length */
	uint8_t kind;
	char country[2];
	uint32_t asn, file, line;
};

struct rows {
	struct op25b_csv at;
	struct op25b_reader *r;
	struct row *list;
	size_t n, room;
};

static struct op25b_prefix prefix_of(const struct row *row)
{
	struct op25b_prefix prefix = { .family = row->key[0], .len = row->key[17] };

	memcpy(prefix.addr, row->key + 1, sizeof(prefix.addr));
	return prefix;
}

static void refuse_field(const struct rows *rows, const struct op25b_csv_field *field,
			 const char *fault)
{
	struct op25b_place place = op25b_csv_place(&rows->at, field->text);

	op25b_find_error(rows->at.finder, &place, "'%.100s' %s", op25b_csv_text(field), fault);
}

static bool read_prefix(const struct rows *rows, const struct op25b_csv_field *field,
			struct row *row)
{
	struct op25b_place place = op25b_csv_place(&rows->at, field->text);
	const char *text = op25b_csv_text(field);
	struct op25b_prefix prefix = { 0 };
	enum op25b_prefix_fault fault = op25b_prefix_parse(text, &prefix);

	if (op25b_read_prefix_fault(rows->r, &place, text, (int)fault, &prefix))
		return false;
	row->key[0] = prefix.family;
	memcpy(row->key + 1, prefix.addr, sizeof(prefix.addr));
	row->key[17] = prefix.len;
	return true;
}

static bool read_country(const struct rows *rows, const struct op25b_csv_field *field,
			 struct row *row)
{
	size_t len = op25b_csv_length(field);

	if (!len)
		return true;
	if (!op25b_mail_is_country(field->text, len)) {
		refuse_field(rows, field,
			     "is no country; write two capital letters, such as JP, or nothing");
		return false;
	}
	memcpy(row->country, field->text, 2);
	return true;
}

static bool read_asn(const struct rows *rows, const struct op25b_csv_field *field, struct row *row)
{
	size_t len = op25b_csv_length(field);
	uint64_t asn = 0;

	for (size_t i = 0; i < len && asn <= UINT32_MAX; i++) {
		if (field->text[i] < '0' || field->text[i] > '9')
			asn = UINT64_MAX;
		else
			asn = asn * 10 + (uint64_t)(field->text[i] - '0');
	}
	if (asn > UINT32_MAX) {
		refuse_field(rows, field,
			     "is no number of a network; write 0 to 4294967295, or nothing");
		return false;
	}
	row->asn = (uint32_t)asn;
	return true;
}

static bool read_kind(const struct rows *rows, const struct op25b_csv_field *field, struct row *row)
{
	int kind = op25b_words_find(&op25b_words_network_kind, op25b_csv_text(field));

	if (kind < 0) {
		refuse_field(rows, field,
			     "is no kind of network; write shared, hosting or nothing");
		return false;
	}
	row->kind = (uint8_t)kind;
	return true;
}

static bool is_header(const struct rows *rows, const struct op25b_csv_field *fields)
{
	return rows->at.line == 1 && op25b_csv_is(&fields[0], "prefix") &&
	       op25b_csv_is(&fields[1], "country") && op25b_csv_is(&fields[2], "asn") &&
	       op25b_csv_is(&fields[3], "kind");
}

/* Fields are read from the last on: the text of one ends where the next one's comma was. */
static void read_row(void *arg, char *end)
{
	struct rows *rows = arg;
	struct op25b_reader *r = rows->r;
	struct op25b_csv_field fields[FIELDS];
	struct row row = { .file = rows->at.file, .line = rows->at.line };
	size_t n = op25b_csv_cut(rows->at.row, end, fields, FIELDS);
	bool fine;

	if (n == FIELDS && is_header(rows, fields))
		return;
	if (n != FIELDS || end - rows->at.row > OP25B_CSV_ROW_MAX) {
		struct op25b_place place = { rows->at.file, rows->at.line, 1 };

		op25b_find_error(r->finder, &place,
				 "a row has four fields; write prefix,country,asn,kind");
		return;
	}
	fine = read_kind(rows, &fields[3], &row);
	fine &= read_asn(rows, &fields[2], &row);
	fine &= read_country(rows, &fields[1], &row);
	fine &= read_prefix(rows, &fields[0], &row);
	if (!fine)
		return;
	if (rows->n == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 1024;
		rows->list = op25b_arena_resize(r->scratch, rows->list,
						rows->room * sizeof(*rows->list));
	}
	rows->list[rows->n++] = row;
}

static void sort_rows(struct op25b_reader *r, struct rows *rows)
{
	uint8_t key[OP25B_SORT_KEY_MAX];

	for (uint8_t i = 0; i < OP25B_SORT_KEY_MAX; i++)
		key[i] = (uint8_t)(offsetof(struct row, key) + i);
	if (op25b_sort(rows->list, rows->n, sizeof(*rows->list), key, sizeof(key)))
		op25b_arena_exhaust(r->scratch);
}

static void refuse_twins(struct op25b_reader *r, const struct rows *rows)
{
	char text[OP25B_PREFIX_TEXT];

	for (size_t i = 1; i < rows->n; i++) {
		const struct row *first = &rows->list[i - 1], *row = &rows->list[i];
		struct op25b_prefix prefix = prefix_of(row);
		struct op25b_place place = { row->file, row->line, 1 };

		if (!memcmp(first->key, row->key, sizeof(row->key)))
			op25b_find_error(r->finder, &place,
					 "%s is here twice, first at %s:%u; remove one",
					 op25b_prefix_format(&prefix, text),
					 r->policy->files[first->file], first->line);
	}
}

/* Sorted rows of one family to a table; what holds a row stands before it. */
static void fill_table(struct op25b_reader *r, const struct row *list, size_t n,
		       struct op25b_network_table *ret)
{
	size_t width = n ? op25b_prefix_whole(list->key[0]) / 8 : 0;
	uint32_t open = UINT32_MAX;

	*ret = (struct op25b_network_table){
		.addresses = op25b_arena_resize(r->arena, NULL, n * width + 1),
		.list = op25b_arena_resize(r->arena, NULL, n * sizeof(*ret->list) + 1),
		.n = n,
	};
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &list[i];
		struct op25b_prefix prefix = prefix_of(row);

		while (open != UINT32_MAX) {
			struct op25b_prefix outer = prefix_of(&list[open]);

			if (op25b_prefix_holds(&outer, &prefix))
				break;
			open = ret->list[open].outer;
		}
		memcpy(ret->addresses + i * width, prefix.addr, width);
		ret->list[i] = (struct op25b_network){
			.asn = row->asn, .outer = open, .kind = row->kind, .len = prefix.len
		};
		memcpy(ret->list[i].country, row->country, sizeof(row->country));
		open = (uint32_t)i;
	}
}

static void read_file(struct rows *rows, const struct op25b_node *item)
{
	struct op25b_reader *r = rows->r;
	const char *name = op25b_walk_text(r, item, "a file name");
	size_t size;
	char *data;

	if (!name)
		return;
	data = op25b_file_read(r, r->scratch, op25b_file_beside(r, r->doc->file, name),
			       &item->place, "each address counts as at home", &rows->at.file,
			       &size);
	if (data)
		op25b_csv_walk(&rows->at, data, size, read_row, rows);
}

void op25b_read_networks(struct op25b_reader *r, const struct op25b_node *node,
			 const struct op25b_networks **ret)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "networks_from");
	struct rows rows = { .at = { .finder = r->finder }, .r = r };
	struct op25b_networks *networks;
	size_t n_v4 = 0;

	*ret = networks = op25b_arena_alloc(r->arena, sizeof(*networks));
	if (item && r->from_buffer) {
		op25b_find_error(r->finder, &node->place,
				 "a policy that is not read from a file can't have "
				 "'networks_from'; write it to a file first");
		return;
	}
	for (; item; item = item->next)
		read_file(&rows, item);
	if (!rows.n)
		return;
	sort_rows(r, &rows);
	refuse_twins(r, &rows);
	while (n_v4 < rows.n && rows.list[n_v4].key[0] == OP25B_V4)
		n_v4++;
	fill_table(r, rows.list, n_v4, &networks->v4);
	fill_table(r, rows.list + n_v4, rows.n - n_v4, &networks->v6);
}
