/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events of libyaml to nodes, with a stack of the lists and maps that are open: no recursion, so
 * that no input can exhaust the C stack.
 */
#include "policy/node.h"

#include <string.h>

#include "policy/builder.h"
#include "policy/syntax.h"

#define ALIAS_MAX   8
#define ANCHORS_MAX 1000

bool op25b_node_is_null(const struct op25b_node *node)
{
	return node->kind == OP25B_SCALAR && node->plain &&
	       (!*node->text || !strcmp(node->text, "~") || !strcmp(node->text, "null"));
}

static struct op25b_node *new_node(struct op25b_builder *b, enum op25b_node_kind kind)
{
	struct op25b_node *node = op25b_arena_alloc(b->arena, sizeof(*node));

	node->kind = kind;
	node->place = b->place;
	node->weight = 1;
	return node;
}

static const char *copy_text(struct op25b_builder *b, const yaml_char_t *text)
{
	return text ? op25b_arena_copy(b->arena, (const char *)text, strlen((const char *)text)) :
		      NULL;
}

static bool remember_anchor(struct op25b_builder *b, const char *name, struct op25b_node *node)
{
	struct op25b_anchor *anchor;

	if (!name)
		return true;
	if (b->n_anchors == ANCHORS_MAX) {
		op25b_find_error(b->finder, &node->place,
				 "more than %d anchors; write some values out", ANCHORS_MAX);
		return false;
	}
	anchor = OP25B_PUSH(b->arena, b->anchors, b->n_anchors);
	*anchor = (struct op25b_anchor){ .name = name, .node = node };
	return true;
}

static void refuse_tag(struct op25b_builder *b, const yaml_char_t *tag)
{
	static const char common[] = "tag:yaml.org,2002:";
	const char *text = (const char *)tag;
	bool is_common = text && !strncmp(text, common, sizeof(common) - 1);

	if (text)
		op25b_find_error(b->finder, &b->place,
				 "tag '%s%.100s' is not part of this language; remove it",
				 is_common ? "!!" : "",
				 is_common ? text + sizeof(common) - 1 : text);
}

static bool take_scalar(struct op25b_builder *b)
{
	struct op25b_node *node = new_node(b, OP25B_SCALAR);

	refuse_tag(b, b->event.data.scalar.tag);
	node->text = copy_text(b, b->event.data.scalar.value);
	node->plain = b->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (strlen(node->text) != b->event.data.scalar.length)
		op25b_find_error(b->finder, &node->place,
				 "text with a NUL character in it; remove the \\0");
	op25b_node_attach(b, node);
	op25b_node_account(b, node);
	return remember_anchor(b, copy_text(b, b->event.data.scalar.anchor), node);
}

static bool open_node(struct op25b_builder *b, enum op25b_node_kind kind, const yaml_char_t *anchor,
		      const yaml_char_t *tag)
{
	struct op25b_node *node = new_node(b, kind);

	refuse_tag(b, tag);
	if (b->depth == OP25B_DEPTH_MAX) {
		op25b_find_error(b->finder, &node->place,
				 "nested more than %d deep; no part of this language needs that",
				 OP25B_DEPTH_MAX);
		return false;
	}
	op25b_node_attach(b, node);
	b->frames[b->depth++] =
		(struct op25b_frame){ .node = node, .anchor = copy_text(b, anchor) };
	return true;
}

static bool close_node(struct op25b_builder *b)
{
	struct op25b_frame *frame = &b->frames[--b->depth];

	op25b_node_account(b, frame->node);
	/* Known only from here on: an alias can't be inside what it names. */
	return remember_anchor(b, frame->anchor, frame->node);
}

