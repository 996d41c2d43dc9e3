/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses as words that tell them apart and tell nothing else: SipHash-2-4 under a random key. */
#pragma once

#include <stdint.h>

#include "base/error.h"

struct op25b_peerhash;

#define OP25B_PEERHASH_TEXT 17 /* 16 hex digits and a NUL */

/**
 * op25b_peerhash_open() - make a key, which never leaves this object.
 */
int op25b_peerhash_open(struct op25b_peerhash **ret_hash, struct op25b_error *error);

/* NULL-safe; sets *hash to NULL. The key is wiped. */
void op25b_peerhash_close(struct op25b_peerhash **hash);

/**
 * op25b_peerhash_text() - the word of an address.
 * @addr: 16 bytes, network order; v4 in the first four, the rest 0
 * Returns 0; -EIO: the library failed.
 */
int op25b_peerhash_text(struct op25b_peerhash *hash, uint8_t family, const uint8_t addr[static 16],
			char ret_text[static OP25B_PEERHASH_TEXT]);
