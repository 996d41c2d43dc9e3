/* SPDX-License-Identifier: BSD-2-Clause */
/* See witness.h. */
#include "daemon/witness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/evidence.h"
#include "policy/prefix.h"
#include "serve/clock.h"

#define TURN_SECONDS 30
#define NSEC         1000000000LL

struct op25b_witness {
	struct op25b_daemon *d;        /* borrowed */
	struct op25b_sightings *table; /* NULL: none is kept */
	struct event *turn;
	int64_t since_ns; /* what happened before is not ours to tell */
};

/* What a name is of, so that no id is taken for a session. */
enum kind { LINE = 1, SESSION, PREFIX };

int64_t op25b_witness_now(void)
{
	return op25b_clock_boot_ns() / NSEC;
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
	const struct op25b_witness *w = context;

	(void)fd;
	(void)what;
	if (w->table)
		op25b_sightings_turn(w->table, op25b_witness_now());
}

static int make_table(struct op25b_witness *w, struct op25b_error *error)
{
	const struct op25b_sightings_limits *limits = &w->d->gateway->facts;
	struct op25b_sightings *table = NULL;
	int r = limits->lines ? op25b_sightings_make(limits, op25b_witness_now(), &table, error) :
				0;

	if (r)
		return r;
	op25b_sightings_free(&w->table);
	w->table = table;
	w->since_ns = op25b_clock_boot_ns();
	return 0;
}

int op25b_witness_open(struct op25b_daemon *d, struct event_base *base,
		       struct op25b_witness **ret_witness, struct op25b_error *error)
{
	const struct timeval period = { .tv_sec = TURN_SECONDS };
	struct op25b_witness *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->d = d;
	r = make_table(w, error);
	w->turn = event_new(base, -1, EV_PERSIST, on_turn, w);
	if (!r && (!w->turn || event_add(w->turn, &period)))
		r = -ENOMEM;
	if (r)
		op25b_witness_close(&w);
	else
		*ret_witness = w;
	return r;
}

void op25b_witness_close(struct op25b_witness **witness)
{
	struct op25b_witness *w = *witness;

	if (!w)
		return;
	if (w->turn)
		event_free(w->turn);
	op25b_sightings_free(&w->table);
	free(w);
	*witness = NULL;
}

int op25b_witness_follow(struct op25b_witness *w, const struct op25b_gateway *old,
			 struct op25b_error *error)
{
	const struct op25b_sightings_limits *is = &w->d->gateway->facts, *was = &old->facts;

	if (is->lines == was->lines && is->minutes == was->minutes && is->suspect == was->suspect)
		return 0;
	return make_table(w, error);
}

struct op25b_sightings *op25b_witness_table(const struct op25b_witness *w)
{
	return w->table;
}

void op25b_witness_forget_slots(struct op25b_witness *w, const uint32_t *slots, size_t n)
{
	for (size_t i = 0; w->table && i < n; i++)
		op25b_sightings_forget_service(w->table, (uint16_t)slots[i]);
}

struct name {
	size_t size;
	char text[OP25B_SESSION_LINE_ID + OP25B_SESSION_LINE_ID];
};

/* @text with its NUL, which parts it from what follows. */
static void add_text(struct name *name, const char *text)
{
	const size_t room = sizeof(name->text) - name->size;
	const size_t n = strnlen(text, room - 1);

	memcpy(name->text + name->size, text, n);
	name->text[name->size + n] = '\0';
	name->size += n + 1;
}

static void add_prefix(struct name *name, const struct op25b_prefix *prefix)
{
	memcpy(name->text + name->size, prefix->addr, sizeof(prefix->addr));
	name->size += sizeof(prefix->addr);
	name->text[name->size++] = (char)prefix->family;
	name->text[name->size++] = (char)prefix->len;
}

static int key_of(struct op25b_witness *w, const struct name *name, uint64_t *ret)
{
	return op25b_sightings_key(w->table, name->text, name->size, ret);
}

int op25b_witness_key(struct op25b_witness *w, const char *id, uint64_t *ret)
{
	struct name name = { .size = 1, .text = { LINE } };

	add_text(&name, id);
	return key_of(w, &name, ret);
}

/* What a line without an id is known by; false: by nothing. */
static bool name_unit(const struct op25b_witness *w, const struct op25b_evidence *e,
		      struct name *name, struct op25b_prefix *ret_prefix)
{
	const bool followed = w->d->enforcer.sessions != OP25B_ENFORCER_NO_SESSIONS;

	if (e->has_session && e->session.session && *e->session.session) {
		*name = (struct name){ .size = 1, .text = { SESSION } };
		add_text(name, e->session.nas);
		add_text(name, e->session.session);
		*ret_prefix = e->session.prefix;
		return true;
	}
	if (e->has_session || !e->owner.pool || e->owner.service->addressing == OP25B_SHARED ||
	    (followed && e->owner.service->addressing == OP25B_DYNAMIC))
		return false;
	*name = (struct name){ .size = 1, .text = { PREFIX } };
	*ret_prefix = e->owner.address;
	op25b_prefix_cut(ret_prefix, e->owner.pool->line);
	add_prefix(name, ret_prefix);
	return true;
}

bool op25b_witness_line(struct op25b_witness *w, const struct op25b_prefix *address, uint16_t port,
			struct op25b_witness_line *ret)
{
	const struct op25b_ruleset *ruleset = &w->d->enforcer.ruleset;
	const struct op25b_evidence_sessions sessions = op25b_live_evidence(w->d->enforcer.live);
	struct op25b_evidence e;
	struct name name;
	const char *id;

	if (!w->table || !ruleset->policy)
		return false;
	op25b_evidence_whose(ruleset->policy, ruleset->owners, address, port, &sessions, &e);
	id = e.owner.line ? ruleset->policy->line_ids[e.owner.line->line] : e.session_line;
	ret->service = e.owner.service;
	ret->prefix = (struct op25b_prefix){ 0 };
	snprintf(ret->id, sizeof(ret->id), "%s", id);
	if (*id)
		return !op25b_witness_key(w, id, &ret->key);
	return name_unit(w, &e, &name, &ret->prefix) && !key_of(w, &name, &ret->key);
}

static uint16_t slot_of(const struct op25b_witness *w, const struct op25b_service *service)
{
	const struct op25b_ruleset *ruleset = &w->d->enforcer.ruleset;

	return service ? (uint16_t)ruleset->slots[service - ruleset->policy->services] :
			 OP25B_COUNTER_NONE;
}

void op25b_witness_take(struct op25b_witness *w, const struct op25b_event *event)
{
	struct op25b_prefix address = { .family = event->line_family };
	struct op25b_sighting sighting = { .reason = event->reason,
					   .family = event->line_family,
					   .peer_family = event->peer_family };
	struct op25b_witness_line line;

	/* Anybody on the internet can send what looks like an answer to a line. */
	if (!w->table || event->verdict != OP25B_REFUSE || event->side != OP25B_SUBSCRIBER ||
	    (int64_t)event->time_ns < w->since_ns)
		return;
	address.len = address.family == OP25B_V4 ? 32 : 128;
	memcpy(address.addr, event->line, sizeof(address.addr));
	if (!op25b_witness_line(w, &address, event->line_port, &line))
		return;
	sighting.service = slot_of(w, line.service);
	memcpy(sighting.peer, event->peer, sizeof(sighting.peer));
	op25b_sightings_add(w->table, op25b_witness_now(), line.key, &sighting);
}
