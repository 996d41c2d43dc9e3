/* SPDX-License-Identifier: BSD-2-Clause */
/* See gateway-walk.h; and the steps of reading, with the defaults. */
#include "daemon/gateway-walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "op25b/control.h"
#include "policy/near.h"

#define FIELDS_MAX 16

static void report_unknown(struct op25b_gateway_reader *r, const struct op25b_node *key,
			   const char *what, const char *const *words, size_t n)
{
	const char *near = op25b_near_word(key->text, words, n);
	char all[256] = "";

	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "", words[i]);
	}
	if (near)
		op25b_find_error(&r->finder, &key->place, "%s has no key '%s'; did you mean '%s'?",
				 what, key->text, near);
	else
		op25b_find_error(&r->finder, &key->place,
				 "%s has no key '%s'; remove it, or use one of %s", what, key->text,
				 all);
}

void op25b_gateway_map(struct op25b_gateway_reader *r, const struct op25b_node *node,
		       const char *what, const struct op25b_gateway_field *fields, void *to)
{
	const char *words[FIELDS_MAX];
	bool seen[FIELDS_MAX] = { false };
	size_t n = 0;

	if (node->kind != OP25B_MAP) {
		op25b_find_error(&r->finder, &node->place, "%s is a map; write 'key: value' pairs",
				 what);
		return;
	}
	for (; fields[n].key; n++)
		words[n] = fields[n].key;
	for (const struct op25b_node *key = node->first; key; key = key->next) {
		size_t i = 0;

		while (i < n && strcmp(words[i], key->text) != 0)
			i++;
		if (i == n) {
			report_unknown(r, key, what, words, n);
			continue;
		}
		seen[i] = true;
		fields[i].read(r, key->value, to);
	}
	for (size_t i = 0; i < n; i++) {
		if (fields[i].need && !seen[i])
			op25b_find_error(&r->finder, &node->place, "%s needs '%s'; %s", what,
					 words[i], fields[i].need);
	}
}

const char *op25b_gateway_text(struct op25b_gateway_reader *r, const struct op25b_node *node,
			       const char *key)
{
	if (node->kind != OP25B_SCALAR || op25b_node_is_null(node) || !*node->text) {
		op25b_find_error(&r->finder, &node->place,
				 "'%s' has no value; write one, or remove the key", key);
		return NULL;
	}
	return op25b_arena_copy(r->gateway->arena, node->text, strlen(node->text));
}

int op25b_gateway_word(struct op25b_gateway_reader *r, const struct op25b_node *node,
		       const char *key, const struct op25b_words *words)
{
	const char *text = op25b_gateway_text(r, node, key);
	int value = text ? op25b_words_find(words, text) : -EINVAL;
	char all[128] = "";

	if (!text || value >= 0)
		return value;
	for (unsigned int i = 0; i < words->n; i++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "",
			 op25b_words_name(words, i));
	}
	op25b_find_error(&r->finder, &node->place, "%s '%s' is not known; use one of %s", key, text,
			 all);
	return -EINVAL;
}

void op25b_gateway_number(struct op25b_gateway_reader *r, const struct op25b_node *node,
			  const char *key, uint32_t least, uint32_t most, uint32_t *ret)
{
	const char *text = op25b_gateway_text(r, node, key);
	size_t digits = text ? strspn(text, "0123456789") : 0;
	unsigned long value = digits ? strtoul(text, NULL, 10) : 0;

	if (!text)
		return;
	if (!digits || digits > 9 || text[digits] || value < least || value > most)
		op25b_find_error(&r->finder, &node->place,
				 "%s '%s' is not a number from %u to %u; write such a number", key,
				 text, least, most);
	else
		*ret = (uint32_t)value;
}

static struct op25b_gateway *new_gateway(struct op25b_arena *arena)
{
	struct op25b_gateway *gateway = op25b_arena_alloc(arena, sizeof(*gateway));

	*gateway = (struct op25b_gateway){
		.arena = arena,
		.settings = { .answer_rate = 10,
			      .answer_burst = 20,
			      .event_rate = 5,
			      .event_burst = 10 },
		.socket = OP25B_CONTROL_SOCKET,
		.state = "/var/lib/op25b",
		.pins = OP25B_PIN_FOLDER,
	};
	return gateway;
}

/* In a function of its own: after the jump no variable of this frame is used. */
static int run_reader(struct op25b_gateway_reader *r, const char *name, const void *data,
		      size_t size, struct op25b_findings *ret_findings)
{
	const char *const files[] = { name };
	struct op25b_node *root;
	jmp_buf exhausted;

	if (setjmp(exhausted))
		return -ENOMEM;
	op25b_arena_on_exhaustion(r->arena, &exhausted);
	r->finder.arena = r->arena;
	r->gateway = new_gateway(r->arena);
	root = op25b_node_parse(r->arena, &r->finder, 0, data, size,
				"a gateway file begins with 'op25b_gateway: 1'");
	if (root)
		op25b_gateway_read(r, root);
	op25b_arena_on_exhaustion(r->arena, NULL);
	return op25b_find_finish(&r->finder, files, ret_findings);
}

int op25b_gateway_parse(const char *name, const void *data, size_t size,
			struct op25b_gateway **ret_gateway, struct op25b_findings *ret_findings)
{
	struct op25b_gateway_reader *r = calloc(1, sizeof(*r));
	int error = -ENOMEM;

	*ret_findings = (struct op25b_findings){ 0 };
	if (r)
		r->arena = op25b_arena_new();
	if (r && r->arena)
		error = run_reader(r, name, data, size, ret_findings);
	if (!error && ret_findings->n_errors)
		error = -EINVAL;
	if (!error)
		*ret_gateway = r->gateway;
	else if (r)
		op25b_arena_free(&r->arena);
	free(r);
	return error;
}

void op25b_gateway_free(struct op25b_gateway **gateway)
{
	struct op25b_arena *arena;

	if (!gateway || !*gateway)
		return;
	arena = (*gateway)->arena;
	*gateway = NULL;
	op25b_arena_free(&arena);
}
