/* SPDX-License-Identifier: BSD-2-Clause */
/* webmail.csv: "domain,url" a line; see providers.h. */
#include <string.h>

#include "policy/csv-walk.h"
#include "web/providers.h"

struct rows {
	struct op25b_csv at;
	struct op25b_data_load *load;
};

/* A comma of the address is the address's. */
static void read_row(void *arg, char *end)
{
	struct rows *rows = arg;
	struct op25b_webmail_data *data = rows->load->data->webmail;
	const struct op25b_place place = { rows->at.file, rows->at.line, 1 };
	char *row = rows->at.row, *comma = memchr(row, ',', (size_t)(end - row));
	struct op25b_csv_field domain = op25b_csv_trim(row, comma ? comma : end), url;

	if (!comma || !op25b_csv_length(&domain)) {
		op25b_find_error(
			rows->at.finder, &place,
			"not 'domain,url'; write as in example.com,https://mail.example.com/");
		return;
	}
	url = op25b_csv_trim(comma + 1, end);
	if (strncmp(op25b_csv_text(&url), "https://", 8) != 0)
		op25b_find_error(rows->at.finder, &place,
				 "'%s' does not begin with https://; webmail asks for a password",
				 url.text);
	else
		*OP25B_PUSH(rows->load->c.arena, data->list, data->n) =
			(struct op25b_webmail_entry){ op25b_csv_text(&domain), url.text };
}

void op25b_webmail_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	struct rows rows = { .at = { .finder = &load->c.finder, .file = load->file },
			     .load = load };
	char *bytes = op25b_arena_copy(load->c.arena, (const char *)load->bytes, load->size);

	(void)root;
	load->data->webmail = op25b_arena_alloc(load->c.arena, sizeof(*load->data->webmail));
	op25b_csv_walk(&rows.at, bytes, load->size, read_row, &rows);
}

const char *op25b_webmail_find(const struct op25b_webmail_data *data, const char *domain)
{
	for (size_t i = 0; data && i < data->n; i++) {
		if (!strcmp(data->list[i].domain, domain))
			return data->list[i].url;
	}
	return NULL;
}
