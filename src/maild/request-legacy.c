/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request "legacy": who still uses a way that is counted. A page at a time, so that a list of
 * a hundred thousand keeps nobody's mail waiting.
 */
#include <errno.h>
#include <stdio.h>

#include "maild/maild.h"
#include "maild/requests.h"
#include "mail/meter.h"
#include "policy/mail-words.h"

#define PAGE 500U

struct page {
	const struct op25b_maild *d;
	int64_t now;
	json_t *rows;
};

static json_t *known(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static int add(void *arg, const struct op25b_meter_row *row)
{
	struct page *page = arg;
	struct op25b_people *people = page->d->people;
	const int64_t closes = op25b_meter_closes(op25b_people_of(people),
						  op25b_people_mail(people), row->way, row->service,
						  page->now);
	json_t *json = json_pack("{s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:o}", "way",
				 op25b_words_name(&op25b_words_mail_way, row->way), "service",
				 row->service, "account", known(row->account), "line",
				 known(row->line), "first", (json_int_t)row->first, "last",
				 (json_int_t)row->last, "times", (json_int_t)row->times, "closes",
				 closes == INT64_MAX ? json_null() : json_integer(closes));

	return json && !json_array_append_new(page->rows, json) ? 0 : -ENOMEM;
}

/* The row that "after" names: 1; 0: none was given; -EINVAL. */
static int read_after(const json_t *request, struct op25b_meter_row *ret)
{
	const json_t *after = json_object_get(request, "after");
	const char *way = json_string_value(json_object_get(after, "way"));
	const char *service = json_string_value(json_object_get(after, "service"));
	const char *account = json_string_value(json_object_get(after, "account"));
	const char *line = json_string_value(json_object_get(after, "line"));
	int value;

	if (!after || json_is_null(after))
		return 0;
	value = way && service ? op25b_words_find(&op25b_words_mail_way, way) : -ENOENT;
	if (value < 0)
		return -EINVAL;
	*ret = (struct op25b_meter_row){ .way = (enum op25b_mail_way)value,
					 .service = service,
					 .account = account ? account : "",
					 .line = line ? line : "" };
	return 1;
}

int op25b_maild_legacy(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		       struct op25b_error *error)
{
	struct page page = { .d = d, .now = now, .rows = json_array() };
	struct op25b_meter_row after;
	int r = read_after(request, &after);

	if (r < 0)
		op25b_error_set(error, r, "\"after\" is no row of an answer");
	else
		r = op25b_meter_list(d->state, r ? &after : NULL, PAGE, add, &page);
	if (r < 0) {
		json_decref(page.rows);
		return r;
	}
	*ret = json_pack("{s:s, s:b, s:o}", "schema", "op25b.maild-legacy/1", "more",
			 json_array_size(page.rows) == PAGE, "rows", page.rows);
	return *ret ? 0 : -ENOMEM;
}
