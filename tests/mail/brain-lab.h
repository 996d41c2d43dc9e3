/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A brain with a policy, an account base, a state and a session store of its own, and a clock that
 * the test sets.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/account-edit.h"
#include "mail/brain.h"
#include "mail/guard.h"
#include "policy/prefix.h"
#include "session/store.h"

#define LAB_NOW 1798761600 /* 2027-01-01T00:00:00Z, nine hours later in Tokyo */
/* Postfix's instance of a mail that the smtpd of this process id was told of then. */
#define LAB_INSTANCE(pid) pid ".6b36ec80.1.0"

/* Accounts: alice, bob (first password), carol, held, slow, dead (stopped), fresh (new), srv. */
#define LAB_OLD (LAB_NOW - 30 * 86400)

struct brain_lab {
	char folder[40];
	struct op25b_brain brain;
	struct op25b_sessions *store;
	struct op25b_error error;
	int64_t now;
	char action[OP25B_POSTFIX_ACTION];
	char text[OP25B_AUTH_TEXT];
	int status;
};

/* For cmocka. */
int brain_lab_group(void **state);      /* makes the account base once: hashing is slow */
int brain_lab_group_done(void **state); /* takes it away */
int brain_lab_setup(void **state);
int brain_lab_teardown(void **state);

/* Another policy: what stands for ways, below `mail:`, besides the usual. NULL: no mail section. */
void brain_lab_policy(struct brain_lab *lab, const char *ways);

/* Open the state again, as after a kill: what was committed is there. */
void brain_lab_restart(struct brain_lab *lab);

/* One mail's step; fields that are not given are the usual ones. */
struct brain_lab_ask {
	enum op25b_brain_socket socket;
	enum op25b_postfix_state state;
	const char *client, *login, *from, *instance, *queue_id, *context, *server;
	uint16_t port; /* of the client */
	uint32_t recipients;
	bool plain; /* no TLS */
};

/* Asks and commits; the action is in lab->action. Returns 0; -errno: no answer, nothing is kept. */
int brain_lab_try(struct brain_lab *lab, const struct brain_lab_ask *ask);

/* The same, and there must be an answer, which is returned. */
const char *brain_lab_ask(struct brain_lab *lab, const struct brain_lab_ask *ask);

/* Recipients that a mail was charged with under its queue id; -1: it was not. */
int64_t brain_lab_charged(struct brain_lab *lab, const char *queue_id);

/* RCPT by the right socket, DATA and END of one mail; returns the first action that is not OK or
 * DUNNO, or "" */
const char *brain_lab_send(struct brain_lab *lab, struct brain_lab_ask ask);

/* Sends so many mails, which must be taken, and one more: what that is answered. */
const char *brain_lab_use_up(struct brain_lab *lab, struct brain_lab_ask ask, int mails);

/* Fail unless a text begins with, or has, another. */
void brain_lab_starts(const char *text, const char *with);
void brain_lab_has(const char *text, const char *part);

/* One request of Dovecot's, committed: lab->status; returns the text, "" if there was none. */
const char *brain_lab_auth(struct brain_lab *lab, const struct op25b_auth_request *request);

/* A wrong password. @pwhash: which */
void brain_lab_wrong(struct brain_lab *lab, const char *login, const char *remote,
		     const char *pwhash);

/* A login of Dovecot's by the right password, both questions: returns the text of a refusal, "" if
 * there was none. */
const char *brain_lab_login(struct brain_lab *lab, enum op25b_auth_service service,
			    const char *login, const char *remote);

struct op25b_prefix brain_lab_prefix(const char *text);

/* Tell the session store, and wait until the brain knows. @prefixes as "192.0.2.1 2001:db8::/64" */
void brain_lab_session(struct brain_lab *lab, const char *user, const char *prefixes, bool stop);
