/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision for relaying as one pure function: may this mail, to a domain that is not the
 * provider's own, enter by this connection? Asked for each recipient. It is to the mail servers
 * what decide.h is to packets, and has a header of its own because that one is compiled for the
 * kernel, which has no policy to point into. No look-up, no I/O, no clock.
 */
#pragma once

#include "policy/mail.h"

enum op25b_mail_verdict {
	OP25B_MAIL_TAKE,
	OP25B_MAIL_COUNTED, /* taken, and counted as one who must still move */
	OP25B_MAIL_HELD,    /* taken, and kept back until somebody looked at it */
	OP25B_MAIL_REFUSED,
};

/* Where in a conversation an answer is given. */
enum op25b_mail_moment {
	OP25B_MAIL_AT_AUTH,
	OP25B_MAIL_AT_RCPT,
	OP25B_MAIL_AT_DATA,
	OP25B_MAIL_AT_END,
};

/*
 * Every reason with its word, the answer's codes (RFC 5321 4.2, RFC 3463), its moment, and the
 * outcome that pages tell of (NULL: there is nothing to tell). What Postfix says by itself when
 * nobody answers, 451 4.3.5, is no reason of ours.
 */
#define OP25B_MAIL_REASONS(X)                                                         \
	X(RELAY_LINE, "relay-line", "250", RCPT, NULL)                                \
	X(RELAY_AUTH, "relay-auth", "250", RCPT, NULL)                                \
	X(RELAY_POP, "relay-pop", "250", RCPT, NULL)                                  \
	X(NOT_THIS_LINE, "relay-not-this-line", "554 5.7.1", RCPT, "auth-needed")     \
	X(NEED_AUTH, "relay-need-auth", "554 5.7.1", RCPT, "auth-needed")             \
	X(CLOSED_25, "relay-closed-25", "554 5.7.1", RCPT, "affected-own-server")     \
	X(POP_EXPIRED, "relay-pop-expired", "554 5.7.1", RCPT, "auth-needed")         \
	X(NOT_YOURS, "sender-not-yours", "553 5.7.1", RCPT, "settings-sender")        \
	X(NOT_CONFIRMED, "sender-not-confirmed", "550 5.7.1", RCPT, "sender-confirm") \
	X(LIMIT_ACCOUNT, "limit-account", "450 4.7.1", DATA, "limit-reached")         \
	X(LIMIT_LINE, "limit-line", "450 4.7.1", DATA, "limit-reached")               \
	X(LIMIT_MESSAGE, "limit-message", "550 5.5.3", DATA, "limit-message")         \
	X(ACCOUNT_SLOW, "account-slow", "450 4.7.1", DATA, "limit-reached")           \
	X(ACCOUNT_HELD, "account-held", "250", END, "account-held")                   \
	X(ACCOUNT_STOPPED, "account-stopped", "535 5.7.8", AUTH, "account-stopped")   \
	X(FIRST_PASSWORD, "first-password", "535 5.7.8", AUTH, "first-password")      \
	X(ABROAD_CLOSED, "abroad-closed", "550 5.7.1", RCPT, "abroad-closed")

#define OP25B_MAIL_REASON_ENUM(tail, word, code, moment, outcome) OP25B_MAIL_##tail,
enum op25b_mail_reason { OP25B_MAIL_REASONS(OP25B_MAIL_REASON_ENUM) OP25B_MAIL_REASON_COUNT };
#undef OP25B_MAIL_REASON_ENUM

#define OP25B_MAIL_ELSEWHERE UINT32_MAX /* instead of an index into op25b_policy.services */

/* Who connects, as step 1 of the decision on packets finds it; see op25b_mail_peer_of(). */
struct op25b_mail_peer {
	uint32_t service;
	bool untold;  /* many lines share the address, and this one can't be told */
	bool abroad;  /* elsewhere, in a country that is known and is not home */
	uint8_t kind; /* enum op25b_network_kind of an address elsewhere */
};

enum op25b_mail_state {
	OP25B_MAIL_STATE_FINE,
	OP25B_MAIL_STATE_SLOW,
	OP25B_MAIL_STATE_HELD,
	OP25B_MAIL_STATE_STOPPED
};

/* The account that logged in, or of pop25 the one whose window this is. */
struct op25b_mail_account {
	enum op25b_mail_state state;
	bool is_new;         /* younger than mail->new_for */
	bool server;         /* marked as a home server's */
	bool first_password; /* has the one it was given */
	bool own_line;       /* the peer is the line that the account is tied to */
	bool opened_abroad;  /* by the customer, who may, and it has not ended */
};

