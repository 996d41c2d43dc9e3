/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The four inner maps of a generation, made and filled, in no slot yet. Private to this folder.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/state.h"
#include "policy/compile.h"

struct op25b_inner {
	int front, image, prefixes, exceptions; /* descriptors; -1: none */
	struct op25b_mapped mapped;
};

#define OP25B_INNER_NONE                                                    \
	{                                                                   \
		.front = -1, .image = -1, .prefixes = -1, .exceptions = -1, \
	}

/* On an error nothing is left. Errors: -ENOMEM, -E2BIG, the kernel's. */
int op25b_inner_make(const struct op25b_tables *tables, struct op25b_inner *ret_inner,
		     struct op25b_error *error);

/* Close and unmap; leaves an empty one. For OP25B_CLEANUP too. */
void op25b_inner_done(struct op25b_inner *inner);
