/* SPDX-License-Identifier: BSD-2-Clause */
/* Open addressing, at most half full; nothing is ever removed. */
#include "policy/table.h"

#include <errno.h>
#include <string.h>

static uint64_t word_at(const unsigned char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static uint64_t half_at(const unsigned char *at)
{
	uint32_t half;

	memcpy(&half, at, sizeof(half));
	return half;
}

/* Up to eight bytes as a number, two reads that may overlap instead of a loop. */
static uint64_t few_at(const unsigned char *at, size_t len)
{
	if (len >= 4)
		return half_at(at) << 32 | half_at(at + len - 4);
	return len ? (uint64_t)at[0] << 16 | (uint64_t)at[len / 2] << 8 | at[len - 1] : 0;
}

/* Both halves of the product: each bit of it depends on many bits of both factors. */
static uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Sixteen bytes a multiplication: a policy of a million lines is 30 MB to digest. */
uint64_t op25b_table_hash(const void *bytes, size_t len, uint64_t seed)
{
	const uint64_t odd = 0x9e3779b97f4a7c15, other = 0xd6e8feb86659fd93;
	const unsigned char *at = bytes;
	uint64_t h = seed ^ len * odd;

	for (; len > 16; at += 16, len -= 16)
		h = fold(word_at(at) ^ other, word_at(at + 8) ^ h);
	if (len > 8)
		h = fold(word_at(at) ^ other, word_at(at + len - 8) ^ h);
	else
		h = fold(few_at(at, len) ^ other, h ^ odd);
	return fold(h ^ odd, other);
}

static struct op25b_table_slot *find_slot(const struct op25b_table *table, const char *key,
					  size_t len, uint32_t hash)
{
	size_t i = hash & table->mask;

	for (;; i = (i + 1) & table->mask) {
		struct op25b_table_slot *slot = &table->slots[i];

		if (!slot->key)
			return slot;
		if (slot->hash == hash && !strncmp(slot->key, key, len) && !slot->key[len])
			return slot;
	}
}

static void rebuild(struct op25b_table *table, struct op25b_arena *arena, size_t size)
{
	struct op25b_table_slot *old = table->slots;
	size_t n_old = table->mask ? table->mask + 1 : 0;

	table->slots = op25b_arena_alloc(arena, size * sizeof(*table->slots));
	table->mask = size - 1;
	for (size_t i = 0; i < n_old; i++) {
		size_t at = old[i].hash & table->mask;

		if (!old[i].key)
			continue;
		while (table->slots[at].key)
			at = (at + 1) & table->mask;
		table->slots[at] = old[i];
	}
}

void op25b_table_reserve(struct op25b_table *table, struct op25b_arena *arena, size_t more)
{
	size_t size = table->mask ? table->mask + 1 : 16;

	while (size < 2 * (table->n + more))
		size *= 2;
	if (size != table->mask + 1)
		rebuild(table, arena, size);
}

uint32_t op25b_table_put_hashed(struct op25b_table *table, const char *key, size_t len,
				uint64_t hash, uint32_t value)
{
	struct op25b_table_slot *slot = find_slot(table, key, len, (uint32_t)hash);

	if (!slot->key) {
		*slot = (struct op25b_table_slot){ .key = key,
						   .hash = (uint32_t)hash,
						   .value = value };
		table->n++;
	}
	return slot->value;
}

uint32_t op25b_table_put(struct op25b_table *table, struct op25b_arena *arena, const char *key,
			 size_t len, uint32_t value)
{
	op25b_table_reserve(table, arena, 1);
	return op25b_table_put_hashed(table, key, len, op25b_table_hash(key, len, 0), value);
}

int op25b_table_get(const struct op25b_table *table, const char *key, uint32_t *ret_value)
{
	size_t len = strlen(key);
	const struct op25b_table_slot *slot;

	if (!table->mask)
		return -ENOENT;
	slot = find_slot(table, key, len, (uint32_t)op25b_table_hash(key, len, 0));
	if (!slot->key)
		return -ENOENT;
	*ret_value = slot->value;
	return 0;
}
