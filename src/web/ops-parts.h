/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of /ops that have files of their own. */
#pragma once

#include "web/page.h"

/* What was refused and counted by day, and means before and after; @days: op25b.days/1, or NULL:
 * not known, and nothing is said. */
void op25b_ops_days(struct op25b_page *page, const json_t *days);
