/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request "caller", of op25b-webd for whoever looks at its pages: {"op":"caller",
 * "address":"192.0.2.7","port":40000}: what is known of the line that has the address now. No
 * name and no address is told. Of a line whose name is not known, and whose address may have been
 * another's a moment ago, nothing is; nor of strangers, but that they are elsewhere.
 */
#include <errno.h>
#include <string.h>

#include "mail/code.h"
#include "maild/maild.h"
#include "maild/requests.h"
#include "policy/mail-decide.h"
#include "policy/mail-words.h"
#include "policy/prefix.h"

struct known {
	struct op25b_maild *d;
	int64_t now, since; /* codes that were given before are forgotten */
	bool stopped, held, slow;
	bool first_password; /* that stops sending here */
	bool refused;
	enum op25b_mail_reason reason; /* of the newest refusal */
	int64_t at, until;
	int64_t limited_until; /* 0: no limit is known to be reached */
};

/* Another refusal may have come after the one for a limit, which still holds. */
static int take_code(void *arg, const struct op25b_mail_code *code)
{
	struct known *known = arg;

	if (code->until > known->now && code->until > known->limited_until)
		known->limited_until = code->until;
	if (known->refused && code->at <= known->at)
		return 0;
	known->refused = true;
	known->reason = code->reason;
	known->at = code->at;
	known->until = code->until;
	return 0;
}

static int take_codes(struct known *known, const char *account, const char *line)
{
	return op25b_mail_code_list(known->d->state, account, line, known->since, take_code, known);
}

/* Whether the password it was given stops an account from sending on its own line, where who asks
 * is. */
static bool is_first_password_stopped(const struct op25b_maild *d,
				      const struct op25b_account *account)
{
	const struct op25b_mail *mail = op25b_people_mail(d->people);
	const struct op25b_mail_account facts = { .first_password = account->first_password,
						  .own_line = true };

	return mail && !op25b_mail_first_password_may(mail, &facts);
}

static int take_account(void *arg, const struct op25b_account *account)
{
	struct known *known = arg;

	known->stopped |= account->state == OP25B_MAIL_STATE_STOPPED;
	known->held |= account->state == OP25B_MAIL_STATE_HELD;
	known->slow |= account->state == OP25B_MAIL_STATE_SLOW;
	known->first_password |= is_first_password_stopped(known->d, account);
	return take_codes(known, account->name, "");
}

/* Whether what was learned under the name of the line is this caller's. */
static bool is_told(const struct op25b_maild *d, const struct op25b_person *person)
{
	const struct op25b_policy *policy = op25b_people_of(d->people);
	struct op25b_prefix prefix;

	if (!*person->line || person->peer.service == OP25B_MAIL_ELSEWHERE)
		return false;
	return op25b_prefix_parse(person->line, &prefix) != OP25B_PREFIX_FINE ||
	       policy->services[person->peer.service].addressing == OP25B_FIXED;
}

static bool is_country_closed(const struct op25b_mail *mail, const struct op25b_person *person)
{
	return mail && person->peer.abroad && mail->abroad.given &&
	       mail->abroad.action == OP25B_REFUSE;
}

static json_t *time_or_null(int64_t at)
{
	return at ? json_integer(at) : json_null();
}

static json_t *describe_refusal(const struct known *known)
{
	if (!known->refused)
		return json_null();
	return json_pack("{s:s, s:s?, s:I, s:o}", "reason",
			 op25b_words_name(&op25b_words_mail_reason, known->reason), "outcome",
			 op25b_mail_answer(known->reason, OP25B_MAIL_DEFER).outcome, "at",
			 (json_int_t)known->at, "until", time_or_null(known->until));
}

static json_t *describe(const struct op25b_person *person, const struct op25b_mail *mail, bool told,
			const struct known *known)
{
	return json_pack("{s:s, s:b, s:b, s:b, s:{s:b, s:b, s:b, s:b}, s:o, s:o}", "schema",
			 "op25b.caller/1", "line_known", (int)told, "elsewhere",
			 (int)(person->peer.service == OP25B_MAIL_ELSEWHERE), "country_closed",
			 (int)is_country_closed(mail, person), "accounts", "stopped",
			 (int)known->stopped, "held", (int)known->held, "slow", (int)known->slow,
			 "first_password", (int)known->first_password, "limit",
			 known->limited_until ?
				 json_pack("{s:I}", "until", (json_int_t)known->limited_until) :
				 json_null(),
			 "last_refusal", describe_refusal(known));
}

/* @ret_port: 0 where the request has none. */
static int read_caller(const json_t *request, struct op25b_prefix *ret_address, uint16_t *ret_port,
		       struct op25b_error *error)
{
	const char *text = json_string_value(json_object_get(request, "address"));
	const json_t *port = json_object_get(request, "port");
	const json_int_t number = json_integer_value(port);

	if (!text || strchr(text, '/') || op25b_prefix_parse(text, ret_address))
		return op25b_error_set(error, -EINVAL,
				       "caller: 'address' is not an IPv4 or IPv6 address");
	if (port && !json_is_null(port) &&
	    (!json_is_integer(port) || number < 0 || number > UINT16_MAX))
		return op25b_error_set(error, -EINVAL, "caller: 'port' is not a port");
	*ret_port = (uint16_t)number;
	return 0;
}

int op25b_maild_caller(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		       struct op25b_error *error)
{
	struct known known = { .d = d, .now = now };
	struct op25b_prefix address;
	struct op25b_person person;
	uint16_t port = 0;
	bool told;
	int r = read_caller(request, &address, &port, error);

	if (r)
		return r;
	if (!op25b_people_known(d->people))
		return op25b_error_set(error, -EAGAIN, "caller: sessions are not known yet");
	op25b_people_find(d->people, &address, port, &person);
	told = is_told(d, &person);
	known.since = now - op25b_people_keep_codes(d->people);
	if (told)
		r = op25b_accounts_of_line(d->accounts, person.line, take_account, &known);
	if (!r && told)
		r = take_codes(&known, "", person.line);
	if (r)
		return op25b_error_set(error, r, "caller: %s", strerror(-r));
	*ret = describe(&person, op25b_people_mail(d->people), told, &known);
	return *ret ? 0 : -ENOMEM;
}
