/* SPDX-License-Identifier: BSD-2-Clause */
/* /ops: how it stands, for operators; on the second listener only. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "web/chart.h"
#include "web/ops-parts.h"
#include "web/route.h"
#include "web/samples.h"
#include "web/status-parts.h"

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static void write_list(struct op25b_page *page, const json_t *list)
{
	const json_t *item;
	size_t i;

	op25b_html_raw(page->html, "<ul>\n");
	json_array_foreach(list, i, item)
	{
		op25b_html_raw(page->html, "<li>");
		op25b_html_text(page->html, json_string_value(item) ? json_string_value(item) : "");
		op25b_html_raw(page->html, "</li>\n");
	}
	op25b_html_raw(page->html, "</ul>\n");
}

static void write_daemon(struct op25b_page *page, const char *name, const json_t *status)
{
	const json_t *problems = json_object_get(status, "problems");
	struct op25b_html *h = page->html;
	op25b_phrase word = OP25B_PAGE_OPS_WELL;

	if (!status)
		word = OP25B_PAGE_OPS_SILENT;
	else if (json_array_size(problems))
		word = OP25B_PAGE_OPS_PROBLEMS;
	op25b_html_rawf(h, "<h3>%s</h3>\n", name);
	op25b_html_element(h, "p", word, NULL);
	if (json_array_size(problems))
		write_list(page, problems);
}

static void row(struct op25b_page *page, op25b_phrase head, const char *value)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<tr><th scope=\"row\">");
	op25b_html_say(h, head, NULL);
	op25b_html_raw(h, "</th><td>");
	op25b_html_text(h, *value ? value : "-");
	op25b_html_raw(h, "</td></tr>\n");
}

static void row_number(struct op25b_page *page, op25b_phrase head, const json_t *value)
{
	char digits[32] = "";

	if (json_is_integer(value))
		snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	row(page, head, digits);
}

/* What is in force, since when, what waits, how far behind sessions are. */
static void write_apply(struct op25b_page *page, const json_t *gateway)
{
	const json_t *policy = json_object_get(gateway, "policy");
	const json_t *pending = json_object_get(gateway, "pending");
	const json_t *sessions = json_object_get(gateway, "sessions");
	const json_t *lag = json_object_get(sessions, "lag");
	struct op25b_html *h = page->html;

	op25b_html_element(h, "h2", OP25B_PAGE_OPS_APPLY, NULL);
	op25b_html_raw(h, "<table>\n");
	row_number(page, OP25B_PAGE_OPS_NUMBER, json_object_get(policy, "number"));
	row(page, OP25B_PAGE_OPS_ROOT, text(policy, "root"));
	row(page, OP25B_PAGE_OPS_DIGEST, text(policy, "digest"));
	row(page, OP25B_PAGE_OPS_APPLIED, text(policy, "applied_at"));
	row(page, OP25B_PAGE_OPS_SWITCHED, text(policy, "switched_at"));
	row(page, OP25B_PAGE_OPS_NEXT, text(policy, "next_change"));
	row(page, OP25B_PAGE_OPS_PENDING, text(pending, "deadline"));
	row(page, OP25B_PAGE_OPS_SESSIONS, text(sessions, "state"));
	row_number(page, OP25B_PAGE_OPS_LAG_CHANGES, json_object_get(lag, "changes"));
	row_number(page, OP25B_PAGE_OPS_LAG_SECONDS, json_object_get(lag, "seconds"));
	op25b_html_raw(h, "</table>\n");
}

static op25b_phrase word_of(const char *what)
{
	static const struct {
		const char *id;
		op25b_phrase word;
	} words[] = { { "applied", OP25B_PAGE_OPS_DID_APPLY },
		      { "confirmed", OP25B_PAGE_OPS_DID_CONFIRM },
		      { "rolled-back", OP25B_PAGE_OPS_DID_ROLL_BACK },
		      { "not-confirmed", OP25B_PAGE_OPS_DID_EXPIRE } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(words[i].id, what))
			return words[i].word;
	}
	return OP25B_NO_PHRASE;
}

/* Which policies were put in force, the newest first. */
static void write_history(struct op25b_page *page, const json_t *history)
{
	static const op25b_phrase heads[] = { OP25B_PAGE_OPS_TIME, OP25B_PAGE_OPS_DID,
					      OP25B_PAGE_OPS_NUMBER, OP25B_PAGE_OPS_DIGEST };
	struct op25b_html *h = page->html;
	const json_t *one;
	size_t i;

	if (!json_array_size(history))
		return;
	op25b_html_element(h, "h2", OP25B_PAGE_OPS_HISTORY, NULL);
	op25b_html_raw(h, "<table><thead><tr>");
	for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++)
		op25b_html_element(h, "th scope=\"col\"", heads[k], NULL);
	op25b_html_raw(h, "</tr></thead><tbody>\n");
	json_array_foreach(history, i, one)
	{
		const char *what = text(one, "what");
		const op25b_phrase word = word_of(what);

		op25b_html_raw(h, "<tr><td>");
		op25b_html_text(h, text(one, "at"));
		op25b_html_raw(h, "</td><td>");
		if (word == OP25B_NO_PHRASE)
			op25b_html_text(h, what);
		else
			op25b_html_say(h, word, NULL);
		op25b_html_rawf(h, "</td><td>%" JSON_INTEGER_FORMAT "</td><td>",
				json_integer_value(json_object_get(one, "number")));
		op25b_html_text(h, text(one, "digest"));
		op25b_html_raw(h, "</td></tr>\n");
	}
	op25b_html_raw(h, "</tbody></table>\n");
}

/* Minutes between two samples: more than one where op25bd did not answer meanwhile. */
static uint64_t minutes(const struct op25b_sample *a, const struct op25b_sample *b)
{
	const int64_t n = (b->at - a->at + 30) / 60;

	return n > 1 ? (uint64_t)n : 1;
}

