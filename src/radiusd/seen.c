/* SPDX-License-Identifier: BSD-2-Clause */
/* See seen.h. Sets of four; in a full one the oldest gives way. */
#include "radiusd/seen.h"

#include <stdlib.h>
#include <string.h>

#define SETS (1U << 14)
#define WAYS 4U

struct request {
	uint8_t address[16], authenticator[16];
	uint16_t port;
	uint8_t family, id;
	uint8_t state; /* enum op25b_seen_state; NEW: empty */
	uint32_t turn; /* tells what is here now from what was before it */
	int64_t second;
};

struct op25b_seen {
	struct request requests[SETS * WAYS];
};

struct op25b_seen *op25b_seen_new(void)
{
	return calloc(1, sizeof(struct op25b_seen));
}

void op25b_seen_free(struct op25b_seen **seen)
{
	free(*seen);
	*seen = NULL;
}

/* Genuine authenticators are digests: any octets of one are as good as a hash of it. */
static struct request *set_of(struct op25b_seen *seen, const struct request *key)
{
	uint32_t hash;

	memcpy(&hash, key->authenticator, sizeof(hash));
	return &seen->requests[(hash % SETS) * WAYS];
}

static bool is_same(const struct request *a, const struct request *b)
{
	return !memcmp(a->authenticator, b->authenticator, sizeof(a->authenticator)) &&
	       !memcmp(a->address, b->address, sizeof(a->address)) && a->port == b->port &&
	       a->family == b->family && a->id == b->id;
}

enum op25b_seen_state op25b_seen_ask(struct op25b_seen *seen, const struct op25b_datagram *request,
				     int64_t second, struct op25b_seen_place *ret_place)
{
	struct request key = { .port = request->port,
			       .family = request->address.family,
			       .id = request->octets[1],
			       .state = OP25B_SEEN_WAITS,
			       .second = second };
	struct request *set, *oldest;

	memcpy(key.address, request->address.addr, sizeof(key.address));
	memcpy(key.authenticator, request->octets + 4, sizeof(key.authenticator));
	set = oldest = set_of(seen, &key);
	for (struct request *r = set; r < set + WAYS; r++) {
		if (r->state && second - r->second > OP25B_SEEN_SECONDS)
			r->state = OP25B_SEEN_NEW;
		if (r->state && is_same(r, &key))
			return r->state;
		if (oldest->state && (!r->state || r->second < oldest->second))
			oldest = r;
	}
	key.turn = oldest->turn + 1;
	*oldest = key;
	*ret_place = (struct op25b_seen_place){ (uint32_t)(oldest - seen->requests), key.turn };
	return OP25B_SEEN_NEW;
}

void op25b_seen_settle(struct op25b_seen *seen, struct op25b_seen_place place, bool committed)
{
	struct request *r = &seen->requests[place.slot];

	if (r->turn == place.turn && r->state)
		r->state = committed ? OP25B_SEEN_ANSWERED : OP25B_SEEN_NEW;
}
