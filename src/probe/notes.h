/* SPDX-License-Identifier: BSD-2-Clause */
/* What is noticed of a report besides its verdict, and what to do. Of judge.c. */
#pragma once

#include "probe/judge.h"

/**
 * op25b_probe_find_between() - rows of port 25 that somebody between has answered: by the name by
 * which the control host greets there, at another address, of a host of another domain. They
 * become OP25B_PROBE_PROXY.
 */
void op25b_probe_find_between(struct op25b_probe_report *report);

/* Fills in the notes; the verdict stands. */
void op25b_probe_note(const struct op25b_probe_report *report,
		      struct op25b_probe_judgement *judgement);
