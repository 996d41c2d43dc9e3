/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits of accepted recipients (design 4b.6), of accounts and lines. What a mail wants is reserved
 * at DATA, all or nothing, under Postfix's instance; it becomes a charge under the queue id at
 * END-OF-MESSAGE; and is given back where the mail was not taken after all. A bucket holds `burst`
 * and is refilled by `hour` an hour; besides, the last 24 full one-hour slots and the running one
 * together hold at most `day`. A reservation counts as much as a charge.
 *
 * A key whose policy changed keeps what it used. Inside a turn of the state.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "mail/state.h"
#include "policy/mail.h"

#define OP25B_LEDGER_PATIENCE 600 /* seconds after which a reservation is given back */
#define OP25B_LEDGER_MEMORY \
	(7 * 86400) /* seconds in which a message is thought to leave the queue */
#define OP25B_LEDGER_KEYS 2U
#define OP25B_LEDGER_NAME 256U /* bytes of a key's name and its NUL; a longer one is -EINVAL */

enum op25b_ledger_kind { OP25B_LEDGER_ACCOUNT, OP25B_LEDGER_LINE };

struct op25b_ledger_key {
	enum op25b_ledger_kind kind;
	const char *name;                /* of the account, or the line's id */
	struct op25b_mail_bucket bucket; /* what it may use */
};

/* What a mail wants. */
struct op25b_ledger_ask {
	const char *instance;
	const struct op25b_prefix *client; /* whose connection it is; for op25b_ledger_hung_up() */
	uint16_t client_port;              /* 0: not known */
	struct op25b_ledger_key keys[OP25B_LEDGER_KEYS];
	size_t n_keys;
	uint32_t recipients;
};

/* Which key has no room, and when it will have. */
struct op25b_ledger_full {
	enum op25b_ledger_kind kind;
	int64_t until; /* seconds UTC; INT64_MAX: never, it is more than the bucket holds */
};

/**
 * op25b_ledger_reserve() - reserve for every key, or for none.
 * @ret_full: written if 1 is returned
 *
 * What the same instance reserved before is given back first: it has started anew. So is what the
 * same smtpd reserved on the same connection under another instance: it has one mail at a time,
 * and that one was given up without an END-OF-MESSAGE, being too large for one. A key whose
 * bucket has no burst is not counted. Of several without room the one that has it last is told.
 * Returns 0: reserved; 1: a key has no room; -EINVAL: the same kind twice; -errno.
 */
int op25b_ledger_reserve(struct op25b_state *state, int64_t now, const struct op25b_ledger_ask *ask,
			 struct op25b_ledger_full *ret_full);

/**
 * op25b_ledger_charge() - the mail's text was taken: what was reserved is a charge now.
 * Asked again it is charged once. Returns 0; -ENOENT: the instance has no reservation; -ECANCELED:
 * as op25b_ledger_refused(), and what was reserved is given back; -errno.
 */
int op25b_ledger_charge(struct op25b_state *state, int64_t now, const char *instance,
			const char *queue_id);

/* Whether op25b_ledger_refund() said within the hour that a mail without charge was not taken: 1,
 * 0, -errno. */
int op25b_ledger_refused(struct op25b_state *state, const char *queue_id);

/**
 * op25b_ledger_refund() - it was not taken after all: give the charge back, once.
 *
 * Where there is none yet, one that comes within the hour gives its reservation back instead.
 * Returns 0 for a message of nobody's too.
 */
int op25b_ledger_refund(struct op25b_state *state, int64_t now, const char *queue_id);

/* It is in the queue: the charge stays for good. */
int op25b_ledger_settle(struct op25b_state *state, const char *queue_id);

/* It has left the queue: nobody asks for it any more. A charge stays a charge. */
int op25b_ledger_gone(struct op25b_state *state, const char *queue_id);

/**
 * op25b_ledger_hung_up() - a connection is over: what it reserved and did not charge is given back.
 * @port: of the client; 0: not known, then whatever the port
 *
 * Two mail hosts may have an smtpd of one process id, and a client may be connected to both; its
 * port tells them apart. Where it is not known, what is given back too early is reserved again at
 * END-OF-MESSAGE, or the mail asked to come again: no limit is passed. Returns 0, -errno.
 */
int op25b_ledger_hung_up(struct op25b_state *state, uint32_t pid, const struct op25b_prefix *client,
			 uint16_t port);

/* Give back reservations older than OP25B_LEDGER_PATIENCE, forget what no limit needs any more. */
int op25b_ledger_sweep(struct op25b_state *state, int64_t now);

struct op25b_ledger_use {
	uint32_t free;      /* recipients that have room now, in the bucket and in the day */
	uint32_t hour_used; /* in the running one-hour slot and the last full one */
	uint32_t day_used;
};

/* What a key has used. */
int op25b_ledger_look(struct op25b_state *state, int64_t now, const struct op25b_ledger_key *key,
		      struct op25b_ledger_use *ret);
