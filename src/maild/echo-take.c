/* SPDX-License-Identifier: BSD-2-Clause */
/* See echo-take.h. */
#include "maild/echo-take.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "mail/brain-inside.h"
#include "mail/echo.h"
#include "maild/maild.h"
#include "serve/clock.h"

#define ANSWER_EVERY 600 /* seconds in which an account gets one letter, however often it tests */

static int64_t since(const struct op25b_maild *d, int64_t now)
{
	return now - op25b_people_keep_codes(d->people);
}

/* Ends a turn, which is kept if @r is 0. */
static int end_turn(struct op25b_maild *d, int r)
{
	struct op25b_error error = { "" };

	r = r ? r : op25b_state_commit(d->state, &error);
	if (r)
		op25b_state_rollback(d->state);
	if (r != -ENOENT)
		op25b_turn_note(&d->turn, r, &error);
	return r;
}

int op25b_echo_take_known(void *arg, uint64_t code)
{
	struct op25b_maild *d = arg;
	struct op25b_echo echo;
	int r = op25b_state_begin(d->state, NULL);

	r = r ? r : op25b_echo_find(d->state, code, since(d, op25b_clock_wall()), &echo);
	r = end_turn(d, r);
	return r == -ENOENT ? 0 : r ? r : 1;
}

static uint16_t port_of(const struct op25b_trace *trace, bool own)
{
	return trace->door == OP25B_TRACE_465 ? 465 :
	       trace->door == OP25B_TRACE_587 ? 587 :
	       own                            ? 25 :
						0;
}

/* Sent through us: by who logged in, or at the relay by a line of this provider. */
static bool is_sent_by_us(const struct op25b_maild *d, const struct op25b_trace *trace)
{
	struct op25b_person person;

	if (!trace->known || trace->auth)
		return trace->known;
	if (trace->door != OP25B_TRACE_RELAY)
		return false;
	op25b_people_find(d->people, &trace->client, 0, &person);
	return person.peer.service != OP25B_MAIL_ELSEWHERE;
}

static int take_name(void *arg, const struct op25b_account *account)
{
	snprintf(arg, OP25B_ACCOUNT_NAME, "%s", account->name);
	return 0;
}

/*
 * A letter to who sent it (RFC 3834), so to nobody but an account of ours that logged in, by the
 * sender address that only its owner may use. Never to a program.
 */
static int answer(struct op25b_maild *d, const struct op25b_lmtp_mail *mail,
		  const struct op25b_echo *echo, int64_t now)
{
	const struct op25b_mail *section = op25b_people_mail(d->people);
	char account[OP25B_ACCOUNT_NAME] = "", why[OP25B_LETTER_WHY];
	int r;

	if (!echo->auth || mail->trace->automatic || !*mail->sender || !section ||
	    (section->server_accounts && section->server_any) ||
	    op25b_brain_sender_kind(section, mail->sender) != OP25B_MAIL_FROM_OWN)
		return 0;
	r = op25b_brain_owners(&d->brain, mail->sender, take_name, account);
	if (r || !*account)
		return r;
	snprintf(why, sizeof(why), "echo-%u", echo->port);
	return op25b_brain_letter(&d->brain, now, OP25B_LETTER_ECHO, account, why, ANSWER_EVERY);
}

int op25b_echo_take_mail(void *arg, const struct op25b_lmtp_mail *mail)
{
	struct op25b_maild *d = arg;
	const int64_t now = op25b_clock_wall();
	const struct op25b_trace *trace = mail->trace;
	const bool own = is_sent_by_us(d, trace);
	const struct op25b_echo echo = { .at = now,
					 .told = trace->known,
					 .tls = trace->tls,
					 .auth = trace->auth,
					 .own = own,
					 .port = port_of(trace, own),
					 .family = trace->client.family };
	int r = op25b_state_begin(d->state, NULL);

	r = r ? r : op25b_echo_keep(d->state, mail->code, since(d, now), &echo);
	r = r ? r : answer(d, mail, &echo, now);
	return end_turn(d, r);
}

bool op25b_echo_take_domain(void *arg, const char *domain)
{
	const struct op25b_maild *d = arg;
	const struct op25b_mail *mail = op25b_people_mail(d->people);
	char address[OP25B_ACCOUNT_NAME + 2];

	snprintf(address, sizeof(address), "x@%s", domain);
	return mail && strlen(domain) < OP25B_ACCOUNT_NAME &&
	       op25b_brain_sender_kind(mail, address) == OP25B_MAIL_FROM_OWN;
}

bool op25b_echo_take_host(void *arg, const char *name)
{
	const struct op25b_maild *d = arg;
	const struct op25b_policy *policy = op25b_people_of(d->people);

	for (size_t i = 0; i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];

		for (size_t k = 0; k < server->n_hosts; k++) {
			if (!fnmatch(server->hosts[k], name, FNM_CASEFOLD))
				return true;
		}
	}
	return false;
}

bool op25b_echo_take_address(void *arg, const struct op25b_prefix *address)
{
	const struct op25b_maild *d = arg;

	return op25b_brain_is_our_host(&d->brain, address);
}
