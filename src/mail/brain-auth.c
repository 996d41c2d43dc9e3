/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers for Dovecot, and upkeep; see brain.h. Dovecot asks before the password is looked at, and
 * once more when it was right; only the second is somebody's login. Who is stopped is told so at
 * the first, because the account base gives Dovecot no password of a stopped account (account.h),
 * and so a second never comes.
 */
#include <errno.h>
#include <string.h>

#include "mail/brain-inside.h"
#include "mail/code.h"
#include "mail/echo.h"
#include "mail/guard.h"
#include "mail/holder.h"
#include "mail/meter.h"
#include "mail/window.h"

#define REFUSED (-1)
#define DAY     86400
#define SWEEP   600 /* seconds between two looks at the tables of mails, codes, the meter */

int op25b_brain_say(struct op25b_brain *brain, int64_t now, enum op25b_mail_reason reason,
		    const char *account, char ret_text[static OP25B_AUTH_TEXT])
{
	_Static_assert(OP25B_ANSWER_TEXT <= OP25B_AUTH_TEXT, "a text fits into an answer");
	const struct op25b_mail_code of = { .account = account, .line = "", .reason = reason };
	struct op25b_answer_facts answer = { .reason = reason };
	char code[OP25B_CODE_TEXT];
	int r = op25b_mail_code_give(brain->state, now, op25b_people_keep_codes(brain->people), &of,
				     code);

	if (r < 0)
		return r;
	answer.code = r ? code : NULL;
	brain->reasons[reason]++;
	op25b_answer_text(brain->people, &answer, ret_text);
	return 0;
}

/* Webmail's users have one address, as have lines that can't be told apart, here or elsewhere. */
static struct op25b_guard_place place_of(const struct op25b_brain *brain,
					 const struct op25b_prefix *remote)
{
	struct op25b_person person;

	op25b_people_find(brain->people, remote, 0, &person);
	return (struct op25b_guard_place){ .address = *remote,
					   .many = person.peer.untold ||
						   person.peer.kind == OP25B_NETWORK_SHARED ||
						   op25b_brain_is_our_host(brain, remote) };
}

/* Before the password. */
static int ask_first(struct op25b_brain *brain, const struct op25b_auth_request *request,
		     int64_t now, int *ret_status, char ret_text[static OP25B_AUTH_TEXT])
{
	const struct op25b_guard_place place = place_of(brain, &request->remote);
	struct op25b_brain_account account;
	int r;

	*ret_status = op25b_guard_ask(brain->guard, now, &place, request->login);
	if (*ret_status < 0) {
		op25b_answer_guard(ret_text);
		return 0;
	}
	r = op25b_brain_login(brain, request->login, &account);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (account.state != OP25B_MAIL_STATE_STOPPED)
		return 0;
	*ret_status = REFUSED;
	return op25b_brain_say(brain, now, OP25B_MAIL_ACCOUNT_STOPPED, account.name, ret_text);
}

static bool is_sending(enum op25b_auth_service service)
{
	return service == OP25B_AUTH_SUBMISSION || service == OP25B_AUTH_RELAY;
}

/* Why a right password is not enough; OP25B_MAIL_REASON_COUNT: it is. */
static enum op25b_mail_reason fault_of(const struct op25b_mail *mail,
				       const struct op25b_auth_request *request,
				       const struct op25b_mail_account *account)
{
	if (account->state == OP25B_MAIL_STATE_STOPPED)
		return OP25B_MAIL_ACCOUNT_STOPPED;
	if (mail && is_sending(request->service) && !op25b_mail_first_password_may(mail, account))
		return OP25B_MAIL_FIRST_PASSWORD;
	return OP25B_MAIL_REASON_COUNT;
}

/* POP before SMTP: from now on mail may come from there. */
static int open_window(struct op25b_brain *brain, const struct op25b_auth_request *request,
		       int64_t now, const struct op25b_brain_account *account,
		       const struct op25b_person *person, const struct op25b_mail_account *facts)
{
	const struct op25b_mail *mail = op25b_people_mail(brain->people);
	struct op25b_window window = { .address = request->remote,
				       .account = account->name,
				       .line = person->line,
				       .serial = (int64_t)op25b_brain_version(account),
				       .opened = now };
	int64_t seconds;

	if (is_sending(request->service) || request->service == OP25B_AUTH_OTHER)
		return 0;
	if (op25b_brain_is_our_host(brain, &request->remote))
		return 0;
	/* Whose an address is, is only known with the sessions. */
	if (!op25b_people_known(brain->people))
		return 0;
	seconds = op25b_mail_window(mail, now, &person->peer, facts);
	if (seconds <= 0)
		return 0;
	window.until = now + seconds;
	return op25b_window_open(brain->state, &window);
}

