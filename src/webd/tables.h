/* SPDX-License-Identifier: BSD-2-Clause */
/* What pages judge with: the tables of the policy at this date, with the sessions of now. */
#pragma once

#include <stdint.h>

struct op25b_webd;

/* Make them anew if their date is over, the clock was set back or sessions changed more than they
 * can take in. Without memory those of before stay, and the next second tries again. */
void op25b_tables_look(struct op25b_webd *d, int64_t now);

/* Make them anew. 0 or -errno; after an error those of before stay. */
int op25b_tables_renew(struct op25b_webd *d, int64_t now);
