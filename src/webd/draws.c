/* SPDX-License-Identifier: BSD-2-Clause */
/* See draws.h. */
#include "webd/draws.h"

#include <string.h>
#include <sys/random.h>

#include "policy/prefix.h"

#define SITE 64 /* bits: who has an address of IPv6 has them all */

/* The finisher of SplitMix64. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

static uint8_t *place_of(struct op25b_draws *draws, const struct op25b_prefix *who)
{
	struct op25b_prefix site = *who;
	uint64_t bits;

	if (site.family == OP25B_V6)
		op25b_prefix_cut(&site, SITE);
	memcpy(&bits, site.addr, sizeof(bits));
	return &draws->places[mix(mix(bits ^ draws->key) + site.family) % OP25B_DRAWS_PLACES];
}

/* Another hour, another key: nobody shares a place with the same for long. */
static void begin_hour(struct op25b_draws *draws, int64_t hour)
{
	draws->hour = hour;
	memset(draws->places, 0, sizeof(draws->places));
	if (getrandom(&draws->key, sizeof(draws->key), GRND_NONBLOCK) != sizeof(draws->key))
		draws->key = mix((uint64_t)hour);
}

bool op25b_draws_take(struct op25b_draws *draws, const struct op25b_prefix *who, int64_t now)
{
	uint8_t *place;

	if (now / 3600 != draws->hour)
		begin_hour(draws, now / 3600);
	if (now / 60 != draws->minute) {
		draws->minute = now / 60;
		draws->all = 0;
	}
	place = place_of(draws, who);
	if (*place >= OP25B_DRAWS_HOUR || draws->all >= OP25B_DRAWS_MINUTE)
		return false;
	++*place;
	draws->all++;
	return true;
}