/* MAIL FROM. */
enum op25b_mail_sender {
	OP25B_MAIL_FROM_NULL,    /* <> */
	OP25B_MAIL_FROM_OWN,     /* in mail->domains */
	OP25B_MAIL_FROM_FOREIGN, /* elsewhere */
};

struct op25b_mail_facts {
	uint16_t port; /* 25, 465, 587 */
	bool tls, auth;
	bool window; /* an account has one at this very address that has not ended */
	struct op25b_mail_peer peer;
	struct op25b_mail_account account; /* looked at where auth or window is */
	enum op25b_mail_sender sender;
	/*
	 * By the account that logged in (a foreign address: confirmed), or by one with a window
	 * here, or, where there is neither, by one that is tied to the peer's line.
	 */
	bool sender_owned;
};

#define OP25B_MAIL_LIMITS_MAX 3

struct op25b_mail_decision {
	enum op25b_mail_verdict verdict;
	enum op25b_mail_reason reason;
	enum op25b_mail_way way;
	const struct op25b_mail_stage *stage; /* in force for the peer; NULL: none is */
	/* Unless refused: indices into op25b_policy.mail_limits; the strictest of all counts. */
	uint32_t limits[OP25B_MAIL_LIMITS_MAX];
	uint8_t n_limits;
	bool slow; /* they are divided by mail->stolen.slow_factor */
};

/**
 * op25b_mail_peer_of() - who connects, for the mail of one provider.
 * @tenant:   whose mail servers were asked; lines of other tenants are elsewhere to it
 * @service:  what step 1 found for the address, sessions included; NULL: nothing
 * @told:     the line is known; false where many share the address
 * @address:  a whole address
 * @ret_peer: written
 */
void op25b_mail_peer_of(const struct op25b_policy *policy, uint32_t tenant,
			const struct op25b_service *service, bool told,
			const struct op25b_prefix *address, struct op25b_mail_peer *ret_peer);

/**
 * op25b_mail_limit_of() - the limits of a decision as one set, which is the strictest of them.
 * @ret_limit: written; its id is NULL; a bucket that no set has is empty. `at_limit` is that of the
 *             first. No message may be larger than what a bucket ever holds.
 *
 * Returns false where there is no limit.
 */
bool op25b_mail_limit_of(const struct op25b_policy *policy, const struct op25b_mail *mail,
			 const struct op25b_mail_decision *decision,
			 struct op25b_mail_limit *ret_limit);

/* How a reason is answered. Static storage. */
struct op25b_mail_answer {
	const char *code; /* "554 5.7.1" */
	enum op25b_mail_moment moment;
	const char *outcome; /* NULL: none */
};

/**
 * op25b_mail_answer() - the answer of a reason.
 * @at_limit: of the limit that was reached; looked at for those reasons only
 */
struct op25b_mail_answer op25b_mail_answer(enum op25b_mail_reason reason,
					   enum op25b_mail_at_limit at_limit);

/* Whether a stage's `services` hold the peer. */
static inline bool op25b_mail_stage_holds(const struct op25b_mail_stage *stage, uint32_t service)
{
	if (stage->any || service == OP25B_MAIL_ELSEWHERE)
		return stage->any || stage->elsewhere;
	for (size_t i = 0; i < stage->n_services; i++) {
		if (stage->services[i] == service)
			return true;
	}
	return false;
}

/**
 * op25b_mail_stage_of() - the stage of a way that is in force for a peer.
 * @service: of the peer, or OP25B_MAIL_ELSEWHERE
 * Returns NULL if none is. Cost: linear in the stages.
 */
static inline const struct op25b_mail_stage *op25b_mail_stage_of(const struct op25b_mail *mail,
								 enum op25b_mail_way way,
								 uint32_t service, int64_t now)
{
	const struct op25b_mail_stages *stages = &mail->ways[way];
	const struct op25b_mail_stage *found = NULL;

	for (size_t i = 0; i < stages->n; i++) {
		const struct op25b_mail_stage *stage = &stages->list[i];

		if (stage->from <= now && (!found || stage->from >= found->from) &&
		    op25b_mail_stage_holds(stage, service))
			found = stage;
	}
	return found;
}

/* Whether a window counts, or may open, for this peer at all. */
static inline bool op25b_mail_peer_may_pop(const struct op25b_mail_peer *peer)
{
	return !peer->untold && !peer->abroad && peer->kind == OP25B_NETWORK_PLAIN;
}

static inline bool op25b_mail_first_password_may(const struct op25b_mail *mail,
						 const struct op25b_mail_account *account)
{
	return !account->first_password ||
	       (mail->first_password == OP25B_MAIL_FROM_OWN_LINE && account->own_line);
}

