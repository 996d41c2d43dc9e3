/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept of lines whose connection attempts were refused: the last one, how many, and to how
 * many destinations. For a bounded number of lines, of which the one that was seen longest ago goes
 * first, and for a bounded time.
 *
 * Counts run in two windows that begin half a span apart; the older one is told. So what is told is
 * of half a span to a span ago until now (less after the start), and never older. A window keeps
 * destinations as hashes under a key of its own, which is thrown away with the window; no address
 * of a destination stands anywhere. A line is known by a number that its caller gives.
 *
 * Pure: no clock. Times are seconds of a clock that never goes back. One thread. Memory: 60 bytes
 * a line and 8 for each destination up to `suspect`, taken at the start and used as lines come:
 * 100,000 lines and 20 destinations are 22 MB.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define OP25B_SIGHTINGS_LINES   100000U
#define OP25B_SIGHTINGS_MINUTES 60U
#define OP25B_SIGHTINGS_SUSPECT 100U

/* Each from 1 to the greatest above; suspect from 2. */
struct op25b_sightings_limits {
	uint32_t lines;   /* kept at a time */
	uint32_t minutes; /* nothing older is kept */
	uint32_t suspect; /* different destinations that make a line suspect; no more are counted */
};

struct op25b_sightings;

/* One refused attempt. */
struct op25b_sighting {
	uint8_t reason;   /* enum op25b_reason */
	uint8_t family;   /* enum op25b_family: of the line's address */
	uint16_t service; /* whatever names it to the caller */
	uint8_t peer_family;
	uint8_t peer[16];
};

/* What is known of a line. */
struct op25b_sightings_facts {
	int64_t at; /* of the last attempt; its reason, family and service: */
	uint8_t reason, family;
	uint16_t service;
	uint32_t attempts;     /* in the seconds of op25b_sightings_since() */
	uint32_t destinations; /* different ones in them; at most `suspect` */
};

/**
 * op25b_sightings_make() - an empty table.
 * Returns 0; -ENOMEM; -EIO: no random bytes.
 */
int op25b_sightings_make(const struct op25b_sightings_limits *limits, int64_t now,
			 struct op25b_sightings **ret, struct op25b_error *error);

/* NULL-safe; sets *sightings to NULL. The keys are wiped. */
void op25b_sightings_free(struct op25b_sightings **sightings);

/* The number of a line by what names it: a hash under a key of this table. 0; -EIO. */
int op25b_sightings_key(struct op25b_sightings *s, const void *name, size_t size, uint64_t *ret);

/**
 * op25b_sightings_add() - an attempt of a line.
 * Never fails; allocates nothing. Cost: three hashes, and a search among `suspect` numbers.
 */
void op25b_sightings_add(struct op25b_sightings *s, int64_t now, uint64_t key,
			 const struct op25b_sighting *sighting);

/* What is known of a line; false: nothing. */
bool op25b_sightings_find(struct op25b_sightings *s, int64_t now, uint64_t key,
			  struct op25b_sightings_facts *ret);

/* For how many seconds attempts have been counted that are told now. */
int64_t op25b_sightings_since(struct op25b_sightings *s, int64_t now);

/**
 * op25b_sightings_turn() - forget what is too old, keys included. All above do it, too: call it
 * now and then where nothing happens. Cost: linear in what is forgotten; twice a span in the lines.
 */
void op25b_sightings_turn(struct op25b_sightings *s, int64_t now);

/* A number of a service means another one from now on: what was seen of it is of service 0. */
void op25b_sightings_forget_service(struct op25b_sightings *s, uint16_t service);

/* Lines that are kept now. */
uint32_t op25b_sightings_size(const struct op25b_sightings *s);
