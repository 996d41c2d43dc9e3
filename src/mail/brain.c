/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers for Postfix, see brain.h. Only grant() writes "OK". A request may come a second time,
 * because its answer was lost when a daemon was killed: then it is answered the same and costs
 * nothing more.
 */
#include "mail/brain-inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/code.h"
#include "mail/meter.h"

#define DAY  86400
#define WEEK (7 * DAY)

/* A restrict answer that lets Postfix go on. */
static int go_on(char ret_action[static OP25B_POSTFIX_ACTION])
{
	memcpy(ret_action, "DUNNO", sizeof("DUNNO"));
	return 0;
}

int op25b_brain_refuse(struct op25b_brain *brain, int64_t now, struct op25b_answer_facts *answer,
		       const char *account, const char *line,
		       char ret_action[static OP25B_POSTFIX_ACTION])
{
	const struct op25b_mail_code of = { .account = account,
					    .line = *account ? "" : line,
					    .reason = answer->reason,
					    .until = answer->until };
	char code[OP25B_CODE_TEXT];
	int r = op25b_mail_code_give(brain->state, now, op25b_people_keep_codes(brain->people), &of,
				     code);

	if (r < 0)
		return r;
	answer->code = r ? code : NULL;
	brain->reasons[answer->reason]++;
	op25b_answer_action(brain->people, answer, ret_action);
	answer->code = NULL;
	return 0;
}

static int refuse(struct op25b_brain_asked *asked, struct op25b_answer_facts answer,
		  char ret_action[static OP25B_POSTFIX_ACTION])
{
	return op25b_brain_refuse(asked->brain, asked->now, &answer, asked->account,
				  asked->person.line, ret_action);
}

static void make_pass(const struct op25b_brain_asked *asked, struct op25b_pass *ret)
{
	const struct op25b_policy *policy = op25b_people_of(asked->brain->people);
	const struct op25b_mail_decision *d = &asked->decision;
	const uint32_t service = asked->facts.peer.service;

	*ret = (struct op25b_pass){
		.way = d->way, .verdict = d->verdict, .slow = d->slow, .granted = 1
	};
	ret->limited = op25b_mail_limit_of(policy, asked->mail, d, &ret->limit);
	snprintf(ret->service, sizeof(ret->service), "%s",
		 service == OP25B_MAIL_ELSEWHERE ? "elsewhere" : policy->services[service].id);
	snprintf(ret->account, sizeof(ret->account), "%s", asked->account);
	ret->created = asked->created;
	snprintf(ret->line, sizeof(ret->line), "%s", asked->person.line);
}

static int keep_pass(const struct op25b_brain_asked *asked, const struct op25b_pass *pass)
{
	const struct op25b_postfix_request *request = asked->request;
	const struct op25b_pass_connection connection = { &request->client, &request->server,
							  request->client_port,
							  request->server_port };

	return op25b_pass_put(asked->brain->state, asked->now, request->instance, &connection,
			      pass);
}

/* Decide, and remember it for the mail of this instance. 1: refused, as @ret_action says. */
static int let_in(struct op25b_brain_asked *asked, struct op25b_pass *ret_pass,
		  char ret_action[static OP25B_POSTFIX_ACTION])
{
	int r = op25b_brain_judge(asked);

	if (r)
		return r;
	/* Who is stopped is told that instead, and who is held has his mail taken and put aside. */
	if (asked->over && asked->facts.account.state < OP25B_MAIL_STATE_HELD) {
		op25b_answer_again(ret_action);
		return 1;
	}
	if (asked->decision.verdict == OP25B_MAIL_REFUSED) {
		r = refuse(asked, (struct op25b_answer_facts){ .reason = asked->decision.reason },
			   ret_action);
		return r ? r : 1;
	}
	/* A mail that is held is counted once, when it is. */
	if (asked->decision.verdict != OP25B_MAIL_HELD)
		asked->brain->reasons[asked->decision.reason]++;
	make_pass(asked, ret_pass);
	return keep_pass(asked, ret_pass);
}

/* The only one that may say OK, and only of a mail that the decision takes. */
static int grant(struct op25b_brain_asked *asked, char ret_action[static OP25B_POSTFIX_ACTION])
{
	struct op25b_pass pass;
	int r;

	if (asked->request->state != OP25B_POSTFIX_RCPT)
		return go_on(ret_action);
	r = let_in(asked, &pass, ret_action);
	if (!r)
		memcpy(ret_action, "OK", sizeof("OK"));
	return r < 0 ? r : 0;
}

