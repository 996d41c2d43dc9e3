/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail on its way in. A pass is what was decided at RCPT about the mail of one of Postfix's
 * instances, for what comes at DATA and END-OF-MESSAGE: who pays, and within what limits. Once its
 * text was taken it is a mail under its queue id, for what the log tells of it. No address of a
 * sender or recipient is in either; the client's is in a pass, to know whose connection is over.
 * Inside a turn of the state.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mail/maillog.h"
#include "mail/state.h"
#include "policy/mail-decide.h"

/* Bytes of an account's name, and of a line's or a service's, with their NUL. */
#define OP25B_PASS_ACCOUNT 255U
#define OP25B_PASS_TEXT    576U

struct op25b_pass {
	enum op25b_mail_way way;
	enum op25b_mail_verdict verdict;  /* never REFUSED */
	bool slow;                        /* the account's limits are divided */
	bool over;                        /* at_limit: hold, and there was no room */
	bool limited;                     /* false: .limit means nothing */
	struct op25b_mail_limit limit;    /* without id and place */
	uint32_t granted;                 /* recipients that were let through; put: how many more */
	bool sure;                        /* none that was let through is left out of .granted */
	char service[OP25B_PASS_TEXT];    /* id, or "elsewhere" */
	char account[OP25B_PASS_ACCOUNT]; /* who pays; "": nobody */
	int64_t created;                  /* when that was made; of nobody 0 */
	char line[OP25B_PASS_TEXT];
};

/* Seconds that a pass outlives its connection; of one whose end is never told, a day. */
#define OP25B_PASS_LEFT 600

/* Seconds by which the clocks of mail hosts and ours may differ. */
#define OP25B_PASS_CLOCKS 60

/* A connection of an smtpd: while it lasts there is no other of these addresses and ports. */
struct op25b_pass_connection {
	const struct op25b_prefix *client, *server; /* family 0: not known */
	uint16_t client_port, server_port;          /* 0: not known */
};

/**
 * op25b_pass_is_sure() - whether a mail of which no pass is found was never given one.
 * @instance: of Postfix 3.7: process, second of MAIL FROM, microsecond, number; in hexadecimal
 *
 * A pass lives for OP25B_PASS_LEFT at least, whatever the log says and however late. So nothing can
 * have been forgotten of a mail that began since. Of an older one, and of one whose beginning can't
 * be read or is not yet, nobody knows: false.
 */
bool op25b_pass_is_sure(int64_t now, const char *instance);

/**
 * op25b_pass_put() - keep a pass.
 * @pass: .granted is added to that of before, 0: no recipient was let through, and all are ours;
 *        .sure and .over are not looked at; what the instance had else is replaced
 *
 * What the same smtpd had on the same connection under another instance is dropped, if it is known
 * which connection that is.
 */
int op25b_pass_put(struct op25b_state *state, int64_t now, const char *instance,
		   const struct op25b_pass_connection *connection, const struct op25b_pass *pass);

/* Returns 0; -ENOENT; -errno. */
int op25b_pass_find(struct op25b_state *state, int64_t now, const char *instance,
		    struct op25b_pass *ret);

/* A connection is over: its pass is forgotten soon, unless somebody asks for it after all. */
int op25b_pass_hung_up(struct op25b_state *state, int64_t now, uint32_t pid,
		       const struct op25b_prefix *client, uint16_t port);

/* There was no room, and the mail will be held. */
int op25b_pass_over(struct op25b_state *state, const char *instance);

/* Why a mail lies in Postfix's hold queue. */
enum op25b_pass_held {
	OP25B_PASS_FREE,         /* it does not */
	OP25B_PASS_HELD_ACCOUNT, /* its account was held */
	OP25B_PASS_HELD_LIMIT,   /* a limit was reached that holds */
};

/* A mail whose text was taken. */
struct op25b_pass_mail {
	int64_t at;
	enum op25b_pass_held held;
	char account[OP25B_PASS_ACCOUNT]; /* who paid; "": nobody */
	int64_t created;                  /* when that was made; of nobody 0 */
};

/* The pass is a mail now, and forgotten. */
int op25b_pass_taken(struct op25b_state *state, const char *instance, const char *queue_id,
		     const struct op25b_pass_mail *mail);

/**
 * op25b_pass_answered() - what was made of a mail of this instance under this queue id.
 * For who asks again; a queue id may come anew with another instance. Returns 0; -ENOENT; -errno.
 */
int op25b_pass_answered(struct op25b_state *state, const char *instance, const char *queue_id,
			enum op25b_pass_held *ret);

/* Returns 0; -ENOENT; -errno. */
int op25b_pass_mail(struct op25b_state *state, const char *queue_id, struct op25b_pass_mail *ret);

typedef int (*op25b_pass_mail_fn)(void *arg, const char *queue_id,
				  const struct op25b_pass_mail *mail);

/* Mails of an account that were held when they came, oldest first. Non-zero from @fn ends it. */
int op25b_pass_held(struct op25b_state *state, const char *account, op25b_pass_mail_fn fn,
		    void *arg);

/* It left the queue, or never got into it. */
int op25b_pass_gone(struct op25b_state *state, const char *queue_id);

/* Forget passes whose time is over, a bounded number. */
int op25b_pass_sweep(struct op25b_state *state, int64_t now);

/* Forget mails of which the log never told the end. Looks at all that are in Postfix's queue. */
int op25b_pass_sweep_mails(struct op25b_state *state, int64_t now);
