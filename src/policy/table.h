/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to numbers: a hash table that only grows. Keys are borrowed and must live as long as
 * the table. Made for a million line ids: one cache miss an insertion.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/arena.h"

struct op25b_table_slot {
	const char *key; /* NULL: empty */
	uint32_t hash;
	uint32_t value;
};

struct op25b_table {
	struct op25b_table_slot *slots;
	size_t n, mask; /* mask 0: nothing allocated yet */
};

/* 64 well mixed bits of @len bytes; for tables and digests, not against an adversary. */
uint64_t op25b_table_hash(const void *bytes, size_t len, uint64_t seed);

/* Make room for @more keys at once. */
void op25b_table_reserve(struct op25b_table *table, struct op25b_arena *arena, size_t more);

/**
 * op25b_table_put() - the value of @key; if there is none yet, @value becomes it.
 * Returns the slot's value: equal to @value if it was put or was the same before.
 */
uint32_t op25b_table_put(struct op25b_table *table, struct op25b_arena *arena, const char *key,
			 size_t len, uint32_t value);

/* The same, the hash being known: op25b_table_hash(key, len, 0). Room must have been made. */
uint32_t op25b_table_put_hashed(struct op25b_table *table, const char *key, size_t len,
				uint64_t hash, uint32_t value);

/* Bring the slot of a hash into the cache, for a put a little later. */
static inline void op25b_table_touch(const struct op25b_table *table, uint64_t hash)
{
	__builtin_prefetch(&table->slots[hash & table->mask], 1);
}

/* Whether @key is there; then *ret_value is its value. */
int op25b_table_get(const struct op25b_table *table, const char *key, uint32_t *ret_value);
