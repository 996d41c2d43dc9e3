/* SPDX-License-Identifier: BSD-2-Clause */
/* /ops: attempts by day, before and after a service began to refuse. Figures are op25bd's. */
#include <inttypes.h>
#include <stdio.h>

#include "web/chart.h"
#include "web/ops-parts.h"

#define MOST 400 /* days, as op25bd keeps */

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool is_whole(const json_t *day)
{
	return json_is_true(json_object_get(day, "whole"));
}

static void begin_table(struct op25b_page *page, op25b_phrase name)
{
	op25b_html_raw(page->html,
		       "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	op25b_html_say(page->html, name, NULL);
	op25b_html_raw(page->html, "\">\n<table><thead><tr>");
}

static void end_table(struct op25b_page *page)
{
	op25b_html_raw(page->html, "</tbody></table>\n</div>\n");
}

/* Of whole days only: others would look like a drop. The oldest first. */
static void write_chart(struct op25b_page *page, const json_t *list)
{
	struct op25b_chart chart = { .id = "days",
				     .title = OP25B_PAGE_OPS_DAYS_CHART,
				     .says = OP25B_PAGE_OPS_DAYS_SAYS,
				     .none = OP25B_PAGE_OPS_DAYS_NONE,
				     .bare = true };
	char since[OP25B_PAGE_TIME] = "";
	uint64_t refused[MOST];
	int64_t at[MOST];

	for (size_t i = json_array_size(list); i-- > 0 && chart.n < MOST;) {
		const json_t *day = json_array_get(list, i);

		if (!is_whole(day) || op25b_page_date_read(text(day, "day"), &at[chart.n]))
			continue;
		if (!chart.n)
			op25b_page_date(page, text(day, "day"), since);
		refused[chart.n++] = (uint64_t)number(day, "refused");
	}
	chart.at = at;
	chart.values = refused;
	chart.since = since;
	op25b_chart_write(page, &chart);
}

/* The newest first, as they come. */
static void write_days(struct op25b_page *page, const json_t *list)
{
	static const op25b_phrase heads[] = { OP25B_PAGE_OPS_DAY, OP25B_PAGE_OPS_REFUSED,
					      OP25B_PAGE_OPS_COUNTED };
	struct op25b_html *h = page->html;
	char date[OP25B_PAGE_TIME];
	bool marked = false;
	const json_t *day;
	size_t i;

	begin_table(page, OP25B_PAGE_OPS_DAYS);
	for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++)
		op25b_html_element(h, "th scope=\"col\"", heads[k], NULL);
	op25b_html_raw(h, "</tr></thead><tbody>\n");
	json_array_foreach(list, i, day)
	{
		op25b_html_raw(h, "<tr><td>");
		op25b_html_text(h, op25b_page_date(page, text(day, "day"), date));
		op25b_html_rawf(h,
				"%s</td><td>%" JSON_INTEGER_FORMAT "</td><td>%" JSON_INTEGER_FORMAT
				"</td></tr>\n",
				is_whole(day) ? "" : " *", number(day, "refused"),
				number(day, "counted"));
		marked = marked || !is_whole(day);
	}
	end_table(page);
	if (marked)
		op25b_html_element(h, "p", OP25B_PAGE_OPS_DAYS_PARTLY, NULL);
}

static void write_means(struct op25b_page *page, const json_t *means)
{
	static const char *const keys[] = { "refused", "counted" };
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<td>%" JSON_INTEGER_FORMAT "</td>", number(means, "days"));
	for (size_t i = 0; i < 2; i++) {
		const json_t *mean = json_object_get(means, keys[i]);

		if (json_is_number(mean))
			op25b_html_rawf(h, "<td>%.1f</td>", json_number_value(mean));
		else
			op25b_html_raw(h, "<td>-</td>");
	}
}

static void write_heads(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_element(h, "th scope=\"col\" rowspan=\"2\"", OP25B_PAGE_OPS_DAYS_SERVICE, NULL);
	op25b_html_element(h, "th scope=\"col\" rowspan=\"2\"", OP25B_PAGE_OPS_DAYS_FROM, NULL);
	op25b_html_element(h, "th scope=\"colgroup\" colspan=\"3\"", OP25B_PAGE_OPS_DAYS_BEFORE,
			   NULL);
	op25b_html_element(h, "th scope=\"colgroup\" colspan=\"3\"", OP25B_PAGE_OPS_DAYS_AFTER,
			   NULL);
	op25b_html_raw(h, "</tr>\n<tr>");
	for (size_t i = 0; i < 2; i++) {
		op25b_html_element(h, "th scope=\"col\"", OP25B_PAGE_OPS_DAYS_DAYS, NULL);
		op25b_html_element(h, "th scope=\"col\"", OP25B_PAGE_OPS_DAYS_REFUSED, NULL);
		op25b_html_element(h, "th scope=\"col\"", OP25B_PAGE_OPS_DAYS_COUNTED, NULL);
	}
	op25b_html_raw(h, "</tr></thead><tbody>\n");
}

static void write_comparison(struct op25b_page *page, const json_t *services)
{
	struct op25b_html *h = page->html;
	char date[OP25B_PAGE_TIME];
	const json_t *service;
	size_t i;

	op25b_html_element(h, "h3", OP25B_PAGE_OPS_DAYS_COMPARED, NULL);
	begin_table(page, OP25B_PAGE_OPS_DAYS_COMPARED);
	write_heads(page);
	json_array_foreach(services, i, service)
	{
		op25b_html_raw(h, "<tr><th scope=\"row\">");
		op25b_html_text(h, text(service, "service"));
		op25b_html_raw(h, "</th><td>");
		op25b_html_text(h, op25b_page_date(page, text(service, "refuses_from"), date));
		op25b_html_raw(h, "</td>");
		write_means(page, json_object_get(service, "before"));
		write_means(page, json_object_get(service, "after"));
		op25b_html_raw(h, "</tr>\n");
	}
	end_table(page);
}

void op25b_ops_days(struct op25b_page *page, const json_t *days)
{
	const json_t *services = json_object_get(days, "services");

	if (!days)
		return;
	op25b_html_element(page->html, "h2", OP25B_PAGE_OPS_DAYS, NULL);
	op25b_html_element(page->html, "p", OP25B_PAGE_OPS_DAYS_UNIT, NULL);
	write_chart(page, json_object_get(days, "days"));
	write_days(page, json_object_get(days, "days"));
	if (json_array_size(services))
		write_comparison(page, services);
}
