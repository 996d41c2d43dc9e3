/* SPDX-License-Identifier: BSD-2-Clause */
/* A chart of one line over time, as SVG with the same figures in a table below. */
#pragma once

#include "web/page.h"

struct op25b_chart {
	const char *id;     /* of its title; unique on the page */
	op25b_phrase title; /* what is shown */
	const int64_t *at;  /* `n` instants, in order */
	const uint64_t *values;
	size_t n;
	op25b_phrase says; /* the conclusion, with {most}, {last} and {since} */
	op25b_phrase none; /* where n is 0 */
	const char *since; /* the first instant in words; NULL: day and time */
	bool bare;         /* the page has the figures in a table of its own */
};

/* <figure>: the conclusion (most, last), the SVG with title and description, the table. */
void op25b_chart_write(struct op25b_page *page, const struct op25b_chart *chart);
