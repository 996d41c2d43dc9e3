/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request "why": {"op":"why","name":"..."}: what is known of an account, why it is in its
 * state, and how far it is from the next. Numbers only; times are seconds UTC.
 */
#include <errno.h>
#include <string.h>

#include "mail/ledger.h"
#include "mail/numbers.h"
#include "mail/pass.h"
#include "mail/window.h"
#include "maild/maild.h"
#include "maild/requests.h"
#include "policy/prefix.h"

struct account {
	char name[OP25B_ACCOUNT_NAME], why[64], line[OP25B_SESSION_LINE_ID];
	enum op25b_mail_state state;
	int64_t since, created;
	bool server, first_password;
};

static int keep(void *arg, const struct op25b_account *account)
{
	struct account *a = arg;

	snprintf(a->name, sizeof(a->name), "%s", account->name);
	snprintf(a->why, sizeof(a->why), "%s", account->why);
	snprintf(a->line, sizeof(a->line), "%s", account->line);
	a->state = account->state;
	a->since = account->state_since;
	a->created = account->created;
	a->server = account->server;
	a->first_password = account->first_password;
	return 0;
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *describe_signals(const struct op25b_numbers_score *score)
{
	json_t *list = json_array();

	for (size_t i = 0; i < score->n; i++) {
		const struct op25b_numbers_signal *s = &score->signals[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:o, s:o, s:o}", "signal", s->word,
						"counted", number(s->counted), "usual",
						number(s->usual), "points", number(s->points)));
	}
	return list;
}

/* The policy's, in its order. */
static json_t *describe_steps(const struct op25b_mail *mail)
{
	static const char *const words[] = { "slow", "hold", "refuse" };
	json_t *list = json_array();

	for (size_t i = 0; mail && i < mail->stolen.n_steps; i++) {
		const enum op25b_mail_step step = mail->stolen.steps[i];

		json_array_append_new(list, json_pack("{s:s, s:o}", "step", words[step], "points",
						      number(op25b_numbers_threshold(step))));
	}
	return list;
}

/* What it may send by port 587 or 465 from elsewhere, and what it has used of that. */
static int describe_limits(struct op25b_maild *d, const struct account *account, int64_t now,
			   json_t **ret)
{
	const struct op25b_mail *mail = op25b_people_mail(d->people);
	const struct op25b_mail_facts facts = {
		.port = 587,
		.tls = true,
		.auth = true,
		.peer = { .service = OP25B_MAIL_ELSEWHERE },
		.account = { .state = account->state == OP25B_MAIL_STATE_STOPPED ?
					      OP25B_MAIL_STATE_SLOW :
					      account->state,
			     .is_new = mail && mail->new_for &&
				       now - account->created < mail->new_for,
			     .server = account->server },
		.sender_owned = true,
	};
	const struct op25b_mail_decision decision = op25b_mail_decide(mail, now, &facts);
	struct op25b_ledger_key key = { .kind = OP25B_LEDGER_ACCOUNT, .name = account->name };
	struct op25b_ledger_use use = { 0 };
	struct op25b_mail_limit limit;
	int r;

	*ret = NULL;
	if (!mail || !op25b_mail_limit_of(op25b_people_of(d->people), mail, &decision, &limit) ||
	    !limit.account.burst)
		return 0;
	key.bucket = limit.account;
	r = op25b_ledger_look(d->state, now, &key, &use);
	if (r)
		return r;
	*ret = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "burst",
			 number(limit.account.burst), "hour", number(limit.account.hour), "day",
			 number(limit.account.day), "message", number(limit.message), "free",
			 number(use.free), "hour_used", number(use.hour_used), "day_used",
			 number(use.day_used), "slow", (int)decision.slow);
	return *ret ? 0 : -ENOMEM;
}

static int add_window(void *arg, const struct op25b_window *window)
{
	char address[OP25B_PREFIX_TEXT];

	op25b_address_format(window->address.family, window->address.addr, address);
	return json_array_append_new(arg, json_pack("{s:s, s:I}", "address", address, "until",
						    (json_int_t)window->until)) ?
		       -ENOMEM :
		       0;
}

static int add_past(void *arg, const struct op25b_numbers_past *past)
{
	return json_array_append_new(arg,
				     json_pack("{s:I, s:s, s:s, s:o}", "at", (json_int_t)past->at,
					       "state", op25b_account_state_word(past->state),
					       "why", past->why, "points", number(past->points))) ?
		       -ENOMEM :
		       0;
}

static int count(void *arg, const char *queue_id, const struct op25b_pass_mail *mail)
{
	(void)queue_id;
	(void)mail;
	++*(json_int_t *)arg;
	return 0;
}

/* @windows and @history are filled, *ret_held counted. */
static int collect(struct op25b_maild *d, const struct account *account, int64_t now,
		   struct op25b_numbers_score *score, json_t *windows, json_t *history,
		   json_int_t *ret_held)
{
	int r = op25b_numbers_score(d->state, now, account->name, score);

	r = r ? r : op25b_window_list(d->state, now, account->name, add_window, windows);
	r = r ? r : op25b_numbers_history(d->state, account->name, add_past, history);
	return r ? r : op25b_pass_held(d->state, account->name, count, ret_held);
}

static json_t *describe(struct op25b_maild *d, const struct account *account,
			const struct op25b_numbers_score *score, json_t *limits, json_t *windows,
			json_t *history, json_int_t held)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:I, s:o}",
			 "schema", "op25b.account-why/1", "name", account->name, "state",
			 op25b_account_state_word(account->state), "why", account->why, "since",
			 (json_int_t)account->since, "line", account->line, "first_password",
			 (int)account->first_password, "points", number(score->points), "steps",
			 describe_steps(op25b_people_mail(d->people)), "signals",
			 describe_signals(score), "limits", limits ? limits : json_null(),
			 "windows", windows, "held", held, "history", history);
}

int op25b_maild_why(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		    struct op25b_error *error)
{
	const char *name = json_string_value(json_object_get(request, "name"));
	json_t *windows = json_array(), *history = json_array(), *limits = NULL;
	struct op25b_numbers_score score = { .n = 0 };
	struct account account;
	json_int_t held = 0;
	int r = name ? op25b_brain_look(&d->brain, name, now, error) : -EINVAL;

	/* What the look made of it. */
	r = r ? r : op25b_accounts_find(d->accounts, name, keep, &account);
	if (!r)
		r = collect(d, &account, now, &score, windows, history, &held);
	if (!r)
		r = describe_limits(d, &account, now, &limits);
	if (r) {
		json_decref(windows);
		json_decref(history);
		return op25b_error_set(error, r,
				       r == -ENOENT ? "there is no account %s" : "why: %s",
				       r == -ENOENT ? name : strerror(-r));
	}
	*ret = describe(d, &account, &score, limits, windows, history, held);
	return *ret ? 0 : -ENOMEM;
}
