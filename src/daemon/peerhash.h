/* SPDX-License-Identifier: BSD-2-Clause */
/* Things as words that tell them apart and tell nothing else: SipHash-2-4 under a random key. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct op25b_peerhash;

#define OP25B_PEERHASH_TEXT 17 /* 16 hex digits and a NUL */

/**
 * op25b_peerhash_open() - make a key, which never leaves this object.
 */
int op25b_peerhash_open(struct op25b_peerhash **ret_hash, struct op25b_error *error);

/* NULL-safe; sets *hash to NULL. The key is wiped, in the library's memory too. */
void op25b_peerhash_close(struct op25b_peerhash **hash);

/**
 * op25b_peerhash_renew() - throw the key away, wiped as by close, and make another one.
 * Returns 0; -EIO: there are no random bytes, and until a later call makes a key nothing is hashed.
 */
int op25b_peerhash_renew(struct op25b_peerhash *hash);

/**
 * op25b_peerhash_number() - the word of some bytes, as a number.
 * Returns 0; -EIO: the library failed, or there is no key. Allocates nothing. Cost: 0.3 us.
 */
int op25b_peerhash_number(struct op25b_peerhash *hash, const void *data, size_t size,
			  uint64_t *ret);

/**
 * op25b_peerhash_address() - the same of an address.
 * @addr: 16 bytes, network order; v4 in the first four, the rest 0
 */
int op25b_peerhash_address(struct op25b_peerhash *hash, uint8_t family,
			   const uint8_t addr[static 16], uint64_t *ret);

/* The same as text. */
int op25b_peerhash_text(struct op25b_peerhash *hash, uint8_t family, const uint8_t addr[static 16],
			char ret_text[static OP25B_PEERHASH_TEXT]);
