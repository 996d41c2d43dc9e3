/* SPDX-License-Identifier: BSD-2-Clause */
/* A probe's report for people: the verdict, the matrix, what to do, and what was said. */
#pragma once

#include "cli/probe-table.h"

/* The verdict, one line with its end. */
void op25b_probe_print_verdict(const struct op25b_probe_paper *paper,
			       const struct op25b_probe_report *report,
			       const struct op25b_probe_judgement *judgement);

/* Everything; @said: with the transcript. */
void op25b_probe_print(const struct op25b_probe_paper *paper,
		       const struct op25b_probe_report *report,
		       const struct op25b_probe_judgement *judgement, bool said);
