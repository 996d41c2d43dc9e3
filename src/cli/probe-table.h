/* SPDX-License-Identifier: BSD-2-Clause */
/* The stage matrix of a probe: a table for each host, a row for each connection. */
#pragma once

#include <stdio.h>

#include "cli/probe-says.h"

struct op25b_probe_paper {
	FILE *out;
	enum op25b_probe_lang lang;
	bool colour;
};

/* The columns that a text takes on a terminal: a character of Japanese takes two. */
int op25b_probe_width(const char *text);

/* The escape sequence that a state is written in; "" on paper without colour. */
const char *op25b_probe_ink(const struct op25b_probe_paper *paper, enum op25b_probe_state state);

/* The one that ends it. */
const char *op25b_probe_dry(const struct op25b_probe_paper *paper);

/* All tables of a report, with what the signs in them mean. */
void op25b_probe_table(const struct op25b_probe_paper *paper,
		       const struct op25b_probe_report *report);
