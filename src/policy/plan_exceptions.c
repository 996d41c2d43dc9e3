/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From what lines and grants claim to the exceptions. Of the exceptions that hold an address only
 * the longest answers, so each is made to say all that shorter ones around it say: the claims are
 * walked from the outside in.
 */
#include "policy/plan.h"
#include "policy/sort.h"

int op25b_claims_add(struct op25b_claims *claims, struct op25b_claim claim)
{
	struct op25b_claim *list = op25b_grow(claims->list, claims->n, &claims->max, sizeof(*list));

	if (!list)
		return -ENOMEM;
	claims->list = list;
	list[claims->n++] = claim;
	return 0;
}

/* As op25b_prefix_compare() orders: a prefix follows what holds it. */
static int claims_sort(struct op25b_claims *claims)
{
	enum {
		FAMILY = offsetof(struct op25b_claim, prefix.family),
		LEN = offsetof(struct op25b_claim, prefix.len),
		ADDR = offsetof(struct op25b_claim, prefix.addr)
	};
	uint8_t key[18] = { [0] = FAMILY, [17] = LEN };

	for (uint8_t i = 0; i < 16; i++)
		key[1 + i] = (uint8_t)(ADDR + i);
	return op25b_sort(claims->list, claims->n, sizeof(*claims->list), key, sizeof(key));
}

/* What grants say of an address: those of its line, and those by prefix. */
struct granted {
	uint8_t flags;
	const struct op25b_grant *hold; /* the first in the file counts */
};

struct level {
	struct op25b_prefix prefix;
	uint16_t service;
	bool is_line; /* a line has this very prefix */
	bool in_line; /* it, or a shorter one, is a line's */
	struct granted by_prefix, by_line;
};

static void granted_add(struct granted *granted, const struct op25b_claim *claim)
{
	granted->flags |= claim->kind == OP25B_CLAIM_HOLD ? OP25B_HELD : OP25B_EXEMPT;
	if (claim->kind == OP25B_CLAIM_HOLD && (!granted->hold || claim->hold < granted->hold))
		granted->hold = claim->hold;
}

/*
 * What the claim says by itself, on top of what the ones around it said. A line inside another
 * line's prefix is a line of its own: what was granted to the outer one isn't granted to it.
 */
static void level_merge(struct level *level, const struct op25b_claim *claim)
{
	if ((claim->kind == OP25B_CLAIM_LINE || claim->of_line) && !level->is_line) {
		level->is_line = level->in_line = true;
		level->by_line = (struct granted){ 0 };
	}
	if (claim->kind == OP25B_CLAIM_LINE)
		level->service = claim->service;
	else
		granted_add(claim->of_line ? &level->by_line : &level->by_prefix, claim);
}

static struct op25b_exception level_exception(const struct level *level)
{
	const struct op25b_grant *hold = level->by_line.hold ? level->by_line.hold :
							       level->by_prefix.hold;

	return (struct op25b_exception){ .service = level->service,
					 .flags = level->by_line.flags | level->by_prefix.flags,
					 .hold_how = hold ? (uint8_t)hold->how : 0,
					 .hold_manner = hold ? (uint8_t)hold->manner : 0 };
}

static int exceptions_make(struct op25b_plan *plan, const struct op25b_claims *claims)
{
	struct op25b_exception_entry *list = calloc(claims->n + 1, sizeof(*list));
	struct level stack[130];
	size_t depth = 0, n = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < claims->n; i++) {
		const struct op25b_claim *claim = &claims->list[i];

		while (depth && !op25b_prefix_holds(&stack[depth - 1].prefix, &claim->prefix))
			depth--;
		if (!depth || stack[depth - 1].prefix.len != claim->prefix.len) {
			stack[depth] = depth ? stack[depth - 1] : (struct level){ 0 };
			stack[depth].is_line = false;
			stack[depth++].prefix = claim->prefix;
			memcpy(list[n].key.addr, claim->prefix.addr, sizeof(list[n].key.addr));
			list[n].key.family = claim->prefix.family;
			list[n++].key.len = claim->prefix.len;
		}
		level_merge(&stack[depth - 1], claim);
		list[n - 1].value = level_exception(&stack[depth - 1]);
		list[n - 1].in_line = stack[depth - 1].in_line;
	}
	plan->exceptions = list;
	plan->n_exceptions = n;
	return 0;
}

void op25b_lens_write(struct op25b_front *front, const bool used[2][129])
{
	for (int f = 0; f < 2; f++) {
		size_t n = 0;

		for (int len = 128; len >= 0; len--) {
			uint8_t mask[16] = { 0 };

			if (!used[f][len])
				continue;
			memset(mask, 0xff, (size_t)len / 8);
			if (len % 8)
				mask[len / 8] = (uint8_t)(0xff00 >> len % 8);
			memcpy(front->lens[f][n].mask, mask, sizeof(mask));
			front->lens[f][n++].len = (uint32_t)len;
		}
		front->lens[f][n].len = OP25B_LEN_END;
	}
}

static void lens_make(struct op25b_plan *plan)
{
	bool used[2][129] = { 0 };

	for (size_t i = 0; i < plan->n_exceptions; i++) {
		const struct op25b_exception_key *key = &plan->exceptions[i].key;

		used[key->family == OP25B_V6][key->len] = true;
	}
	op25b_lens_write(plan->front, used);
}

int op25b_plan_exceptions(struct op25b_plan *plan, struct op25b_claims *claims)
{
	int r = claims_sort(claims);

	if (r < 0)
		return r;
	r = exceptions_make(plan, claims);
	if (r < 0)
		return r;
	lens_make(plan);
	return 0;
}
