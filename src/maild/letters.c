/* SPDX-License-Identifier: BSD-2-Clause */
/* See letters.h. */
#include "maild/letters.h"

#include <errno.h>
#include <string.h>

#include "maild/maild.h"
#include "serve/clock.h"
#include "serve/log.h"

/* Once for each fault, and once that it is over. */
static void say(const struct op25b_deliver_tally *was, const struct op25b_deliver_tally *is)
{
	if (is->given_up > was->given_up)
		op25b_log(OP25B_LOG_ERROR,
			  "a letter to a customer was not taken for five days and is given up");
	if (*is->last_failure && strcmp(is->last_failure, was->last_failure) != 0)
		op25b_log(OP25B_LOG_WARNING, "letters to customers wait: %s; trying again",
			  is->last_failure);
	else if (!*is->last_failure && *was->last_failure)
		op25b_log(OP25B_LOG_NOTICE, "letters to customers are taken again");
}

void op25b_letters_turn(struct op25b_maild *d)
{
	const struct op25b_mail *mail = op25b_people_mail(d->people);
	const struct op25b_letter_facts facts = {
		.policy = op25b_people_of(d->people),
		.tenant = mail ? mail->tenant : 0,
		.from = d->first->letters_from,
	};
	struct op25b_deliver_tally tally = d->letters;
	struct op25b_error error = { "" };
	int r = op25b_state_begin(d->state, &error);

	if (!r)
		r = op25b_deliver_turn(d->deliver, d->state, op25b_clock_wall(), &facts, &tally);
	r = r ? r : op25b_letter_sweep(d->state, op25b_clock_wall());
	r = r ? r : op25b_state_commit(d->state, &error);
	if (r)
		op25b_state_rollback(d->state);
	op25b_turn_note(&d->turn, r, &error);
	say(&d->letters, &tally);
	d->letters = tally;
}

static void on_tried(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	op25b_letters_turn(context);
}

int op25b_letters_open(struct op25b_maild *d, struct op25b_error *error)
{
	int r = op25b_deliver_new(d->first->mail_host, d->first->mail_port, d->first->letters_from,
				  &d->deliver, error);

	if (r)
		return r;
	d->tried =
		event_new(d->base, op25b_deliver_fd(d->deliver), EV_READ | EV_PERSIST, on_tried, d);
	return d->tried && !event_add(d->tried, NULL) ? 0 : -ENOMEM;
}

void op25b_letters_close(struct op25b_maild *d)
{
	if (d->tried)
		event_free(d->tried);
	d->tried = NULL;
	op25b_deliver_free(&d->deliver);
}
