/* SPDX-License-Identifier: BSD-2-Clause */
/* Edit distance with swaps of neighbours, over three rows. */
#include "policy/near.h"

#include <string.h>

#define LETTERS 40

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static char fold_letter(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '_' ? '-' : c;
}

static size_t letter_distance(const char *a, size_t n_a, const char *b, size_t n_b)
{
	size_t rows[3][LETTERS + 1];
	size_t *older = rows[0], *old = rows[1], *now = rows[2];

	for (size_t j = 0; j <= n_b; j++)
		old[j] = j;
	for (size_t i = 1; i <= n_a; i++) {
		size_t *spare = older;

		now[0] = i;
		for (size_t j = 1; j <= n_b; j++) {
			char x = fold_letter(a[i - 1]), y = fold_letter(b[j - 1]);

			now[j] = least(least(old[j], now[j - 1]) + 1, old[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == fold_letter(b[j - 2]) &&
			    y == fold_letter(a[i - 2]))
				now[j] = least(now[j], older[j - 2] + 1);
		}
		older = old;
		old = now;
		now = spare;
	}
	return old[n_b];
}

const char *op25b_near_word(const char *wrong, const char *const *words, size_t n)
{
	size_t n_wrong = strlen(wrong);
	const char *best = NULL;
	size_t best_distance = LETTERS;

	if (!n_wrong || n_wrong > LETTERS)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t len = words[i] ? strlen(words[i]) : 0;
		size_t distance;

		if (!len || len > LETTERS)
			continue;
		distance = letter_distance(wrong, n_wrong, words[i], len);
		if (distance * 3 <= (n_wrong > len ? n_wrong : len) && distance < best_distance) {
			best = words[i];
			best_distance = distance;
		}
	}
	return best;
}
