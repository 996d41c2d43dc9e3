/* SPDX-License-Identifier: BSD-2-Clause */
/* See sightings.h. Lines stand in one array, in a list by when they were last seen. */
#include "daemon/sightings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/peerhash.h"

#define NONE    UINT32_MAX
#define WINDOWS 2

struct line {
	uint64_t key;
	int64_t last;
	uint32_t newer, older; /* in the list; NONE at its ends */
	uint32_t next;         /* in its chain; of a free one, in the list of them */
	uint32_t attempts[WINDOWS];
	uint16_t n_peers[WINDOWS];
	uint16_t service;
	uint8_t reason, family;
};

struct window {
	struct op25b_peerhash *hash;
	int64_t began, ends;
};

struct op25b_sightings {
	struct op25b_sightings_limits limits;
	int64_t span; /* seconds */
	struct op25b_peerhash *names;
	struct window windows[WINDOWS];
	struct line *lines;
	uint32_t *peers;  /* [line][window][limits.suspect] */
	uint32_t *chains; /* mask + 1 of them: their first lines */
	uint32_t mask;
	uint32_t newest, oldest, unused; /* first of the list, its last, first free one */
	uint32_t fresh;                  /* lines that were never used begin here */
	uint32_t n;
};

static uint32_t *peers_of(const struct op25b_sightings *s, uint32_t at, int window)
{
	return s->peers + ((size_t)at * WINDOWS + (size_t)window) * s->limits.suspect;
}

static int open_hashes(struct op25b_sightings *s, struct op25b_error *error)
{
	int r = op25b_peerhash_open(&s->names, error);

	for (int w = 0; !r && w < WINDOWS; w++)
		r = op25b_peerhash_open(&s->windows[w].hash, error);
	return r;
}

int op25b_sightings_make(const struct op25b_sightings_limits *limits, int64_t now,
			 struct op25b_sightings **ret, struct op25b_error *error)
{
	struct op25b_sightings *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	s->limits = *limits;
	s->span = 60 * (int64_t)limits->minutes;
	s->windows[0].began = s->windows[1].began = now;
	s->windows[0].ends = now + s->span / 2;
	s->windows[1].ends = now + s->span;
	s->newest = s->oldest = s->unused = NONE;
	while (s->mask + 1 < limits->lines)
		s->mask = 2 * s->mask + 1;
	s->lines = calloc(limits->lines, sizeof(*s->lines));
	s->peers = calloc((size_t)limits->lines * limits->suspect, WINDOWS * sizeof(*s->peers));
	s->chains = calloc((size_t)s->mask + 1, sizeof(*s->chains));
	if (!s->lines || !s->peers || !s->chains) {
		r = op25b_error_set(error, -ENOMEM, "out of memory for facts about lines");
	} else {
		memset(s->chains, 0xff, ((size_t)s->mask + 1) * sizeof(*s->chains)); /* NONE */
		r = open_hashes(s, error);
	}
	if (r)
		op25b_sightings_free(&s);
	else
		*ret = s;
	return r;
}

void op25b_sightings_free(struct op25b_sightings **sightings)
{
	struct op25b_sightings *s = *sightings;

	if (!s)
		return;
	op25b_peerhash_close(&s->names);
	for (int w = 0; w < WINDOWS; w++)
		op25b_peerhash_close(&s->windows[w].hash);
	free(s->lines);
	free(s->peers);
	free(s->chains);
	free(s);
	*sightings = NULL;
}

int op25b_sightings_key(struct op25b_sightings *s, const void *name, size_t size, uint64_t *ret)
{
	return op25b_peerhash_number(s->names, name, size, ret);
}

static uint32_t *chain_of(struct op25b_sightings *s, uint64_t key)
{
	return &s->chains[key & s->mask];
}

static uint32_t find(struct op25b_sightings *s, uint64_t key)
{
	uint32_t at = *chain_of(s, key);

	while (at != NONE && s->lines[at].key != key)
		at = s->lines[at].next;
	return at;
}

static void unlist(struct op25b_sightings *s, uint32_t at)
{
	const struct line *line = &s->lines[at];

	*(line->newer == NONE ? &s->newest : &s->lines[line->newer].older) = line->older;
	*(line->older == NONE ? &s->oldest : &s->lines[line->older].newer) = line->newer;
}

static void list_newest(struct op25b_sightings *s, uint32_t at)
{
	s->lines[at].newer = NONE;
	s->lines[at].older = s->newest;
	*(s->newest == NONE ? &s->oldest : &s->lines[s->newest].newer) = at;
	s->newest = at;
}

