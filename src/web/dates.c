/* SPDX-License-Identifier: BSD-2-Clause */
/* Days and instants as people say them, on the clocks of the policy's zone. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/wall.h"
#include "policy/date.h"
#include "web/page.h"

static const op25b_phrase months[12] = {
	OP25B_PAGE_DATE_M01, OP25B_PAGE_DATE_M02, OP25B_PAGE_DATE_M03, OP25B_PAGE_DATE_M04,
	OP25B_PAGE_DATE_M05, OP25B_PAGE_DATE_M06, OP25B_PAGE_DATE_M07, OP25B_PAGE_DATE_M08,
	OP25B_PAGE_DATE_M09, OP25B_PAGE_DATE_M10, OP25B_PAGE_DATE_M11, OP25B_PAGE_DATE_M12,
};

/* Returns the name of the clock's time: "JST". Without a wall it is UTC's. */
static const char *civil_of(const struct op25b_page *page, int64_t instant, struct op25b_civil *ret)
{
	return op25b_wall_civil(page->site->wall ? page->site->wall : &op25b_wall_utc, instant,
				ret);
}

static size_t write_day(const struct op25b_page *page, const struct op25b_civil *civil,
			char ret[static OP25B_PAGE_TIME])
{
	const char *month = op25b_phrase_text(NULL, months[civil->month - 1], page->lang);
	int n = page->lang == OP25B_JA ?
			snprintf(ret, OP25B_PAGE_TIME, "%d年%s%d日", civil->year, month,
				 civil->day) :
			snprintf(ret, OP25B_PAGE_TIME, "%d %s %d", civil->day, month, civil->year);

	return n < (int)OP25B_PAGE_TIME ? (size_t)n : OP25B_PAGE_TIME - 1;
}

const char *op25b_page_day(const struct op25b_page *page, int64_t instant,
			   char ret[static OP25B_PAGE_TIME])
{
	struct op25b_civil civil;

	civil_of(page, instant, &civil);
	write_day(page, &civil, ret);
	return ret;
}

const char *op25b_page_time(const struct op25b_page *page, int64_t instant,
			    char ret[static OP25B_PAGE_TIME])
{
	struct op25b_civil civil;
	const char *zone = civil_of(page, instant, &civil);
	size_t n = write_day(page, &civil, ret);

	snprintf(ret + n, OP25B_PAGE_TIME - n,
		 page->lang == OP25B_JA ? " %02d:%02d（%s）" : ", %02d:%02d %s", civil.hour,
		 civil.minute, zone);
	return ret;
}

int op25b_page_date_read(const char *iso, int64_t *ret)
{
	char instant[32];

	if (strlen(iso) != 10)
		return -EINVAL;
	snprintf(instant, sizeof(instant), "%sT00:00:00Z", iso);
	return op25b_date_parse(instant, NULL, false, ret) == OP25B_DATE_FINE ? 0 : -EINVAL;
}

const char *op25b_page_date(const struct op25b_page *page, const char *iso,
			    char ret[static OP25B_PAGE_TIME])
{
	struct op25b_civil civil;
	int64_t midnight;

	if (op25b_page_date_read(iso, &midnight)) {
		snprintf(ret, OP25B_PAGE_TIME, "-");
	} else {
		op25b_wall_civil(&op25b_wall_utc, midnight, &civil);
		write_day(page, &civil, ret);
	}
	return ret;
}
