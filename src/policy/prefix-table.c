/* SPDX-License-Identifier: BSD-2-Clause */
/* See prefix-table.h. Linear probing; a removal moves up what stands behind: no slot is dead. */
#include "policy/prefix-table.h"

#include <stdlib.h>

#define FIRST_SIZE 64U

static struct op25b_exception_key *slot(const struct op25b_prefix_table *table, size_t at)
{
	return (void *)(table->slots + at * table->record);
}

/* The finisher of splitmix64, over all words of the key. */
static size_t place_of(const struct op25b_prefix_table *table,
		       const struct op25b_exception_key *key)
{
	uint64_t word[2], x;

	memcpy(word, key->addr, sizeof(word));
	x = word[0] * 0x9e3779b97f4a7c15 + word[1] + ((uint64_t)key->family << 8 | key->len);
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (size_t)(x ^ x >> 31) & (table->size - 1);
}

/* The slot that has the key, or the free one where it would be. There is a free one. */
static struct op25b_exception_key *probe(const struct op25b_prefix_table *table,
					 const struct op25b_exception_key *key)
{
	size_t at = place_of(table, key);

	while (slot(table, at)->family && memcmp(slot(table, at), key, sizeof(*key)) != 0)
		at = (at + 1) & (table->size - 1);
	return slot(table, at);
}

void *op25b_prefix_table_find(const struct op25b_prefix_table *table,
			      const struct op25b_exception_key *key)
{
	struct op25b_exception_key *found = table->n ? probe(table, key) : NULL;

	return found && found->family ? found : NULL;
}

static int grow(struct op25b_prefix_table *table)
{
	struct op25b_prefix_table larger = *table;

	larger.size = table->size ? 2 * table->size : FIRST_SIZE;
	larger.slots = calloc(larger.size, table->record);
	if (!larger.slots)
		return -1;
	for (size_t at = 0; at < table->size; at++) {
		if (slot(table, at)->family)
			memcpy(probe(&larger, slot(table, at)), slot(table, at), table->record);
	}
	free(table->slots);
	*table = larger;
	return 0;
}

void *op25b_prefix_table_add(struct op25b_prefix_table *table,
			     const struct op25b_exception_key *key)
{
	struct op25b_exception_key *to = op25b_prefix_table_find(table, key);

	if (to)
		return to;
	if (4 * (table->n + 1) > 3 * table->size && grow(table) < 0)
		return NULL;
	to = probe(table, key);
	*to = *key;
	table->n++;
	return to;
}

void op25b_prefix_table_remove(struct op25b_prefix_table *table, void *record)
{
	size_t mask = table->size - 1;
	size_t hole = (size_t)((uint8_t *)record - table->slots) / table->record, at = hole;

	for (;;) {
		at = (at + 1) & mask;
		if (!slot(table, at)->family)
			break;
		/* Its own place is behind the hole: there nobody would find it. */
		if (((at - place_of(table, slot(table, at))) & mask) < ((at - hole) & mask))
			continue;
		memcpy(slot(table, hole), slot(table, at), table->record);
		hole = at;
	}
	memset(slot(table, hole), 0, table->record);
	table->n--;
}

void *op25b_prefix_table_next(const struct op25b_prefix_table *table, const void *record)
{
	size_t at = 0;

	if (record)
		at = (size_t)((const uint8_t *)record - table->slots) / table->record + 1;
	while (at < table->size && !slot(table, at)->family)
		at++;
	return at < table->size ? slot(table, at) : NULL;
}

void op25b_prefix_table_done(struct op25b_prefix_table *table)
{
	free(table->slots);
	*table = (struct op25b_prefix_table){ .record = table->record };
}
