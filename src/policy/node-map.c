/* SPDX-License-Identifier: BSD-2-Clause */
/* Items into lists, keys and values into maps; keys that come twice. */
#include <string.h>

#include "policy/builder.h"

#define SMALL_MAP 16 /* keys compared one by one; larger maps get a table */

static void append(struct op25b_node *parent, struct op25b_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->n++;
}

/* The line where the map has @key already, or 0. */
static uint32_t find_twin(struct op25b_builder *b, struct op25b_frame *frame,
			  const struct op25b_node *key)
{
	const struct op25b_node *at = frame->node->first;
	uint32_t line = key->place.line;
	uint32_t first;

	if (frame->node->n < SMALL_MAP) {
		while (at && strcmp(at->text, key->text) != 0)
			at = at->next;
		return at ? at->place.line : 0;
	}
	if (!frame->keys.n) {
		for (; at; at = at->next)
			op25b_table_put(&frame->keys, b->arena, at->text, strlen(at->text),
					at->place.line);
	}
	if (!op25b_table_get(&frame->keys, key->text, &first))
		return first;
	op25b_table_put(&frame->keys, b->arena, key->text, strlen(key->text), line);
	return 0;
}

/* A key that is refused still takes its value, so that the rest is read in step. */
static void take_key(struct op25b_builder *b, struct op25b_frame *frame, struct op25b_node *key)
{
	bool partial = frame->node->partial;
	uint32_t twin;

	frame->key = key;
	frame->node->partial = true;
	if (key->kind != OP25B_SCALAR) {
		op25b_find_error(b->finder, &key->place,
				 "a key must be a word, not a list or map; "
				 "put text that begins with [ or { in quotes");
		return;
	}
	if (key->plain && !strcmp(key->text, "<<")) {
		op25b_find_error(b->finder, &key->place,
				 "merge keys '<<' are not part of this language; "
				 "write the keys out, or give a whole value as '*alias'");
		return;
	}
	twin = find_twin(b, frame, key);
	if (twin) {
		op25b_find_error(b->finder, &key->place,
				 "key '%.100s' is here twice, first at line %u; remove one",
				 key->text, twin);
		return;
	}
	append(frame->node, key);
	frame->node->partial = partial;
}

void op25b_node_attach(struct op25b_builder *b, struct op25b_node *node)
{
	struct op25b_frame *frame;

	if (!b->depth) {
		b->root = node;
		return;
	}
	frame = &b->frames[b->depth - 1];
	if (frame->node->kind == OP25B_LIST) {
		append(frame->node, node);
	} else if (!frame->key) {
		take_key(b, frame, node);
	} else {
		frame->key->value = node;
		frame->key = NULL;
	}
}

/* What a finished node adds to the one around it. */
void op25b_node_account(struct op25b_builder *b, const struct op25b_node *node)
{
	struct op25b_node *parent;

	if (!b->depth)
		return;
	parent = b->frames[b->depth - 1].node;
	parent->weight = parent->weight + node->weight > OP25B_EXPANSION_MAX ?
				 OP25B_EXPANSION_MAX :
				 parent->weight + node->weight;
	if (parent->aliases < node->aliases)
		parent->aliases = node->aliases;
}