static bool is_relay(const struct op25b_postfix_request *request)
{
	return !strncmp(request->context, "relay/", 6) || !strncmp(request->context, "mx/", 3);
}

static int at_rcpt(struct op25b_brain_asked *asked, char ret_action[static OP25B_POSTFIX_ACTION])
{
	struct op25b_pass pass;
	int r;

	if (is_relay(asked->request))
		return go_on(ret_action);
	r = let_in(asked, &pass, ret_action);
	if (r)
		return r < 0 ? r : 0;
	return go_on(ret_action);
}

/*
 * A mail at the relay of which nothing is known: if no grant let it in, it is for our own mailboxes
 * and nothing of ours. That is kept, for its text may take longer than its age tells it. Returns 1:
 * answered; -EAGAIN: it may have been let in, and forgotten since; -errno.
 */
static int find_own(struct op25b_brain_asked *asked, char ret_action[static OP25B_POSTFIX_ACTION])
{
	const struct op25b_pass none = { .granted = 0 };
	int r = 0;

	if (!op25b_pass_is_sure(asked->now, asked->request->instance))
		return -EAGAIN;
	if (asked->request->state == OP25B_POSTFIX_DATA)
		r = keep_pass(asked, &none);
	go_on(ret_action);
	return r ? r : 1;
}

/* What was decided at RCPT; at submission everything is. Returns 0; 1: answered already; -errno. */
static int find_pass(struct op25b_brain_asked *asked, struct op25b_pass *ret_pass,
		     char ret_action[static OP25B_POSTFIX_ACTION])
{
	int r = op25b_pass_find(asked->brain->state, asked->now, asked->request->instance,
				ret_pass);

	if (r == -ENOENT)
		return is_relay(asked->request) ? find_own(asked, ret_action) :
						  let_in(asked, ret_pass, ret_action);
	if (r)
		return r;
	if (!ret_pass->granted) {
		go_on(ret_action);
		return 1;
	}
	snprintf(asked->account, sizeof(asked->account), "%s", ret_pass->account);
	snprintf(asked->person.line, sizeof(asked->person.line), "%s", ret_pass->line);
	return 0;
}

/* Recipients that cost: at the relay those for our own mailboxes do not, if they can be told. */
static uint32_t cost_of(const struct op25b_brain_asked *asked, const struct op25b_pass *pass)
{
	const uint32_t n = asked->request->recipients;

	if (!n)
		return pass->granted;
	return is_relay(asked->request) && pass->sure && pass->granted < n ? pass->granted : n;
}

static bool has_account_key(const struct op25b_pass *pass)
{
	return pass->limited && pass->limit.account.burst && *pass->account;
}

static bool has_line_key(const struct op25b_pass *pass)
{
	return pass->limited && pass->limit.line.burst && *pass->line;
}

/* As op25b_ledger_reserve(). */
static int reserve(struct op25b_brain_asked *asked, const struct op25b_pass *pass,
		   struct op25b_ledger_full *ret_full)
{
	struct op25b_ledger_ask ask = { .instance = asked->request->instance,
					.client = &asked->request->client,
					.client_port = asked->request->client_port,
					.recipients = cost_of(asked, pass) };

	if (has_account_key(pass))
		ask.keys[ask.n_keys++] = (struct op25b_ledger_key){ OP25B_LEDGER_ACCOUNT,
								    pass->account,
								    pass->limit.account };
	if (has_line_key(pass))
		ask.keys[ask.n_keys++] = (struct op25b_ledger_key){ OP25B_LEDGER_LINE, pass->line,
								    pass->limit.line };
	if (!ask.n_keys)
		return 0;
	return op25b_ledger_reserve(asked->brain->state, asked->now, &ask, ret_full);
}

static int refuse_size(struct op25b_brain_asked *asked, const struct op25b_pass *pass,
		       char ret_action[static OP25B_POSTFIX_ACTION])
{
	const struct op25b_answer_facts answer = { .reason = OP25B_MAIL_LIMIT_MESSAGE,
						   .recipients = cost_of(asked, pass),
						   .most = pass->limit.message };

	return refuse(asked, answer, ret_action);
}

