/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tree of nodes being made: what node.c, which takes libyaml's events, and node-map.c, which
 * puts finished nodes into the lists and maps around them, share.
 */
#pragma once

#include <yaml.h>

#include "policy/node.h"
#include "policy/table.h"

#define OP25B_DEPTH_MAX     64
#define OP25B_EXPANSION_MAX 10000000U

struct op25b_frame {
	struct op25b_node *node;
	struct op25b_node *key; /* of a map: waits for its value */
	const char *anchor;
	struct op25b_table keys;
};

struct op25b_anchor {
	const char *name;
	struct op25b_node *node;
};

struct op25b_builder {
	struct op25b_arena *arena;
	struct op25b_finder *finder;
	uint32_t file;
	yaml_parser_t parser;
	yaml_event_t event;
	struct op25b_place place; /* of the event */
	struct op25b_frame frames[OP25B_DEPTH_MAX];
	size_t depth;
	struct op25b_anchor *anchors;
	size_t n_anchors;
	size_t expanded, expansion_max;
	size_t documents;
	struct op25b_node *root;
};

/* Put a new node where it stands: into the list or map that is open, or as the root. */
void op25b_node_attach(struct op25b_builder *b, struct op25b_node *node);

/* Add what a finished node weighs to the one around it. */
void op25b_node_account(struct op25b_builder *b, const struct op25b_node *node);
