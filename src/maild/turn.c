/* SPDX-License-Identifier: BSD-2-Clause */
/* See turn.h. */
#include "maild/turn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maild/maild.h"
#include "serve/clock.h"
#include "serve/log.h"

void op25b_turn_add(struct op25b_turn *turn, struct op25b_item *item)
{
	if (!turn->first)
		turn->end = &turn->first;
	item->next = NULL;
	*turn->end = item;
	turn->end = &item->next;
	turn->waiting++;
}

/* The first of the queue, at most OP25B_TURN_MOST. */
static struct op25b_item *take(struct op25b_turn *turn)
{
	struct op25b_item *first = turn->first, **end = &turn->first;

	for (size_t n = 0; *end && n < OP25B_TURN_MOST; n++) {
		end = &(*end)->next;
		turn->waiting--;
	}
	if (end == &turn->first)
		return NULL;
	turn->first = *end;
	*end = NULL;
	return first;
}

/*
 * Each fault is said once: a full disk fails a thousand turns a second. It is over when no turn has
 * failed for some seconds, for those that have nothing to keep succeed all the while.
 */
void op25b_turn_note(struct op25b_turn *turn, int r, const struct op25b_error *error)
{
	const char *text = error && *error->text ? error->text : strerror(-r);
	int64_t now = op25b_clock_wall();

	if (r) {
		if (!*turn->problem || (strcmp(turn->problem, text) != 0 && now != turn->failed_at))
			op25b_log(OP25B_LOG_ERROR, "%s: not answered; Postfix will ask again",
				  text);
		turn->failed_at = now;
		snprintf(turn->problem, sizeof(turn->problem), "%s", text);
	} else if (*turn->problem && llabs(now - turn->failed_at) >= OP25B_TURN_QUIET) {
		op25b_log(OP25B_LOG_NOTICE, "answering again");
		turn->problem[0] = '\0';
	}
}

/* Of one, not of all: the account or the record that was asked for. */
static bool is_its_own(int r)
{
	return r == -EBADMSG || r == -EINVAL || r == -ENOENT || r == -EAGAIN;
}

/* All or nothing, down to *@end (NULL: the last). */
static int perform(struct op25b_maild *d, struct op25b_item *first, const struct op25b_item *end,
		   struct op25b_error *error)
{
	int64_t now = op25b_clock_wall();
	int r = op25b_state_begin(d->state, error);

	/* A hang-up that was logged must not meet the next connection's reservation. */
	if (!r)
		r = op25b_logs_take_in(d, error);
	for (struct op25b_item *item = first; !r && item != end; item = item->next)
		r = item->ask(d, item, now, error);
	if (!r)
		r = op25b_state_commit(d->state, error);
	if (r)
		op25b_state_rollback(d->state);
	else
		op25b_logs_kept(d);
	return r;
}

static void finish(struct op25b_maild *d, struct op25b_item *item, int r)
{
	while (item) {
		struct op25b_item *next = item->next;

		d->turn.failed += r != 0;
		item->done(d, item, r);
		item = next;
	}
}

/* Each on its own, since one of them failed; until one fails for what all need. */
static void perform_each(struct op25b_maild *d, struct op25b_item *item)
{
	int all = 0;

	while (item) {
		struct op25b_item *next = item->next;
		struct op25b_error error = { "" };
		int r = all ? all : perform(d, item, next, &error);

		if (!all && r != -EAGAIN)
			op25b_turn_note(&d->turn, r, &error);
		if (r && !is_its_own(r))
			all = r;
		d->turn.failed += r != 0;
		item->done(d, item, r);
		item = next;
	}
}

void op25b_turn_run(struct op25b_maild *d)
{
	struct op25b_turn *turn = &d->turn;
	struct op25b_error error = { "" };
	struct op25b_item *first = take(turn);
	int64_t begun;
	size_t n = 0;
	int r;

	if (!first)
		return;
	begun = op25b_clock_boot_ns();
	op25b_accounts_begin(d->accounts);
	for (struct op25b_item *item = first; item; item = item->next)
		n++;
	r = perform(d, first, NULL, &error);
	if (is_its_own(r) && n > 1) {
		perform_each(d, first);
	} else {
		if (r != -EAGAIN)
			op25b_turn_note(turn, r, &error);
		finish(d, first, r);
	}
	op25b_accounts_end(d->accounts);
	turn->turns++;
	turn->asked += n;
	turn->last_ns = op25b_clock_boot_ns() - begun;
	if (turn->last_ns > turn->most_ns)
		turn->most_ns = turn->last_ns;
}
