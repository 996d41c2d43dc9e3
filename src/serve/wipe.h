/* SPDX-License-Identifier: BSD-2-Clause */
/* For daemons that passwords pass through: memory that was given back holds nothing of them. */
#pragma once

/**
 * op25b_wipe_freed() - have libevent and jansson overwrite what they free.
 *
 * They copy what they are given, and say nowhere when. At the start of main(), before either is
 * used. Cost: writing each byte once more.
 */
void op25b_wipe_freed(void);
