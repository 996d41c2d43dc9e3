/* SPDX-License-Identifier: BSD-2-Clause */
/* The request "status": what is answered where, and what is wrong. No name and no address in it. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "mail/meter.h"
#include "maild/maild.h"
#include "maild/requests.h"
#include "policy/mail-words.h"
#include "policy/prefix.h"
#include "serve/clock.h"

static json_t *stamp(int64_t wall)
{
	char text[OP25B_STAMP];

	return wall ? json_string(op25b_clock_stamp(wall, text)) : json_null();
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *place(const struct op25b_endpoint *endpoint)
{
	const struct op25b_prefix *address = &endpoint->address;
	char text[OP25B_PREFIX_TEXT];

	op25b_address_format(address->family, address->addr, text);
	return address->family == OP25B_V6 ? json_sprintf("[%s]:%u", text, endpoint->port) :
					     json_sprintf("%s:%u", text, endpoint->port);
}

static json_t *describe_doors(const struct op25b_maild *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_doors; i++) {
		const struct op25b_door *door = &d->doors[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "service",
				  op25b_maild_service_names[door->service], "at",
				  *door->path ? json_string(door->path) : place(&door->endpoint),
				  "connections", number(door->n_streams), "most",
				  number(door->most), "answered", number(door->answered),
				  "accepted", number(door->accepted), "turned_away",
				  number(door->turned_away), "evicted", number(door->evicted),
				  "late", number(door->late), "broken", number(door->broken)));
	}
	return list;
}

static json_t *describe_listen(const struct op25b_maild_listen *listen)
{
	json_t *at = json_array();

	for (size_t i = 0; i < listen->n; i++)
		json_array_append_new(at, place(&listen->list[i]));
	return at;
}

static json_t *describe_auth(const struct op25b_maild *d)
{
	const struct op25b_auth_door *auth = &d->auth;
	json_t *at = describe_listen(&d->first->listen[OP25B_MAILD_AUTH]);

	return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "at", at, "full",
			 (int)auth->full, "answered", number(auth->answered), "failed",
			 number(auth->failed), "accepted", number(auth->accepted), "turned_away",
			 number(auth->turned_away), "wrong_key", number(auth->wrong_key), "bad",
			 number(auth->bad));
}

static json_t *describe_held(const struct op25b_maild *d)
{
	const struct op25b_maild_listen *listen = &d->first->listen[OP25B_MAILD_HELD];

	if (!listen->n)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o}", "at", describe_listen(listen), "asked",
			 number(d->held.asked), "turned_away", number(d->held.turned_away),
			 "wrong_key", number(d->held.wrong_key));
}

static json_t *describe_logs(const struct op25b_maild *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_logs; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:o, s:o, s:b}", "path", d->first->logs[i],
						"events", number(d->logs[i].events), "left_out",
						number(d->logs[i].damaged), "ok",
						(int)!*d->logs[i].problem));
	return list;
}

static json_t *describe_letters(const struct op25b_deliver_tally *letters)
{
	return json_pack("{s:o, s:o, s:o}", "taken", number(letters->taken), "failed",
			 number(letters->failed), "given_up", number(letters->given_up));
}

/* How often each reason was answered. */
static json_t *describe_reasons(const struct op25b_brain *brain)
{
	json_t *reasons = json_object();

	for (unsigned int i = 0; i < OP25B_MAIL_REASON_COUNT; i++)
		json_object_set_new(reasons, op25b_words_name(&op25b_words_mail_reason, i),
				    number(brain->reasons[i]));
	return reasons;
}

static int add_sum(void *arg, const struct op25b_meter_row *row)
{
	return json_array_append_new(
		       arg, json_pack("{s:s, s:s, s:o}", "way",
				      op25b_words_name(&op25b_words_mail_way, row->way), "service",
				      row->service, "mails", number(row->times))) ?
		       -ENOMEM :
		       0;
}

/* By way and service; null where the state can't be read. */
static json_t *describe_counted(const struct op25b_maild *d)
{
	json_t *list = json_array();

	if (!op25b_meter_sums(d->state, add_sum, list))
		return list;
	json_decref(list);
	return json_null();
}

static json_t *describe_turns(const struct op25b_turn *turn)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:f, s:f, s:o}", "count", number(turn->turns),
			 "asked", number(turn->asked), "failed", number(turn->failed), "failed_at",
			 stamp(turn->failed_at), "last_ms", (double)turn->last_ns / 1e6, "most_ms",
			 (double)turn->most_ns / 1e6, "waiting", number(turn->waiting));
}

static json_t *describe_sessions(const struct op25b_maild *d)
{
	if (!d->first->sessions)
		return json_null();
	return json_pack("{s:s, s:b, s:b}", "location", d->first->sessions_shown, "known",
			 (int)op25b_people_known(d->people), "followed",
			 (int)(d->following.event != NULL));
}

static void add_problem(json_t *list, const char *text)
{
	if (*text)
		json_array_append_new(list, json_string(text));
}

static json_t *describe_problems(const struct op25b_maild *d)
{
	json_t *list = json_array();

	add_problem(list, d->turn.problem);
	add_problem(list, d->following.problem);
	add_problem(list, op25b_watch_problem(op25b_people_watch(d->people)));
	if (!op25b_people_known(d->people))
		add_problem(list,
			    "sessions are not known yet: what depends on them is not answered");
	for (size_t i = 0; i < d->n_logs; i++) {
		add_problem(list, d->logs[i].problem);
		if (d->logs[i].damaged)
			add_problem(list, "an account's record is damaged: what became of its "
					  "mail was not counted since the start");
	}
	if (*d->letters.last_failure) {
		char text[200];

		snprintf(text, sizeof(text), "letters to customers wait: %s",
			 d->letters.last_failure);
		add_problem(list, text);
	}
	add_problem(list, d->reload_problem);
	if (d->auth.full)
		add_problem(list, "Dovecot has to wait: too many connections for auth policy");
	return list;
}

int op25b_maild_status(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		       struct op25b_error *error)
{
	json_t *problems = describe_problems(d);

	(void)request;
	(void)now;
	(void)error;
	*ret = json_pack("{s:s, s:b, s:o, s:s, s:i, s:o, s:{s:s, s:s, s:o}, s:o, s:{s:s}, s:{s:s}, "
			 "s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "schema", "op25b.maild/1", "ok", (int)(json_array_size(problems) == 0),
			 "problems", problems, "version", OP25B_VERSION, "pid", (int)getpid(),
			 "started_at", stamp(d->started_at), "policy", "path", d->file->policy,
			 "tenant", d->file->tenant ? d->file->tenant : "", "read_at",
			 stamp(d->policy_at), "sessions", describe_sessions(d), "accounts",
			 "location", d->first->accounts_shown, "state", "path", d->first->state,
			 "sockets", describe_doors(d), "auth", describe_auth(d), "held",
			 describe_held(d), "logs", describe_logs(d), "letters",
			 describe_letters(&d->letters), "reasons", describe_reasons(&d->brain),
			 "counted", describe_counted(d), "turns", describe_turns(&d->turn));
	return *ret ? 0 : -ENOMEM;
}
