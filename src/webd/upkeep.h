/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be done now and then. */
#pragma once

struct op25b_webd;

/* For every second. */
void op25b_webd_upkeep(struct op25b_webd *d);

/* For when sessions have changed. */
void op25b_webd_sessions(void *context);
