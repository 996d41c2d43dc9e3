/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes letters from the outbox to the mail server, by SMTP, on a thread of its own, one at a time:
 * the loop never waits for a mail server. The thread has the message and no more; outbox and words
 * stay with the caller. Who is killed in between sends the same letter again under the same
 * Message-ID, and loses none.
 */
#pragma once

#include "mail/letter.h"

#define OP25B_DELIVER_PATIENCE 60 /* seconds that one try may take */

struct op25b_deliver;

/**
 * op25b_deliver_new() - start the thread.
 * @host: where letters go, a name or an address, and its port; copied
 * @from: of op25b_letter_facts; its domain is what EHLO says
 * @ret:  op25b_deliver_free()
 *
 * TLS is used where the server offers it, as between any two mail servers: its certificate proves
 * nothing. MAIL FROM is empty, so that nothing ever comes back. Once a process, before there are
 * other threads: libcurl is made ready here.
 */
int op25b_deliver_new(const char *host, uint16_t port, const char *from, struct op25b_deliver **ret,
		      struct op25b_error *error);

/* Ends a try that runs, within a second or so. NULL-safe; sets *deliver to NULL. */
void op25b_deliver_free(struct op25b_deliver **deliver);

/* Readable when a try is over: then op25b_deliver_turn(). */
int op25b_deliver_fd(const struct op25b_deliver *deliver);

/* Since the start. */
struct op25b_deliver_tally {
	uint64_t taken, failed, given_up; /* letters; tries; letters */
	char last_failure[128]; /* of the last try, "" if it was taken; no address in it */
};

/**
 * op25b_deliver_turn() - take back what was tried, and hand over the next letter that is due.
 * @ret_tally: always written
 *
 * Inside a turn of the state, before anything is posted in it: what is handed over must have been
 * committed. To be called when the descriptor is readable, and once a second or so. Never waits.
 * Returns 0 or -errno of the state; -ENOMEM.
 */
int op25b_deliver_turn(struct op25b_deliver *deliver, struct op25b_state *state, int64_t now,
		       const struct op25b_letter_facts *facts,
		       struct op25b_deliver_tally *ret_tally);
