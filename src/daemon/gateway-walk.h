/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps, words and numbers of the gateway file; only gateway*.c include it. Every fault of a map is
 * reported: a reader goes on after an error and leaves its value as it was.
 */
#pragma once

#include <stdint.h>

#include "daemon/gateway.h"
#include "policy/find.h"
#include "policy/node.h"
#include "policy/words.h"

struct op25b_gateway_reader {
	struct op25b_arena *arena;
	struct op25b_finder finder;
	struct op25b_gateway *gateway;
};

/* One key a map may have; `need`, if not NULL, makes it required and says how to mend that. */
struct op25b_gateway_field {
	const char *key; /* NULL ends a table */
	void (*read)(struct op25b_gateway_reader *r, const struct op25b_node *value, void *to);
	const char *need;
};

/**
 * op25b_gateway_map() - read a node as a map of fields into @to; @what as in "an interface".
 */
void op25b_gateway_map(struct op25b_gateway_reader *r, const struct op25b_node *node,
		       const char *what, const struct op25b_gateway_field *fields, void *to);

/**
 * op25b_gateway_text() - a scalar that isn't null, in the arena; else NULL and an error.
 */
const char *op25b_gateway_text(struct op25b_gateway_reader *r, const struct op25b_node *node,
			       const char *key);

/**
 * op25b_gateway_word() - the value of one of @words; -EINVAL and an error if it is none.
 */
int op25b_gateway_word(struct op25b_gateway_reader *r, const struct op25b_node *node,
		       const char *key, const struct op25b_words *words);

/**
 * op25b_gateway_number() - decimal @least..@most into *ret; an error if it isn't.
 */
void op25b_gateway_number(struct op25b_gateway_reader *r, const struct op25b_node *node,
			  const char *key, uint32_t least, uint32_t most, uint32_t *ret);

/**
 * op25b_gateway_read() - the top of the file into r->gateway.
 */
void op25b_gateway_read(struct op25b_gateway_reader *r, const struct op25b_node *root);
