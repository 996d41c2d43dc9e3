/* SPDX-License-Identifier: BSD-2-Clause */
/* A secret in a file of its own: one line, which only those concerned may read. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define OP25B_SECRET 1024 /* octets of the longest, its newline included */

/**
 * op25b_secret_read() - read the one line of a file, without its newline.
 * @ret:   room for it
 * @error: what is wrong, and how to mend it
 *
 * Returns its length, 1 and above; -EACCES: the file is open to everybody; -EINVAL: empty, more
 * than a line, or octets that no keyboard makes; others of open() and read().
 */
int op25b_secret_read(const char *path, uint8_t ret[static OP25B_SECRET],
		      struct op25b_error *error);
