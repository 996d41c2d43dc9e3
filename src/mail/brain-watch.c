/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accounts that were perhaps stolen (design 4b.8). The letter is posted before the account base is
 * changed: a turn that is given up leaves neither, and one that is killed in between is made up for
 * when the account is next looked at, which it is with each of its mails.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/brain-inside.h"
#include "mail/holder.h"
#include "mail/window.h"

#define DAY 86400

int op25b_brain_letter(struct op25b_brain *brain, int64_t now, enum op25b_letter_kind kind,
		       const char *account, const char *why, int64_t every)
{
	char address[OP25B_ACCOUNT_NAME];
	const struct op25b_letter letter = {
		.kind = kind, .account = account, .address = address, .why = why
	};
	int r = op25b_accounts_mailbox(brain->accounts, account, address);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = op25b_letter_post(brain->state, now, &letter, every);
	return r < 0 ? r : 0;
}

/* Put the account into a stricter state. */
static int step(struct op25b_brain *brain, int64_t now, struct op25b_brain_account *account,
		enum op25b_mail_state to, const char *why, struct op25b_error *error)
{
	int r = 0;

	if (to == OP25B_MAIL_STATE_HELD)
		r = op25b_brain_letter(brain, now, OP25B_LETTER_HELD, account->name, why, DAY);
	else if (to == OP25B_MAIL_STATE_STOPPED)
		r = op25b_brain_letter(brain, now, OP25B_LETTER_STOPPED, account->name, why, DAY);
	if (!r && to >= OP25B_MAIL_STATE_HELD)
		r = op25b_window_close(brain->state, account->name);
	if (r < 0)
		return r;
	r = op25b_accounts_raise(brain->accounts, now, account->name, to, why, error);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	account->state = to;
	account->state_since = now;
	account->serial += to >= OP25B_MAIL_STATE_HELD; /* as the base did */
	snprintf(account->why, sizeof(account->why), "%s", why);
	r = op25b_numbers_follow(brain->state, now, account->name, to, now, why);
	return r < 0 ? r : 0;
}

int op25b_brain_watch(struct op25b_brain *brain, int64_t now, struct op25b_brain_account *account,
		      struct op25b_error *error)
{
	const struct op25b_mail *mail = op25b_people_mail(brain->people);
	struct op25b_numbers_score score = { .n = 0 };
	enum op25b_mail_state to;
	int r = op25b_holder_look(brain->state, now, account->name, account->created);

	if (r >= 0)
		r = op25b_numbers_follow(brain->state, now, account->name, account->state,
					 account->state_since, account->why);
	if (r > 0)
		r = op25b_brain_letter(brain, now, OP25B_LETTER_RELEASED, account->name, "", 0);
	if (r >= 0)
		r = op25b_numbers_score(brain->state, now, account->name, &score);
	if (r < 0)
		return r;
	to = op25b_numbers_step(mail, &score, account->state);
	if (to <= account->state)
		return 0;
	return step(brain, now, account, to, op25b_numbers_why(&score), error);
}

int op25b_brain_look(struct op25b_brain *brain, const char *name, int64_t now,
		     struct op25b_error *error)
{
	struct op25b_brain_account account;
	int r = op25b_brain_account(brain, name, &account);

	return r ? r : op25b_brain_watch(brain, now, &account, error);
}

static int take_result(struct op25b_brain *brain, const struct op25b_maillog_event *event,
		       int64_t now, struct op25b_error *error)
{
	struct op25b_brain_account account;
	struct op25b_pass_mail mail;
	int r = op25b_pass_mail(brain->state, event->queue_id, &mail);

	if (!r)
		r = *mail.account ? op25b_brain_account(brain, mail.account, &account) : -ENOENT;
	if (r)
		return r == -ENOENT ? 0 : r;
	/* What was sent before somebody looked into it and released the account is no news. */
	if (account.state == OP25B_MAIL_STATE_FINE && account.state_since > mail.at)
		return 0;
	/* Nor what somebody sent who had its name before. */
	if (account.created != mail.created)
		return 0;
	r = op25b_numbers_result(brain->state, now, account.name, event->dsn, event->bounced);
	if (r < 0 || !event->bounced)
		return r < 0 ? r : 0;
	return op25b_brain_watch(brain, now, &account, error);
}

int op25b_brain_log(struct op25b_brain *brain, const struct op25b_maillog_event *event, int64_t now,
		    struct op25b_error *error)
{
	int r = 0;

	switch (event->kind) {
	case OP25B_MAILLOG_NOTHING:
		break;
	case OP25B_MAILLOG_QUEUED:
		r = op25b_ledger_settle(brain->state, event->queue_id);
		break;
	case OP25B_MAILLOG_NOT_TAKEN:
		r = op25b_ledger_refund(brain->state, now, event->queue_id);
		r = r < 0 ? r : op25b_pass_gone(brain->state, event->queue_id);
		break;
	case OP25B_MAILLOG_RESULT:
		r = take_result(brain, event, now, error);
		break;
	case OP25B_MAILLOG_GONE:
		r = op25b_ledger_gone(brain->state, event->queue_id);
		r = r < 0 ? r : op25b_pass_gone(brain->state, event->queue_id);
		break;
	case OP25B_MAILLOG_HUNG_UP:
		r = op25b_ledger_hung_up(brain->state, event->pid, &event->client,
					 event->client_port);
		r = r < 0 ? r :
			    op25b_pass_hung_up(brain->state, now, event->pid, &event->client,
					       event->client_port);
		break;
	}
	return r < 0 ? op25b_error_set(error, r, "what became of a mail: %s", strerror(-r)) : 0;
}
