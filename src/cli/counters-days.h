/* SPDX-License-Identifier: BSD-2-Clause */
/* What was refused and counted by day, as text. */
#pragma once

#include <jansson.h>

/* Print an answer of op25b.days/1. */
void op25b_counters_print_days(const json_t *answer);
