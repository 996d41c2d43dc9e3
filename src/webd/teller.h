/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking another daemon of ours by its reading socket (include/op25b/control.h): one connection
 * that is kept, one line a question, answers in the order of the questions. Never waits: while the
 * other is away, or takes longer than a page waits, nothing is asked. To a socket for forms people
 * bring what they want done: it is connected to when something is asked, and given more time.
 */
#pragma once

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#define OP25B_TELLER_SLOW     300U /* ms: a question older than that, and no new one is sent */
#define OP25B_TELLER_PATIENCE 5    /* seconds: then the connection is made anew */
#define OP25B_TELLER_FORMS    20   /* seconds: the same, where forms are brought */
#define OP25B_TELLER_ASKS     256U /* at a time */

struct op25b_ask;

struct op25b_teller {
	struct event_base *base; /* borrowed */
	const char *path;        /* borrowed; NULL: there is none to ask */
	bool forms; /* what is asked is done there: it is asked although the other is slow */
	struct bufferevent *link; /* NULL: not connected */
	bool connected;
	TAILQ_HEAD(op25b_ask_list, op25b_ask) asks;
	size_t n;
	uint64_t asked, answered, unasked; /* unasked: while it was away or slow */
};

/* @answer: borrowed; NULL: none came, nor will. */
typedef void (*op25b_ask_fn)(void *arg, const json_t *answer);

/* @path: of the socket; NULL: there is none, and nothing is ever asked. */
void op25b_teller_open(struct op25b_teller *teller, struct event_base *base, const char *path);

/* The same of a socket for forms. */
void op25b_teller_open_forms(struct op25b_teller *teller, struct event_base *base,
			     const char *path);

/* Every question that waits is told that no answer came. */
void op25b_teller_close(struct op25b_teller *teller);

/* Connect again, or give up who is silent; for every second. */
void op25b_teller_look(struct op25b_teller *teller);

/**
 * op25b_teller_ask() - ask.
 * @question: taken
 * Returns NULL: it can't be asked now, and @fn is not called. Else @fn is called once, later,
 * unless op25b_ask_forget() comes first.
 */
struct op25b_ask *op25b_teller_ask(struct op25b_teller *teller, json_t *question, op25b_ask_fn fn,
				   void *arg);

/* Nobody cares for the answer any more. NULL-safe. */
void op25b_ask_forget(struct op25b_ask *ask);
