/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A YAML document as a tree of nodes with their places. libyaml reads it; what this language
 * does not take (several documents, merge keys, duplicate keys, tags, deep aliases) is an error
 * here, so that whoever walks a tree sees only scalars, lists and maps with distinct keys.
 *
 * An alias shares the children of what it names; a tree is never changed after it is made.
 */
#pragma once

#include "policy/arena.h"
#include "policy/find.h"
#include "policy/policy.h"

enum op25b_node_kind { OP25B_SCALAR, OP25B_LIST, OP25B_MAP };

struct op25b_node {
	enum op25b_node_kind kind;
	uint8_t aliases; /* how deep aliases nest within */
	bool plain;      /* a scalar without quotes */
	bool partial;    /* a map of which a key was refused */
	struct op25b_place place;
	uint32_t n;       /* items of a list, keys of a map */
	uint32_t weight;  /* nodes of the tree below with aliases written out; saturates */
	const char *text; /* of a scalar */
	struct op25b_node *first, *last; /* items or keys */
	struct op25b_node *next;
	struct op25b_node *value; /* of a key */
};

/**
 * op25b_node_parse() - read one document.
 * @arena:  for the nodes; set up for exhaustion
 * @finder: gets every error
 * @file:   index for the places
 * @data:   @size bytes, UTF-8; need not outlive the call
 * @begin:  what an empty document is told to begin with, as in "a policy begins with 'op25b: 1'"
 *
 * Returns the root, or NULL if the document is broken or empty (an error was added). A tree with
 * errors that leave it whole (a duplicate key) is returned.
 */
struct op25b_node *op25b_node_parse(struct op25b_arena *arena, struct op25b_finder *finder,
				    uint32_t file, const void *data, size_t size,
				    const char *begin);

/* A plain `~`, `null` or nothing. */
bool op25b_node_is_null(const struct op25b_node *node);