static bool take_alias(struct op25b_builder *b)
{
	const char *name = (const char *)b->event.data.alias.anchor;
	struct op25b_node *node, *target = NULL;

	for (size_t i = b->n_anchors; i > 0 && !target; i--) {
		if (!strcmp(b->anchors[i - 1].name, name))
			target = b->anchors[i - 1].node;
	}
	if (!target) {
		op25b_find_error(
			b->finder, &b->place,
			"alias '*%.100s' names no anchor; write '&%.100s' before an earlier, "
			"finished value",
			name, name);
		return false;
	}
	b->expanded += target->weight;
	if (target->aliases >= ALIAS_MAX) {
		op25b_find_error(b->finder, &b->place,
				 "alias '*%.100s' nests aliases more than %d deep; write a value "
				 "out",
				 name, ALIAS_MAX);
		return false;
	}
	if (b->expanded > b->expansion_max) {
		op25b_find_error(b->finder, &b->place,
				 "alias '*%.100s' makes the file too large when written out; "
				 "write less by alias",
				 name);
		return false;
	}
	node = op25b_arena_alloc(b->arena, sizeof(*node));
	*node = *target;
	node->next = NULL;
	node->value = NULL;
	node->aliases++;
	op25b_node_attach(b, node);
	op25b_node_account(b, node);
	return true;
}

static bool begin_document(struct op25b_builder *b)
{
	if (b->documents++) {
		op25b_find_error(b->finder, &b->place,
				 "a second document begins here; a file holds one: remove the "
				 "'---', or make it a file of its own and name it in 'include'");
		return false;
	}
	return true;
}

/* One event. Returns false when reading can't go on. */
static bool take_event(struct op25b_builder *b)
{
	b->place = (struct op25b_place){ .file = b->file,
					 .line = (uint32_t)b->event.start_mark.line + 1,
					 .column = (uint32_t)b->event.start_mark.column + 1 };
	switch (b->event.type) {
	case YAML_DOCUMENT_START_EVENT:
		return begin_document(b);
	case YAML_SCALAR_EVENT:
		return take_scalar(b);
	case YAML_ALIAS_EVENT:
		return take_alias(b);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(b, OP25B_LIST, b->event.data.sequence_start.anchor,
				 b->event.data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return open_node(b, OP25B_MAP, b->event.data.mapping_start.anchor,
				 b->event.data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_node(b);
	default:
		return true;
	}
}

static struct op25b_node *read_document(struct op25b_builder *b, const void *data, size_t size,
					const char *begin)
{
	bool go_on = true;

	while (go_on) {
		yaml_event_type_t type;

		if (!yaml_parser_parse(&b->parser, &b->event)) {
			op25b_syntax_error(b->finder, b->file, &b->parser, data, size);
			return NULL;
		}
		type = b->event.type;
		go_on = take_event(b);
		yaml_event_delete(&b->event);
		if (type == YAML_STREAM_END_EVENT)
			break;
	}
	if (go_on && !b->root) {
		b->place = (struct op25b_place){ .file = b->file, .line = 1, .column = 1 };
		op25b_find_error(b->finder, &b->place, "the file says nothing; %s", begin);
	}
	return go_on ? b->root : NULL;
}

struct op25b_node *op25b_node_parse(struct op25b_arena *arena, struct op25b_finder *finder,
				    uint32_t file, const void *data, size_t size, const char *begin)
{
	struct op25b_builder *b = op25b_arena_alloc(arena, sizeof(*b));
	struct op25b_node *root;
	jmp_buf mine, *before;

	b->arena = arena;
	b->finder = finder;
	b->file = file;
	b->expansion_max = size < OP25B_EXPANSION_MAX / 20 ? 10000 + 20 * size :
							     OP25B_EXPANSION_MAX;
	if (!yaml_parser_initialize(&b->parser))
		op25b_arena_exhaust(arena);
	before = op25b_arena_on_exhaustion(arena, &mine);
	if (setjmp(mine)) {
		yaml_event_delete(&b->event);
		yaml_parser_delete(&b->parser);
		op25b_arena_on_exhaustion(arena, before);
		op25b_arena_exhaust(arena);
	}
	yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b->parser, data, size);
	root = read_document(b, data, size, begin);
	yaml_parser_delete(&b->parser);
	op25b_arena_on_exhaustion(arena, before);
	return root;
}
