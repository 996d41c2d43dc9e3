/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random policies and sessions for the tests of live tables, and what they come to by definition:
 * a search through the policy (op25b_evidence_find()) and a list of sessions.
 */
#pragma once

#include "policy/compile.h"
#include "policy/evidence.h"
#include "session/store.h"

#define WORLD_NOW     1800000000
#define WORLD_PLACES  48 /* prefixes that sessions may hold */
#define WORLD_HOLDERS 16
#define WORLD_POOLS   12

struct world {
	struct op25b_policy *policy;
	struct op25b_prefix pools[WORLD_POOLS];
	bool dynamic[WORLD_POOLS];
	size_t n_pools;
	struct op25b_prefix places[WORLD_PLACES];
	int holder[WORLD_PLACES]; /* of each place; -1: nobody */
	struct op25b_holder holders[WORLD_HOLDERS];
	char names[WORLD_HOLDERS][16], sessions[WORLD_HOLDERS][16];
	uint32_t state;
};

uint32_t world_draw(struct world *w, uint32_t below);

/* A policy with lines, grants by line and by prefix, a tenant and session rules; no session. */
void world_make(struct world *w, uint32_t seed);
void world_done(struct world *w);

/* By definition: the service's index in tables (0: none), and the reason towards any peer. */
struct op25b_decision world_answer(const struct world *w, const struct op25b_prefix *address);

/* The first and last address of a prefix, and their neighbours outside. */
void world_around(const struct op25b_prefix *prefix, struct op25b_prefix ret[4]);