static void write_chart(struct op25b_page *page, const char *id, op25b_phrase title,
			const int64_t *at, const uint64_t *values, size_t n)
{
	op25b_chart_write(page, &(struct op25b_chart){ .id = id,
						       .title = title,
						       .at = at,
						       .values = values,
						       .n = n,
						       .says = OP25B_PAGE_OPS_CHART_SAYS,
						       .none = OP25B_PAGE_OPS_CHART_NONE });
}

/* Differences of neighbours: what happened in each minute. */
static void write_charts(struct op25b_page *page, const struct op25b_samples *samples)
{
	int64_t at[OP25B_SAMPLES];
	uint64_t refused[OP25B_SAMPLES], counted[OP25B_SAMPLES], open[OP25B_SAMPLES];
	size_t n = samples && samples->n ? samples->n - 1 : 0;

	for (size_t i = 0; i < n; i++) {
		const struct op25b_sample *a = &samples->list[i], *b = a + 1;

		at[i] = b->at;
		refused[i] = (b->refused - a->refused) / minutes(a, b);
		counted[i] = (b->counted - a->counted) / minutes(a, b);
		open[i] = (b->open - a->open) / minutes(a, b);
	}
	op25b_html_element(page->html, "h2", OP25B_PAGE_OPS_CHARTS, NULL);
	write_chart(page, "refused", OP25B_PAGE_OPS_REFUSED, at, refused, n);
	write_chart(page, "counted", OP25B_PAGE_OPS_COUNTED, at, counted, n);
	write_chart(page, "open", OP25B_PAGE_OPS_OPEN, at, open, n);
}

static void write_counters(struct op25b_page *page, const json_t *counters)
{
	static const char *const keys[] = { "service", "verdict", "reason", "family" };
	const json_t *counter;
	struct op25b_html *h = page->html;
	size_t i;

	op25b_html_element(h, "h2", OP25B_PAGE_OPS_COUNTERS, NULL);
	op25b_html_raw(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	op25b_html_say(h, OP25B_PAGE_OPS_COUNTERS, NULL);
	op25b_html_raw(h, "\">\n<table><thead><tr>");
	for (size_t k = 0; k < 4; k++)
		op25b_html_rawf(h, "<th scope=\"col\">%s</th>", keys[k]);
	op25b_html_raw(h, "<th scope=\"col\">packets</th></tr></thead><tbody>\n");
	json_array_foreach(json_object_get(counters, "counters"), i, counter)
	{
		op25b_html_raw(h, "<tr>");
		for (size_t k = 0; k < 4; k++) {
			op25b_html_raw(h, "<td>");
			op25b_html_text(h, text(counter, keys[k]));
			op25b_html_raw(h, "</td>");
		}
		op25b_html_rawf(h, "<td>%" JSON_INTEGER_FORMAT "</td></tr>\n",
				json_integer_value(json_object_get(counter, "packets")));
	}
	op25b_html_raw(h, "</tbody></table>\n</div>\n");
}

static void write_probe(struct op25b_page *page)
{
	const struct op25b_probe_facts *probe = &page->facts->probe;
	static const op25b_phrase words[] = { [OP25B_PROBE_UNKNOWN] = OP25B_PAGE_OPS_PROBE_UNKNOWN,
					      [OP25B_PROBE_GOOD] = OP25B_PAGE_OPS_PROBE_GOOD,
					      [OP25B_PROBE_BAD] = OP25B_PAGE_OPS_PROBE_BAD };
	static const op25b_phrase places[] = {
		[OP25B_PROBE_NOWHERE] = OP25B_PAGE_OPS_PROBE_NOWHERE,
		[OP25B_PROBE_OPEN] = OP25B_PAGE_OPS_PROBE_OPEN,
		[OP25B_PROBE_LIMITED] = OP25B_PAGE_OPS_PROBE_LIMITED,
	};
	struct op25b_html *h = page->html;
	char time[OP25B_PAGE_TIME] = "";

	op25b_html_element(h, "h2", OP25B_PAGE_OPS_PROBE, NULL);
	op25b_html_raw(h, "<table>\n");
	row(page, OP25B_PAGE_OPS_PROBE_AT, probe->at ? op25b_page_time(page, probe->at, time) : "");
	row(page, OP25B_PAGE_OPS_PORT_465,
	    op25b_phrase_text(h->own, words[probe->port465], page->lang));
	row(page, OP25B_PAGE_OPS_PORT_587,
	    op25b_phrase_text(h->own, words[probe->port587], page->lang));
	row(page, OP25B_PAGE_OPS_PROBE_FROM,
	    op25b_phrase_text(h->own, places[op25b_status_probe_place(page)], page->lang));
	op25b_html_raw(h, "</table>\n");
}

void op25b_page_ops(struct op25b_page *page)
{
	const struct op25b_status_facts *status = &page->facts->status;
	struct op25b_html *h = page->html;

	op25b_staff_language(page);
	op25b_page_begin(page, OP25B_PAGE_OPS_TITLE, NULL);
	op25b_staff_places(page);
	op25b_html_element(h, "h2", OP25B_PAGE_OPS_DAEMONS, NULL);
	write_daemon(page, "op25bd", status->gateway);
	write_daemon(page, "op25b-maild", status->maild);
	write_daemon(page, "op25b-webd", status->self);
	if (status->gateway)
		write_apply(page, status->gateway);
	write_history(page, json_object_get(status->gateway, "history"));
	op25b_ops_days(page, status->days);
	write_charts(page, status->samples);
	if (status->counters)
		write_counters(page, status->counters);
	write_probe(page);
	op25b_page_end(page);
}
