/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of an account's use, as numbers (design 4b.8): refused recipients, addresses,
 * networks and countries of good logins a day, failures before a success, first use away from the
 * own line. No address of a recipient or a peer is kept: who logged in from where is a keyed hash,
 * whose key is thrown away with its day (UTC). From them a score that explains itself, and a step.
 * Inside a turn of the state.
 *
 * What points there are, and what is usual, stands in numbers-score.c and in op25b-maild(8).
 */
#pragma once

#include "mail/auth-policy.h"
#include "mail/state.h"
#include "policy/mail-decide.h"

/* A good login, as far as it says something of who uses the account. */
struct op25b_numbers_login {
	const struct op25b_prefix *remote;
	uint32_t asn;    /* 0: not known */
	char country[2]; /* NULs: not known */
	bool own_line;
};

/**
 * op25b_numbers_login() - a good login.
 * Returns 0; -EINVAL: .remote is no address; -errno of the state. Cost: eight statements.
 */
int op25b_numbers_login(struct op25b_state *state, int64_t now, const char *account,
			const struct op25b_numbers_login *login);

/**
 * op25b_numbers_failure() - a login with a wrong password.
 * @account: one that there is: each name that is given costs rows
 * @pwhash:  the same one again is an old telephone, not a thief
 *
 * Kept for an hour, hashed; at most 32 a network and 1,024 an account a day.
 */
int op25b_numbers_failure(struct op25b_state *state, int64_t now, const char *account,
			  const struct op25b_prefix *remote, const char *pwhash);

/**
 * op25b_numbers_result() - what became of one recipient of a mail of the account.
 * @bounced: for good; what is neither bounced nor 2.x.x is not counted
 *
 * Of mail that was taken before the account was last released nothing may be counted: that is the
 * caller's to know.
 */
int op25b_numbers_result(struct op25b_state *state, int64_t now, const char *account,
			 const uint8_t dsn[3], bool bounced);

/* Why an account is suspected: each signal with what was counted, what is usual, and its points. */
struct op25b_numbers_signal {
	const char *word; /* "unknown-recipients", "refused", "networks", "countries", ... */
	uint32_t counted, usual, points;
};

#define OP25B_NUMBERS_SIGNALS 8U

struct op25b_numbers_score {
	struct op25b_numbers_signal signals[OP25B_NUMBERS_SIGNALS];
	size_t n; /* all of them, also those without points */
	uint32_t points;
};

/* The score of an account now. Cost: three statements, of at most 146 rows. */
int op25b_numbers_score(struct op25b_state *state, int64_t now, const char *account,
			struct op25b_numbers_score *ret);

/* Points from which a step is taken. */
uint32_t op25b_numbers_threshold(enum op25b_mail_step step);

/**
 * op25b_numbers_step() - the state that a score asks for, by the policy's steps.
 * @mail: NULL: there is no section, and no step
 * @is:   what the account is now; nothing ever goes back by itself
 */
enum op25b_mail_state op25b_numbers_step(const struct op25b_mail *mail,
					 const struct op25b_numbers_score *score,
					 enum op25b_mail_state is);

/* The signal with the most points, as the word that op25b_accounts_set_state() wants. */
const char *op25b_numbers_why(const struct op25b_numbers_score *score);

/* The account was released: begin to count anew. */
int op25b_numbers_forget(struct op25b_state *state, const char *account);

/* One step of an account's history, as the account base had it. */
struct op25b_numbers_past {
	int64_t at;
	enum op25b_mail_state state;
	const char *why; /* "" where released */
	uint32_t points; /* of the score then */
};

/**
 * op25b_numbers_follow() - what the account base says of the account, which others change too.
 * @since, @why: of op25b_account
 *
 * To be told whenever an account was looked up for one of the calls above, and after each step.
 * Notes the step for the history, and forgets the numbers of one that was released.
 * Returns 1: it was released since the last call from a state that its owner was told of; 0;
 * -errno.
 */
int op25b_numbers_follow(struct op25b_state *state, int64_t now, const char *account,
			 enum op25b_mail_state is, int64_t since, const char *why);

typedef int (*op25b_numbers_past_fn)(void *arg, const struct op25b_numbers_past *past);

/* The steps of an account that are kept, 400 days, newest first. Non-zero from @fn ends it. */
int op25b_numbers_history(struct op25b_state *state, const char *account, op25b_numbers_past_fn fn,
			  void *arg);

/* Forget what nothing counts any more: a bounded piece. */
int op25b_numbers_sweep(struct op25b_state *state, int64_t now);
