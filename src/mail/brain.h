/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The join: address, line, account and policy come to an answer for Postfix and Dovecot. It opens
 * no socket and has no clock; all that it remembers is in the state, inside the caller's turn.
 */
#pragma once

#include "mail/account.h"
#include "mail/auth-policy.h"
#include "mail/maillog.h"
#include "mail/people.h"
#include "mail/postfix.h"
#include "mail/state.h"

/* Borrowed; must outlive the brain. */
struct op25b_brain {
	struct op25b_people *people;
	struct op25b_accounts *accounts;
	struct op25b_state *state;
	struct op25b_guard *guard;                 /* failed logins of now: guard.h */
	int64_t swept_at;                          /* op25b_brain_sweep()'s */
	uint64_t reasons[OP25B_MAIL_REASON_COUNT]; /* how often each was answered */
};

/* Which socket was asked. Only grant may ever say OK. */
enum op25b_brain_socket { OP25B_BRAIN_GRANT, OP25B_BRAIN_RESTRICT };

/**
 * op25b_brain_policy() - answer Postfix.
 * @ret_action: "OK", "DUNNO", "HOLD text" or "554 5.7.1 text", one line of ASCII
 *
 * Returns 0; -errno: nothing is known: no answer may be given and the connection is closed, so that
 * Postfix asks again and then says 451 4.3.5.
 */
int op25b_brain_policy(struct op25b_brain *brain, enum op25b_brain_socket socket,
		       const struct op25b_postfix_request *request, int64_t now,
		       char ret_action[static OP25B_POSTFIX_ACTION], struct op25b_error *error);

/**
 * op25b_brain_sender() - who may use a sender address: for smtpd_sender_login_maps.
 * @key: the address, or "@domain" (Postfix asks for that second)
 * @ret: a list of account names, separated by ','; "" : nobody
 */
int op25b_brain_sender(struct op25b_brain *brain, const char *key, int64_t now, char *ret,
		       size_t size, struct op25b_error *error);

/**
 * op25b_brain_auth() - answer Dovecot.
 * @ret_status, @ret_text: for op25b_auth_write(); for a report 0 and ""
 */
int op25b_brain_auth(struct op25b_brain *brain, const struct op25b_auth_request *request,
		     int64_t now, int *ret_status, char ret_text[static OP25B_AUTH_TEXT],
		     struct op25b_error *error);

/* Something became of a message. */
int op25b_brain_log(struct op25b_brain *brain, const struct op25b_maillog_event *event, int64_t now,
		    struct op25b_error *error);

/**
 * op25b_brain_look() - look an account over that others may have changed: a message about its
 * release is posted, and its numbers may ask for a step.
 * Returns 0; -ENOENT: there is none; -errno.
 */
int op25b_brain_look(struct op25b_brain *brain, const char *name, int64_t now,
		     struct op25b_error *error);

/* Upkeep: once a second or so. A bounded piece. */
int op25b_brain_sweep(struct op25b_brain *brain, int64_t now, struct op25b_error *error);
