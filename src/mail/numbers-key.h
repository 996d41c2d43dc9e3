/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hashes that tell addresses apart for a day and nobody can turn back after it: HMAC with a key
 * that is random, kept in the state, and written over when its day (UTC) is over. numbers*.c only.
 */
#pragma once

#include "mail/state.h"
#include "policy/policy.h"

#define OP25B_NUMBERS_KEY 16U /* bytes */
#define OP25B_NUMBERS_DAY 86400

/* What a hash is of: the same address as two things has two hashes. */
enum op25b_numbers_kind {
	OP25B_NUMBERS_ADDRESS,
	OP25B_NUMBERS_NETWORK, /* an AS, or where that is not known what is told below */
	OP25B_NUMBERS_COUNTRY,
	OP25B_NUMBERS_NEAR, /* a /24 or /48: where failures come from */
	OP25B_NUMBERS_PASSWORD,
};

struct op25b_numbers_key {
	int64_t day;
	unsigned char bytes[OP25B_NUMBERS_KEY];
};

/* The key of today; a new one if the last is another day's. */
int op25b_numbers_key(struct op25b_state *state, int64_t now, struct op25b_numbers_key *ret);

/**
 * op25b_numbers_hash() - a hash under a key.
 * @account: hashes of two accounts can't be compared
 */
int op25b_numbers_hash(const struct op25b_numbers_key *key, const char *account,
		       enum op25b_numbers_kind kind, const void *data, size_t size, int64_t *ret);

/* The first @v4 or @v6 bits of an address, as data of a hash. */
struct op25b_prefix op25b_numbers_cut(const struct op25b_prefix *address, uint8_t v4, uint8_t v6);
