/* SPDX-License-Identifier: BSD-2-Clause */
/* A span of time in words. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "web/page.h"

struct unit {
	int64_t seconds;
	op25b_phrase one, many;
};

const char *op25b_page_span(const struct op25b_page *page, int64_t seconds,
			    char ret[static OP25B_PAGE_TIME])
{
	static const struct unit units[] = {
		{ 86400, OP25B_PAGE_SPAN_DAY, OP25B_PAGE_SPAN_DAYS },
		{ 3600, OP25B_PAGE_SPAN_HOUR, OP25B_PAGE_SPAN_HOURS },
		{ 60, OP25B_PAGE_SPAN_MINUTE, OP25B_PAGE_SPAN_MINUTES },
	};
	const struct unit *unit = units;
	const char *text, *brace;
	int64_t count;

	while (unit < &units[2] && seconds < unit->seconds)
		unit++;
	count = (seconds + unit->seconds - 1) / unit->seconds;
	text = op25b_phrase_text(page->html->own, count == 1 ? unit->one : unit->many, page->lang);
	brace = strstr(text, "{n}");
	if (!brace) /* "1 hour" may say it without */
		snprintf(ret, OP25B_PAGE_TIME, "%s", text);
	else
		snprintf(ret, OP25B_PAGE_TIME, "%.*s%lld%s", (int)(brace - text), text,
			 (long long)count, brace + 3);
	return ret;
}