static int refuse_full(struct op25b_brain_asked *asked, const struct op25b_pass *pass,
		       const struct op25b_ledger_full *full,
		       char ret_action[static OP25B_POSTFIX_ACTION])
{
	struct op25b_answer_facts answer = { .reason = OP25B_MAIL_LIMIT_LINE,
					     .at_limit = pass->limit.at_limit,
					     .until = full->until };

	if (full->kind == OP25B_LEDGER_ACCOUNT)
		answer.reason = pass->slow ? OP25B_MAIL_ACCOUNT_SLOW : OP25B_MAIL_LIMIT_ACCOUNT;
	/*
	 * Never is no time to come again: the mail is larger than the limit. But one that is larger
	 * only than what a slow account has left of it waits until that is released.
	 */
	if (full->until == INT64_MAX && answer.at_limit == OP25B_MAIL_DEFER &&
	    answer.reason != OP25B_MAIL_ACCOUNT_SLOW)
		return refuse_size(asked, pass, ret_action);
	return refuse(asked, answer, ret_action);
}

static int at_data(struct op25b_brain_asked *asked, char ret_action[static OP25B_POSTFIX_ACTION])
{
	struct op25b_ledger_full full = { .until = 0 };
	struct op25b_pass pass;
	int r = find_pass(asked, &pass, ret_action);

	if (r)
		return r < 0 ? r : 0;
	if (pass.limited && cost_of(asked, &pass) > pass.limit.message)
		return refuse_size(asked, &pass, ret_action);
	r = reserve(asked, &pass, &full);
	if (r < 0)
		return r;
	if (r && pass.limit.at_limit != OP25B_MAIL_HOLD_AT_LIMIT)
		return refuse_full(asked, &pass, &full, ret_action);
	if (r)
		r = op25b_pass_over(asked->brain->state, asked->request->instance);
	return r ? r : go_on(ret_action);
}

/*
 * Turn the reservation into a charge. Returns 0; 1: there is no room any more, see @ret_full;
 * -ECANCELED: the log said that the mail was refused, before its text came to its end; -errno.
 */
static int charge(struct op25b_brain_asked *asked, const struct op25b_pass *pass,
		  const char *queue_id, struct op25b_ledger_full *ret_full)
{
	struct op25b_state *state = asked->brain->state;
	const char *instance = asked->request->instance;
	int r;

	if (pass->over || (!has_account_key(pass) && !has_line_key(pass))) {
		r = op25b_ledger_refused(state, queue_id);
		return r > 0 ? -ECANCELED : r;
	}
	r = op25b_ledger_charge(state, asked->now, instance, queue_id);
	if (r != -ENOENT)
		return r;
	/* A text that took longer than a reservation lasts. */
	r = reserve(asked, pass, ret_full);
	return r ? r : op25b_ledger_charge(state, asked->now, instance, queue_id);
}

/* Who is told of a mail that was taken, besides its sender. */
static int note(struct op25b_brain_asked *asked, const struct op25b_pass *pass,
		const struct op25b_brain_account *account)
{
	const struct op25b_meter_row row = { .way = pass->way,
					     .service = pass->service,
					     .account = pass->account,
					     .line = *pass->account ? "" : pass->line };
	const struct op25b_mail *mail = op25b_people_mail(asked->brain->people);
	int r = 0;

	if (pass->verdict == OP25B_MAIL_COUNTED)
		r = op25b_meter_count(asked->brain->state, asked->now, &row);
	if (!r && pass->way == OP25B_MAIL_POP25)
		r = op25b_brain_letter(asked->brain, asked->now, OP25B_LETTER_POP, pass->account,
				       "", WEEK);
	if (!r && account->state == OP25B_MAIL_STATE_HELD)
		r = op25b_brain_letter(asked->brain, asked->now, OP25B_LETTER_HELD, pass->account,
				       account->why, mail ? mail->stolen.hold_for : DAY);
	if (!r && pass->over && *pass->account)
		r = op25b_brain_letter(asked->brain, asked->now, OP25B_LETTER_LIMIT, pass->account,
				       "", DAY);
	return r;
}

