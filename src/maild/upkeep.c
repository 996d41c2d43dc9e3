/* SPDX-License-Identifier: BSD-2-Clause */
/* See upkeep.h. */
#include "maild/upkeep.h"

#include "maild/letters.h"
#include "maild/logs.h"
#include "maild/maild.h"
#include "serve/clock.h"

#define HOUR 3600 /* seconds */

/* A turn of its own, which fails alone. */
static void sweep_state(struct op25b_maild *d)
{
	struct op25b_error error = { "" };
	int r = op25b_state_begin(d->state, &error);

	r = r ? r : op25b_brain_sweep(&d->brain, op25b_clock_wall(), &error);
	r = r ? r : op25b_state_commit(d->state, &error);
	if (r)
		op25b_state_rollback(d->state);
	op25b_turn_note(&d->turn, r, &error);
}

/*
 * What was deleted goes from the disk within the hour, the key of yesterday's hashes before all. It
 * waits for the disk, some milliseconds: not more often.
 */
static void shrink_state(struct op25b_maild *d)
{
	const int64_t now = op25b_clock_wall();
	struct op25b_error error = { "" };

	if (now / HOUR == d->shrunk_at / HOUR)
		return;
	d->shrunk_at = now;
	op25b_turn_note(&d->turn, op25b_state_shrink(d->state, &error), &error);
}

void op25b_upkeep(struct op25b_maild *d)
{
	sweep_state(d);
	shrink_state(d);
	op25b_letters_turn(d);
	for (size_t i = 0; i < d->n_doors; i++)
		op25b_door_sweep(&d->doors[i]);
	op25b_auth_sweep(&d->auth);
	op25b_following_go_on(&d->following);
	op25b_logs_go_on(d, true);
}
