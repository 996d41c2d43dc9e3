/* SPDX-License-Identifier: BSD-2-Clause */
/* One question and what is found out about it; brain*.c only. */
#pragma once

#include "mail/answer.h"
#include "mail/brain.h"
#include "mail/ledger.h"
#include "mail/letter.h"
#include "mail/numbers.h"
#include "mail/pass.h"

/* An account as it was looked up. */
struct op25b_brain_account {
	char name[OP25B_ACCOUNT_NAME];
	char why[64];
	enum op25b_mail_state state;
	int64_t state_since, created, serial, abroad_until;
	bool server, first_password;
	char line[OP25B_SESSION_LINE_ID];
};

struct op25b_brain_asked {
	struct op25b_brain *brain;
	const struct op25b_postfix_request *request;
	int64_t now;
	const struct op25b_mail *mail; /* NULL: no section */
	struct op25b_person person;
	struct op25b_mail_facts facts;
	char account[OP25B_ACCOUNT_NAME]; /* who logged in, or whose window it is; "": nobody */
	int64_t created;                  /* when that account was made */
	bool over;                        /* the account changed since this session logged in */
	struct op25b_mail_decision decision;
};

/* What tells an account from what it was and from another of its name: for guard and windows. */
static inline uint64_t op25b_brain_version(const struct op25b_brain_account *account)
{
	return (uint64_t)account->created << 24 ^ (uint64_t)account->serial;
}

/**
 * op25b_brain_account() - look an account up by its name, in any case.
 * Returns 0; -ENOENT; -errno.
 */
int op25b_brain_account(struct op25b_brain *brain, const char *name,
			struct op25b_brain_account *ret);

/* The same by what was typed at a login: a name or an own address, as Dovecot maps it. */
int op25b_brain_login(struct op25b_brain *brain, const char *login,
		      struct op25b_brain_account *ret);

/*
 * Whether an account that exists owns an address; of an own one also with "+anything" behind the
 * name.
 */
int op25b_brain_owns(struct op25b_brain *brain, const char *account, const char *address);

/* All accounts that own an address, in the same sense. */
int op25b_brain_owners(struct op25b_brain *brain, const char *address, op25b_account_fn fn,
		       void *arg);

/* An account's facts for somebody at a place. */
struct op25b_mail_account op25b_brain_facts_of(const struct op25b_mail *mail, int64_t now,
					       const struct op25b_brain_account *account,
					       const struct op25b_person *person);

/* Whether an address is the mail host's own, or of one of mail_servers: whoever logs in there (as
 * webmail does for its users) is not who sends from there. */
bool op25b_brain_is_our_host(const struct op25b_brain *brain, const struct op25b_prefix *address);

/* What kind of sender an address is. One without a domain counts as ours: it gets our name. */
enum op25b_mail_sender op25b_brain_sender_kind(const struct op25b_mail *mail, const char *address);

/**
 * op25b_brain_judge() - the decision for a request.
 * @ret: .brain, .request and .now are set
 * Returns 0; -EAGAIN: it depends on sessions, and they are not known yet; -errno.
 */
int op25b_brain_judge(struct op25b_brain_asked *ret);

/* The answer of a refusal, with a code where one can be given. */
int op25b_brain_refuse(struct op25b_brain *brain, int64_t now, struct op25b_answer_facts *answer,
		       const char *account, const char *line,
		       char ret_action[static OP25B_POSTFIX_ACTION]);

/* The text alone, for Dovecot. */
int op25b_brain_say(struct op25b_brain *brain, int64_t now, enum op25b_mail_reason reason,
		    const char *account, char ret_text[static OP25B_AUTH_TEXT]);

/**
 * op25b_brain_watch() - after something that says how an account is used: whether it has to be
 * slowed, held or stopped, and who is told of it.
 * @account: looked up just now; its state is made what it is then
 */
int op25b_brain_watch(struct op25b_brain *brain, int64_t now, struct op25b_brain_account *account,
		      struct op25b_error *error);

/* A message to the account's own mailbox. */
int op25b_brain_letter(struct op25b_brain *brain, int64_t now, enum op25b_letter_kind kind,
		       const char *account, const char *why, int64_t every);