/* Let go on, or have it put aside. */
static int put(struct op25b_brain_asked *asked, enum op25b_pass_held held,
	       char ret_action[static OP25B_POSTFIX_ACTION])
{
	const struct op25b_answer_facts answer = {
		.reason = held == OP25B_PASS_HELD_LIMIT ? OP25B_MAIL_LIMIT_ACCOUNT :
							  OP25B_MAIL_ACCOUNT_HELD,
		.at_limit = OP25B_MAIL_HOLD_AT_LIMIT,
	};

	if (held == OP25B_PASS_FREE)
		return go_on(ret_action);
	asked->brain->reasons[answer.reason]++;
	op25b_answer_action(asked->brain->people, &answer, ret_action);
	return 0;
}

/* The text is whole: take the mail. @account: of the pass, as it is now */
static int take(struct op25b_brain_asked *asked, struct op25b_pass *pass, const char *queue_id,
		const struct op25b_brain_account *account,
		char ret_action[static OP25B_POSTFIX_ACTION])
{
	struct op25b_ledger_full full = { .until = 0 };
	enum op25b_pass_held held;
	struct op25b_pass_mail mail;
	int r = charge(asked, pass, queue_id, &full);

	/* Postfix tells the client why, and no line of its log will end it. */
	if (r == -ECANCELED)
		return go_on(ret_action);
	if (r < 0)
		return r;
	if (r && pass->limit.at_limit != OP25B_MAIL_HOLD_AT_LIMIT)
		return refuse_full(asked, pass, &full, ret_action);
	pass->over |= r > 0;
	held = account->state == OP25B_MAIL_STATE_HELD ? OP25B_PASS_HELD_ACCOUNT :
	       pass->over                              ? OP25B_PASS_HELD_LIMIT :
							 OP25B_PASS_FREE;
	mail = (struct op25b_pass_mail){ .at = asked->now, .held = held, .created = pass->created };
	snprintf(mail.account, sizeof(mail.account), "%s", pass->account);
	r = note(asked, pass, account);
	r = r < 0 ? r :
		    op25b_pass_taken(asked->brain->state, asked->request->instance, queue_id,
				     &mail);
	return r < 0 ? r : put(asked, held, ret_action);
}

static int at_end(struct op25b_brain_asked *asked, char ret_action[static OP25B_POSTFIX_ACTION])
{
	const struct op25b_postfix_request *request = asked->request;
	/* A proxy before the queue leaves a mail without an id. */
	const char *queue_id = *request->queue_id ? request->queue_id : request->instance;
	struct op25b_brain_account account = { 0 };
	enum op25b_pass_held held;
	struct op25b_pass pass;
	int r = op25b_pass_answered(asked->brain->state, request->instance, queue_id, &held);

	if (!r)
		return put(asked, held, ret_action);
	r = r == -ENOENT ? find_pass(asked, &pass, ret_action) : r;
	if (r)
		return r < 0 ? r : 0;
	if (*pass.account)
		r = op25b_brain_account(asked->brain, pass.account, &account);
	if (r < 0 && r != -ENOENT)
		return r;
	/* It was stopped or taken away, and perhaps made anew, while the text was on its way. */
	if (r == -ENOENT || account.state == OP25B_MAIL_STATE_STOPPED ||
	    account.created != pass.created)
		return refuse(asked,
			      (struct op25b_answer_facts){ .reason = OP25B_MAIL_ACCOUNT_STOPPED },
			      ret_action);
	return take(asked, &pass, queue_id, &account, ret_action);
}

int op25b_brain_policy(struct op25b_brain *brain, enum op25b_brain_socket socket,
		       const struct op25b_postfix_request *request, int64_t now,
		       char ret_action[static OP25B_POSTFIX_ACTION], struct op25b_error *error)
{
	struct op25b_brain_asked asked = { .brain = brain, .request = request, .now = now };
	int r;

	if (socket == OP25B_BRAIN_GRANT)
		r = grant(&asked, ret_action);
	else if (request->state == OP25B_POSTFIX_RCPT)
		r = at_rcpt(&asked, ret_action);
	else if (request->state == OP25B_POSTFIX_DATA)
		r = at_data(&asked, ret_action);
	else if (request->state == OP25B_POSTFIX_END_OF_MESSAGE)
		r = at_end(&asked, ret_action);
	else
		r = go_on(ret_action);
	return r ? op25b_error_set(error, r, "mail of %s: %s",
				   *asked.account ? "an account" : "a client", strerror(-r)) :
		   0;
}
