/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records by their prefix, in one array: open addressing, three quarters full at most. For what is
 * counted in millions: 24 bytes of record take 40 of memory on average.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "op25b/abi.h"
#include "policy/policy.h"

/* A record begins with its struct op25b_exception_key, whose family is not 0. */
struct op25b_prefix_table {
	uint8_t *slots;
	size_t n, size; /* records; slots, a power of two or 0 */
	size_t record;  /* bytes of one; set before the first use */
};

/* NULL if there is none. Valid until the next add or remove. */
void *op25b_prefix_table_find(const struct op25b_prefix_table *table,
			      const struct op25b_exception_key *key);

/**
 * op25b_prefix_table_add() - the record of a key; a new one is zero but for its key.
 * Returns NULL if there is no memory: then nothing is changed. Cost: constant, but for growing.
 */
void *op25b_prefix_table_add(struct op25b_prefix_table *table,
			     const struct op25b_exception_key *key);

/* Takes out a record of this table. Others move: no pointer to one stays valid. */
void op25b_prefix_table_remove(struct op25b_prefix_table *table, void *record);

/* The record that follows in the array, of NULL the first; NULL after the last. */
void *op25b_prefix_table_next(const struct op25b_prefix_table *table, const void *record);

/* Frees the memory and leaves an empty table of the same record. */
void op25b_prefix_table_done(struct op25b_prefix_table *table);

static inline struct op25b_exception_key op25b_prefix_key(const struct op25b_prefix *prefix)
{
	struct op25b_exception_key key = { .family = prefix->family, .len = prefix->len };

	memcpy(key.addr, prefix->addr, sizeof(key.addr));
	return key;
}

static inline struct op25b_prefix op25b_prefix_of_key(const struct op25b_exception_key *key)
{
	struct op25b_prefix p = { .family = key->family, .len = key->len };

	memcpy(p.addr, key->addr, sizeof(p.addr));
	return p;
}
