/* SPDX-License-Identifier: BSD-2-Clause */
/* Radix sort, least significant byte first: addresses of one provider differ in few of them. */
#include "policy/sort.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

typedef uint32_t counts[256]; /* records by the value of one byte */

static void count_bytes(const uint8_t *list, size_t n, size_t size, const uint8_t *key,
			size_t n_key, counts *ret)
{
	for (size_t i = 0; i < n; i++, list += size) {
		for (size_t k = 0; k < n_key; k++)
			ret[k][list[key[k]]]++;
	}
}

/* Move every record to its place by one byte: `places` holds how many have which value. */
static void distribute(const uint8_t *from, uint8_t *to, size_t n, size_t size, uint8_t key,
		       counts places)
{
	uint32_t before = 0;

	for (int value = 0; value < 256; value++) {
		uint32_t count = places[value];

		places[value] = before;
		before += count;
	}
	for (size_t i = 0; i < n; i++, from += size)
		memcpy(to + places[from[key]]++ * size, from, size);
}

int op25b_sort(void *list, size_t n, size_t size, const uint8_t *key, size_t n_key)
{
	counts places[OP25B_SORT_KEY_MAX] = { 0 };
	OP25B_AUTO_FREE uint8_t *spare = NULL;
	uint8_t *from = list, *to;

	assert(n_key <= OP25B_SORT_KEY_MAX);
	if (n < 2)
		return 0;
	to = spare = reallocarray(NULL, n, size);
	if (!spare)
		return -ENOMEM;
	count_bytes(list, n, size, key, n_key, places);
	for (size_t k = n_key; k-- > 0;) {
		uint8_t *sorted = to;

		if (places[k][from[key[k]]] == n)
			continue;
		distribute(from, to, n, size, key[k], places[k]);
		to = from;
		from = sorted;
	}
	if (from != list)
		memcpy(list, from, n * size);
	return 0;
}
