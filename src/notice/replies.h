/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of a door, kept for as long as it or one of its conversations needs them. */
#pragma once

#include "notice/wire.h"

struct op25b_replies {
	unsigned int users;
	enum op25b_manner manner;
	struct {
		const char *text;
		size_t size; /* without the NUL */
	} reply[OP25B_WIRE_N_REPLIES];
	char bytes[];
};

/**
 * op25b_replies_new() - a copy of a door's texts, with one user. NULL: no memory.
 */
struct op25b_replies *op25b_replies_new(const struct op25b_wire_door *door);

/* One user more. Returns @replies. */
struct op25b_replies *op25b_replies_keep(struct op25b_replies *replies);

/* One user less; the last frees them. NULL-safe, and sets *replies to NULL. */
void op25b_replies_drop(struct op25b_replies **replies);