/**
 * op25b_mail_window() - for how long a POP or IMAP login opens port 25 to its address.
 * @mail: NULL: there is no section
 * Returns seconds; 0: it does not. Pure; linear in the stages of pop25.
 */
static inline int64_t op25b_mail_window(const struct op25b_mail *mail, int64_t now,
					const struct op25b_mail_peer *peer,
					const struct op25b_mail_account *account)
{
	const struct op25b_mail_stage *stage =
		mail ? op25b_mail_stage_of(mail, OP25B_MAIL_POP25, peer->service, now) : NULL;

	if (!stage || stage->action == OP25B_REFUSE || !op25b_mail_peer_may_pop(peer) ||
	    account->state == OP25B_MAIL_STATE_HELD || account->state == OP25B_MAIL_STATE_STOPPED ||
	    !op25b_mail_first_password_may(mail, account))
		return 0;
	return stage->window;
}

/* Step 1: which way this is. */
static inline enum op25b_mail_way op25b_mail_way_of(const struct op25b_mail *mail, int64_t now,
						    const struct op25b_mail_facts *f)
{
	if (f->port != 25)
		return OP25B_MAIL_AUTH587;
	if (f->auth)
		return OP25B_MAIL_AUTH25;
	if (mail && f->peer.service != OP25B_MAIL_ELSEWHERE &&
	    op25b_mail_stage_of(mail, OP25B_MAIL_LINE25, f->peer.service, now))
		return OP25B_MAIL_LINE25;
	return OP25B_MAIL_POP25;
}

/* Why a way without a right ends here; OP25B_MAIL_REASON_COUNT if it goes on. */
static inline enum op25b_mail_reason op25b_mail_way_fault(const struct op25b_mail *mail,
							  const struct op25b_mail_facts *f,
							  const struct op25b_mail_decision *d)
{
	const enum op25b_mail_reason stranger = f->peer.service == OP25B_MAIL_ELSEWHERE ?
							OP25B_MAIL_NEED_AUTH :
							OP25B_MAIL_NOT_THIS_LINE;
	const bool lets = d->stage && d->stage->action != OP25B_REFUSE;

	switch (d->way) {
	case OP25B_MAIL_AUTH587:
		if (!mail)
			return stranger;
		return f->auth && f->tls ? OP25B_MAIL_REASON_COUNT : OP25B_MAIL_NEED_AUTH;
	case OP25B_MAIL_AUTH25:
		return !lets  ? OP25B_MAIL_CLOSED_25 :
		       f->tls ? OP25B_MAIL_REASON_COUNT :
				OP25B_MAIL_NEED_AUTH;
	case OP25B_MAIL_LINE25:
		return !lets          ? OP25B_MAIL_CLOSED_25 :
		       f->peer.untold ? OP25B_MAIL_NOT_THIS_LINE :
					OP25B_MAIL_REASON_COUNT;
	default:
		if (!lets || !op25b_mail_peer_may_pop(&f->peer))
			return stranger;
		return f->window ? OP25B_MAIL_REASON_COUNT : OP25B_MAIL_POP_EXPIRED;
	}
}

/* Whether MAIL FROM may be this; OP25B_MAIL_REASON_COUNT: it may. */
static inline enum op25b_mail_reason op25b_mail_sender_fault(const struct op25b_mail *mail,
							     const struct op25b_mail_facts *f,
							     enum op25b_mail_way way)
{
	const bool foreign = f->sender == OP25B_MAIL_FROM_FOREIGN;

	if (way == OP25B_MAIL_POP25)
		return f->sender == OP25B_MAIL_FROM_NULL || !f->sender_owned ||
				       (foreign && mail->foreign == OP25B_MAIL_FOREIGN_REFUSE) ?
			       OP25B_MAIL_NOT_YOURS :
			       OP25B_MAIL_REASON_COUNT;
	if (f->sender == OP25B_MAIL_FROM_NULL)
		return OP25B_MAIL_REASON_COUNT;
	if (way == OP25B_MAIL_LINE25)
		return foreign || mail->own == OP25B_MAIL_OWN_ANY ||
				       (mail->own == OP25B_MAIL_OWN_LINE && f->sender_owned) ?
			       OP25B_MAIL_REASON_COUNT :
			       OP25B_MAIL_NOT_YOURS;
	if (f->account.server && mail->server_accounts && mail->server_any)
		return OP25B_MAIL_REASON_COUNT;
	if (!foreign)
		return f->sender_owned ? OP25B_MAIL_REASON_COUNT : OP25B_MAIL_NOT_YOURS;
	if (mail->foreign == OP25B_MAIL_FOREIGN_REFUSE)
		return OP25B_MAIL_NOT_YOURS;
	return mail->foreign == OP25B_MAIL_FOREIGN_ANY || f->sender_owned ?
		       OP25B_MAIL_REASON_COUNT :
		       OP25B_MAIL_NOT_CONFIRMED;
}

