/* SPDX-License-Identifier: BSD-2-Clause */
/* What is due once a second. */
#pragma once

struct op25b_maild;

/* Ends of windows and reservations, letters, silent connections, followers that ended. */
void op25b_upkeep(struct op25b_maild *d);
