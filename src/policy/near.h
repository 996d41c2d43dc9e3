/* SPDX-License-Identifier: BSD-2-Clause */
/* "did you mean": the accepted word nearest to a wrong one. */
#pragma once

#include <stddef.h>

/**
 * op25b_near_word() - the word of @words that @wrong is most likely to mean.
 * @words: @n words; NULL entries are skipped
 *
 * Returns NULL if none is near: at most a third of the letters may differ, counting a letter
 * added, dropped, changed or swapped with its neighbour as one; case, `-` and `_` count nothing.
 */
const char *op25b_near_word(const char *wrong, const char *const *words, size_t n);