static inline void op25b_mail_add_limits(struct op25b_mail_decision *d, uint32_t limits)
{
	if (limits != OP25B_MAIL_UNLIMITED)
		d->limits[d->n_limits++] = limits;
}

/* What it may cost, once it may. */
static inline void op25b_mail_find_limits(const struct op25b_mail *mail,
					  const struct op25b_mail_facts *f,
					  struct op25b_mail_decision *d)
{
	const bool account = d->way != OP25B_MAIL_LINE25;

	if (account && f->account.server && mail->server_accounts &&
	    mail->server_limits != OP25B_MAIL_UNLIMITED)
		op25b_mail_add_limits(d, mail->server_limits);
	else
		op25b_mail_add_limits(d, d->stage ? d->stage->limits : mail->ways[d->way].limits);
	if (account && f->account.is_new && mail->new_for)
		op25b_mail_add_limits(d, mail->new_limits);
	if (account && f->peer.abroad && mail->abroad.given)
		op25b_mail_add_limits(d, mail->abroad.limits);
	d->slow = account && f->account.state == OP25B_MAIL_STATE_SLOW;
}

/* The whole of the reasons, in the order of the moments. OP25B_MAIL_REASON_COUNT: none refuses. */
static inline enum op25b_mail_reason op25b_mail_fault(const struct op25b_mail *mail,
						      const struct op25b_mail_facts *f,
						      const struct op25b_mail_decision *d)
{
	enum op25b_mail_reason fault;

	if (f->auth && f->account.state == OP25B_MAIL_STATE_STOPPED)
		return OP25B_MAIL_ACCOUNT_STOPPED;
	if (mail && f->auth && !op25b_mail_first_password_may(mail, &f->account))
		return OP25B_MAIL_FIRST_PASSWORD;
	fault = op25b_mail_way_fault(mail, f, d);
	if (fault != OP25B_MAIL_REASON_COUNT)
		return fault;
	if (f->auth && f->peer.abroad && mail->abroad.given &&
	    mail->abroad.action == OP25B_REFUSE &&
	    !(mail->abroad.customer_opens && f->account.opened_abroad))
		return OP25B_MAIL_ABROAD_CLOSED;
	return op25b_mail_sender_fault(mail, f, d->way);
}

/**
 * op25b_mail_decide() - steps 1 to 4 of the decision for relaying, for one recipient.
 * @mail: of the provider whose server was asked; NULL: it has no section, and no way in
 *
 * Limits are not looked at: the decision says which hold. Never fails. Cost: linear in the stages
 * of two ways.
 */
static inline struct op25b_mail_decision op25b_mail_decide(const struct op25b_mail *mail,
							   int64_t now,
							   const struct op25b_mail_facts *f)
{
	static const enum op25b_mail_reason taken[] = {
		[OP25B_MAIL_AUTH587] = OP25B_MAIL_RELAY_AUTH,
		[OP25B_MAIL_LINE25] = OP25B_MAIL_RELAY_LINE,
		[OP25B_MAIL_AUTH25] = OP25B_MAIL_RELAY_AUTH,
		[OP25B_MAIL_POP25] = OP25B_MAIL_RELAY_POP,
	};
	struct op25b_mail_decision d = { .verdict = OP25B_MAIL_REFUSED,
					 .way = op25b_mail_way_of(mail, now, f) };

	if (mail)
		d.stage = op25b_mail_stage_of(mail, d.way, f->peer.service, now);
	d.reason = op25b_mail_fault(mail, f, &d);
	/* Without a section no way is left by now, which an analyser can't see. */
	if (d.reason != OP25B_MAIL_REASON_COUNT || !mail)
		return d;
	d.reason = taken[d.way];
	d.verdict = d.stage && d.stage->action == OP25B_COUNT ? OP25B_MAIL_COUNTED :
								OP25B_MAIL_TAKE;
	op25b_mail_find_limits(mail, f, &d);
	if (d.way != OP25B_MAIL_LINE25 && f->account.state == OP25B_MAIL_STATE_HELD) {
		d.verdict = OP25B_MAIL_HELD;
		d.reason = OP25B_MAIL_ACCOUNT_HELD;
	}
	return d;
}