static void drop_oldest(struct op25b_sightings *s)
{
	const uint32_t at = s->oldest;
	uint32_t *slot = chain_of(s, s->lines[at].key);

	while (*slot != at)
		slot = &s->lines[*slot].next;
	*slot = s->lines[at].next;
	unlist(s, at);
	s->lines[at] = (struct line){ .next = s->unused };
	s->unused = at;
	s->n--;
}

/* A place for a new line; there always is one. */
static uint32_t take_place(struct op25b_sightings *s)
{
	uint32_t at;

	if (s->unused == NONE && s->fresh < s->limits.lines)
		return s->fresh++;
	if (s->unused == NONE)
		drop_oldest(s);
	at = s->unused;
	s->unused = s->lines[at].next;
	return at;
}

static uint32_t enter(struct op25b_sightings *s, uint64_t key)
{
	uint32_t at = find(s, key), *chain = chain_of(s, key);

	if (at != NONE) {
		unlist(s, at);
	} else {
		at = take_place(s);
		s->lines[at] = (struct line){ .key = key, .next = *chain };
		*chain = at;
		s->n++;
	}
	list_newest(s, at);
	return at;
}

static void count_peer(struct op25b_sightings *s, uint32_t at, int w,
		       const struct op25b_sighting *sighting)
{
	uint32_t *peers = peers_of(s, at, w);
	struct line *line = &s->lines[at];
	uint64_t number;

	if (line->n_peers[w] == s->limits.suspect ||
	    op25b_peerhash_address(s->windows[w].hash, sighting->peer_family, sighting->peer,
				   &number))
		return;
	for (uint16_t i = 0; i < line->n_peers[w]; i++) {
		if (peers[i] == (uint32_t)number)
			return;
	}
	peers[line->n_peers[w]++] = (uint32_t)number;
}

void op25b_sightings_add(struct op25b_sightings *s, int64_t now, uint64_t key,
			 const struct op25b_sighting *sighting)
{
	struct line *line;
	uint32_t at;

	op25b_sightings_turn(s, now);
	at = enter(s, key);
	line = &s->lines[at];
	line->last = now;
	line->reason = sighting->reason;
	line->family = sighting->family;
	line->service = sighting->service;
	for (int w = 0; w < WINDOWS; w++) {
		line->attempts[w] += line->attempts[w] != UINT32_MAX;
		count_peer(s, at, w, sighting);
	}
}

static int older_window(const struct op25b_sightings *s)
{
	return s->windows[1].began < s->windows[0].began;
}

bool op25b_sightings_find(struct op25b_sightings *s, int64_t now, uint64_t key,
			  struct op25b_sightings_facts *ret)
{
	const struct line *line;
	uint32_t at;
	int w;

	op25b_sightings_turn(s, now);
	at = find(s, key);
	if (at == NONE)
		return false;
	w = older_window(s);
	line = &s->lines[at];
	*ret = (struct op25b_sightings_facts){ .at = line->last,
					       .reason = line->reason,
					       .family = line->family,
					       .service = line->service,
					       .attempts = line->attempts[w],
					       .destinations = line->n_peers[w] };
	return true;
}

int64_t op25b_sightings_since(struct op25b_sightings *s, int64_t now)
{
	op25b_sightings_turn(s, now);
	return now - s->windows[older_window(s)].began;
}

/* Without a new key nothing is hashed, and destinations are not counted until the next turn. */
static void renew(struct op25b_sightings *s, int w, int64_t now, int64_t ends)
{
	(void)op25b_peerhash_renew(s->windows[w].hash);
	s->windows[w].began = now;
	s->windows[w].ends = ends;
	for (uint32_t at = s->newest; at != NONE; at = s->lines[at].older) {
		s->lines[at].attempts[w] = 0;
		s->lines[at].n_peers[w] = 0;
	}
}

void op25b_sightings_turn(struct op25b_sightings *s, int64_t now)
{
	const bool over[WINDOWS] = { now >= s->windows[0].ends, now >= s->windows[1].ends };

	while (s->oldest != NONE && now - s->lines[s->oldest].last >= s->span)
		drop_oldest(s);
	/* After a long sleep both are over; they are to end half a span apart again. */
	if (over[0])
		renew(s, 0, now, now + (over[1] ? s->span / 2 : s->span));
	if (over[1])
		renew(s, 1, now, now + s->span);
}

void op25b_sightings_forget_service(struct op25b_sightings *s, uint16_t service)
{
	for (uint32_t at = s->newest; at != NONE; at = s->lines[at].older) {
		if (s->lines[at].service == service)
			s->lines[at].service = 0;
	}
}

uint32_t op25b_sightings_size(const struct op25b_sightings *s)
{
	return s->n;
}
