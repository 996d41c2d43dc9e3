/* SPDX-License-Identifier: BSD-2-Clause */
/* See chart.h. */
#include "web/chart.h"

#include <inttypes.h>
#include <stdio.h>

#define WIDTH  720
#define HEIGHT 160
#define ROWS   30 /* of the table at most: the newest */

static uint64_t most_of(const struct op25b_chart *chart)
{
	uint64_t most = 0;

	for (size_t i = 0; i < chart->n; i++)
		most = chart->values[i] > most ? chart->values[i] : most;
	return most;
}

static void write_line(struct op25b_html *h, const struct op25b_chart *chart, uint64_t most)
{
	const int64_t first = chart->at[0], span = chart->at[chart->n - 1] - first;

	op25b_html_raw(h, "<polyline class=\"series\" fill=\"none\" points=\"");
	for (size_t i = 0; i < chart->n; i++) {
		double x = span ? (double)(chart->at[i] - first) / (double)span : 0;
		double y = most ? (double)chart->values[i] / (double)most : 0;

		op25b_html_rawf(h, "%s%.1f,%.1f", i ? " " : "", x * WIDTH, HEIGHT - y * HEIGHT);
	}
	op25b_html_raw(h, "\"/>\n");
}

static void write_svg(struct op25b_page *page, const struct op25b_chart *chart,
		      const struct op25b_value *values, uint64_t most)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h,
			"<svg class=\"chart\" viewBox=\"-4 -4 %d %d\" role=\"img\" "
			"aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">",
			WIDTH + 8, HEIGHT + 8, chart->id, chart->id, chart->id);
	op25b_html_say(h, chart->title, NULL);
	op25b_html_rawf(h, "</title>\n<desc id=\"%s-d\">", chart->id);
	op25b_html_say(h, chart->says, values);
	op25b_html_rawf(h, "</desc>\n<path class=\"axis\" fill=\"none\" d=\"M0 0V%dH%d\"/>\n",
			HEIGHT, WIDTH);
	write_line(h, chart, most);
	op25b_html_raw(h, "</svg>\n");
}

static void write_table(struct op25b_page *page, const struct op25b_chart *chart)
{
	struct op25b_html *h = page->html;
	size_t first = chart->n > ROWS ? chart->n - ROWS : 0;
	char time[OP25B_PAGE_TIME];

	op25b_html_raw(h, "<details><summary>");
	op25b_html_say(h, OP25B_PAGE_OPS_TABLE, NULL);
	op25b_html_raw(h, "</summary>\n<table><thead><tr><th scope=\"col\">");
	op25b_html_say(h, OP25B_PAGE_OPS_TIME, NULL);
	op25b_html_raw(h, "</th><th scope=\"col\">");
	op25b_html_say(h, chart->title, NULL);
	op25b_html_raw(h, "</th></tr></thead><tbody>\n");
	for (size_t i = chart->n; i > first; i--) {
		op25b_html_raw(h, "<tr><td>");
		op25b_html_text(h, op25b_page_time(page, chart->at[i - 1], time));
		op25b_html_rawf(h, "</td><td>%" PRIu64 "</td></tr>\n", chart->values[i - 1]);
	}
	op25b_html_raw(h, "</tbody></table></details>\n");
}

void op25b_chart_write(struct op25b_page *page, const struct op25b_chart *chart)
{
	struct op25b_html *h = page->html;
	const uint64_t most = most_of(chart);
	char first[OP25B_PAGE_TIME], top[24], last[24];
	const struct op25b_value *values;

	op25b_html_raw(h, "<figure>\n<figcaption>");
	op25b_html_say(h, chart->title, NULL);
	op25b_html_raw(h, "<br>");
	if (!chart->n) {
		op25b_html_say(h, chart->none, NULL);
		op25b_html_raw(h, "</figcaption>\n</figure>\n");
		return;
	}
	snprintf(top, sizeof(top), "%" PRIu64, most);
	snprintf(last, sizeof(last), "%" PRIu64, chart->values[chart->n - 1]);
	values = OP25B_VALUES({ "most", top }, { "last", last },
			      { "since", chart->since ?
						 chart->since :
						 op25b_page_time(page, chart->at[0], first) });
	op25b_html_say(h, chart->says, values);
	op25b_html_raw(h, "</figcaption>\n");
	write_svg(page, chart, values, most);
	if (!chart->bare)
		write_table(page, chart);
	op25b_html_raw(h, "</figure>\n");
}