/* The password was right. An account that the base does not know gets in, and no right of ours. */
static int ask_second(struct op25b_brain *brain, const struct op25b_auth_request *request,
		      int64_t now, int *ret_status, char ret_text[static OP25B_AUTH_TEXT],
		      struct op25b_error *error)
{
	const struct op25b_mail *mail = op25b_people_mail(brain->people);
	struct op25b_brain_account account;
	struct op25b_numbers_login login;
	struct op25b_mail_account facts;
	enum op25b_mail_reason fault;
	struct op25b_person person;
	int r = op25b_brain_account(brain, request->login, &account);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = op25b_holder_look(brain->state, now, account.name, account.created);
	if (r < 0)
		return r;
	op25b_people_find(brain->people, &request->remote, 0, &person);
	facts = op25b_brain_facts_of(mail, now, &account, &person);
	if (is_sending(request->service) && facts.first_password &&
	    !op25b_people_known(brain->people))
		return -EAGAIN;
	login = (struct op25b_numbers_login){ .remote = &request->remote,
					      .asn = person.asn,
					      .country = { person.country[0], person.country[1] },
					      .own_line = facts.own_line };
	fault = fault_of(mail, request, &facts);
	if (fault == OP25B_MAIL_REASON_COUNT && request->remote.family != OP25B_NO_FAMILY) {
		r = op25b_numbers_login(brain->state, now, account.name, &login);
		r = r < 0 ? r : op25b_brain_watch(brain, now, &account, error);
		if (r < 0)
			return r;
		facts.state = account.state;
		fault = fault_of(mail, request, &facts);
	}
	if (fault != OP25B_MAIL_REASON_COUNT) {
		*ret_status = REFUSED;
		return op25b_brain_say(brain, now, fault, account.name, ret_text);
	}
	if (is_sending(request->service))
		op25b_guard_begin(brain->guard, now, &request->remote, account.name,
				  op25b_brain_version(&account));
	return open_window(brain, request, now, &account, &person, &facts);
}

static int hear_report(struct op25b_brain *brain, const struct op25b_auth_request *request,
		       int64_t now)
{
	struct op25b_brain_account account;
	struct op25b_guard_place place;
	int r;

	if (request->success) {
		op25b_guard_passed(brain->guard, &request->remote, request->login);
		return 0;
	}
	/* Refused by us: no password was looked at. */
	if (request->refused)
		return 0;
	place = place_of(brain, &request->remote);
	op25b_guard_failed(brain->guard, now, &place, request->login, request->pwhash);
	r = op25b_brain_login(brain, request->login, &account);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return op25b_numbers_failure(brain->state, now, account.name, &request->remote,
				     request->pwhash);
}

int op25b_brain_auth(struct op25b_brain *brain, const struct op25b_auth_request *request,
		     int64_t now, int *ret_status, char ret_text[static OP25B_AUTH_TEXT],
		     struct op25b_error *error)
{
	int status = 0, r;

	*ret_text = '\0';
	if (request->command == OP25B_AUTH_REPORT)
		r = hear_report(brain, request, now);
	else if (request->verified)
		r = ask_second(brain, request, now, &status, ret_text, error);
	else
		r = ask_first(brain, request, now, &status, ret_text);
	if (r < 0)
		return op25b_error_set(error, r, "a login: %s", strerror(-r));
	*ret_status = status;
	return 0;
}

/* Looks at whole tables, which may be long: not each second, while somebody waits. */
static int sweep_tables(struct op25b_brain *brain, int64_t now)
{
	const int64_t mail_log = op25b_people_of(brain->people)->retention.mail_log;
	int r = op25b_pass_sweep_mails(brain->state, now);

	if (r >= 0)
		r = op25b_holder_sweep(brain->state, now);
	if (r >= 0)
		r = op25b_mail_code_sweep(brain->state,
					  now - op25b_people_keep_codes(brain->people));
	if (r >= 0)
		r = op25b_echo_sweep(brain->state, now - op25b_people_keep_codes(brain->people));
	if (r >= 0)
		r = op25b_meter_sweep(brain->state, now - (mail_log ? mail_log : 90 * DAY));
	return r;
}

int op25b_brain_sweep(struct op25b_brain *brain, int64_t now, struct op25b_error *error)
{
	int r = op25b_ledger_sweep(brain->state, now);

	r = r < 0 ? r : op25b_pass_sweep(brain->state, now);
	r = r < 0 ? r : op25b_window_sweep(brain->state, now);
	r = r < 0 ? r : op25b_numbers_sweep(brain->state, now);
	if (r >= 0 && (now < brain->swept_at || now - brain->swept_at >= SWEEP)) {
		r = sweep_tables(brain, now);
		brain->swept_at = now;
	}
	return r < 0 ? op25b_error_set(error, r, "upkeep of the state: %s", strerror(-r)) : 0;
}
