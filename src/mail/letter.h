/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages to the mailboxes of the provider's own customers: held, stopped, POP before SMTP used,
 * confirm an address. They are kept in the state until the mail server took them, so that none is
 * lost and none of a kind is written twice in its time. Words: words/letters.*.po, both languages
 * in each message. The outbox is used inside a turn of the state; deliver.h empties it.
 */
#pragma once

#include <stdint.h>

#include "mail/state.h"
#include "policy/mail.h"

#define OP25B_LETTER_ADDRESS 255 /* bytes of an address or account, with its NUL */
#define OP25B_LETTER_WHY     65  /* of .why */
#define OP25B_LETTER_ID      33  /* of the left part of a Message-ID */

enum op25b_letter_kind {
	OP25B_LETTER_HELD,  /* what you send is being held, why, and what to do */
	OP25B_LETTER_LIMIT, /* the same, for more than a limit that has at_limit: hold */
	OP25B_LETTER_STOPPED,
	OP25B_LETTER_RELEASED,
	OP25B_LETTER_POP,     /* once a week: port 25 after POP was used; how to move on */
	OP25B_LETTER_CONFIRM, /* to a foreign address that an account wants to use */
	OP25B_LETTER_ECHO,    /* a test mail came: .why "echo-465", "echo-587" or "echo-25" */
	OP25B_LETTER_ABROAD,  /* the link that opens sending from abroad */
	OP25B_LETTER_KINDS,   /* how many there are */
};

struct op25b_letter {
	enum op25b_letter_kind kind;
	const char *account; /* for whom: its name, which need not be an address */
	const char *address; /* where to: the account's own mailbox, but for CONFIRM */
	const char *why;     /* the state's word, or the token of a link */
};

/**
 * op25b_letter_post() - put a message into the outbox.
 * @every: seconds in which no second one of this kind goes to this account, 30 days at most
 *         (CONFIRM: to this address for it, a day at most); 0: no limit
 * A release begins anew: what was said of a hold or a stop may be said again.
 * Returns 1: it is in the outbox; 0: one was written lately; -EINVAL: .address is none that may
 * stand in a header, or a text is too long; -errno.
 */
int op25b_letter_post(struct op25b_state *state, int64_t now, const struct op25b_letter *letter,
		      int64_t every);

/**
 * op25b_letter_posted() - whether op25b_letter_post() would find that one was written lately.
 * For who has to make something first that is in the letter; .why is not looked at.
 * Returns 1: one was; 0; -errno.
 */
int op25b_letter_posted(struct op25b_state *state, int64_t now, const struct op25b_letter *letter,
			int64_t every);

/* One of the outbox, with its own memory. */
struct op25b_letter_due {
	int64_t row, at; /* at: seconds UTC when it was posted */
	enum op25b_letter_kind kind;
	char account[OP25B_LETTER_ADDRESS], address[OP25B_LETTER_ADDRESS], why[OP25B_LETTER_WHY];
	char id[OP25B_LETTER_ID]; /* the same each time it is tried */
};

/* The one that has waited longest of those whose time has come: 1, 0: none, -errno. */
int op25b_letter_due(struct op25b_state *state, int64_t now, struct op25b_letter_due *ret);

/* The mail server took it: it is forgotten, but for when it was. */
int op25b_letter_taken(struct op25b_state *state, int64_t row);

/**
 * op25b_letter_failed() - it did not: it is tried again after 15 s, 30 s, ... an hour.
 * Returns 0; 1: it was tried for five days, and is given up; -errno.
 */
int op25b_letter_failed(struct op25b_state *state, int64_t now, int64_t row);

/* How many wait. */
int op25b_letter_waiting(struct op25b_state *state, int64_t *ret);

/* Forget what nothing needs any more: a bounded piece. */
int op25b_letter_sweep(struct op25b_state *state, int64_t now);

/* Whose letters they are. Borrowed. */
struct op25b_letter_facts {
	const struct op25b_policy *policy;
	uint32_t tenant;
	const char *from; /* the address that they are from */
};

/**
 * op25b_letter_write() - the whole message (RFC 5322): both languages, UTF-8, CRLF.
 * @ret: free(); no NUL inside
 * Returns 0 or -ENOMEM. What the policy does not have (a link, a contact) is left out. Pure.
 */
int op25b_letter_write(const struct op25b_letter_due *letter,
		       const struct op25b_letter_facts *facts, char **ret);
