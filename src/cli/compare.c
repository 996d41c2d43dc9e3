/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See compare.h. The addresses of lines are cut at every edge of a pool, a line and a grant of both
 * policies; one address of each piece is asked towards one address of each peer.
 */
#include "cli/compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/ranges.h"
#include "policy/compile.h"
#include "policy/flow.h"

/* A change while it is counted. */
struct tally {
	struct op25b_change change;
	const char **line_ids; /* of `lines`, with repetitions */
	size_t n_line_ids, max_line_ids;
	op25b_number next_network, next_unit; /* see count_pieces() */
};

struct comparing {
	const struct op25b_policy *policy[2];
	struct op25b_tables tables[2];
	struct op25b_peers peers;
	uint8_t family;
	struct op25b_sweep lines[2], pools[2];
	struct tally *tallies;
	size_t n, last;
};

static int cut_grants(struct op25b_edges *edges, const struct op25b_grant *grants, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		for (size_t k = 0; k < grants[i].n_prefixes && !r; k++)
			r = op25b_edges_add(edges, &grants[i].prefixes[k]);
	}
	return r;
}

static int cut_policy(struct comparing *c, int which, struct op25b_edges *edges)
{
	const struct op25b_policy *policy = c->policy[which];
	int r = cut_grants(edges, policy->exemptions, policy->n_exemptions);

	if (!r)
		r = cut_grants(edges, policy->holds, policy->n_holds);
	for (size_t i = 0; i < policy->n_lines && !r; i++) {
		r = op25b_edges_add(edges, &policy->lines[i].prefix);
		if (!r)
			r = op25b_sweep_add(&c->lines[which], &policy->lines[i].prefix,
					    policy->line_ids[policy->lines[i].line]);
	}
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		for (size_t k = 0; k < service->n_pools && !r; k++) {
			r = op25b_edges_add(edges, &service->pools[k].prefix);
			if (!r)
				r = op25b_sweep_add(&c->pools[which], &service->pools[k].prefix,
						    &service->pools[k]);
		}
	}
	return r;
}

static bool is_change(const struct op25b_decision *old, const struct op25b_decision *new)
{
	return old->verdict != new->verdict || old->how != new->how;
}

static bool same_change(const struct op25b_change *a, const struct op25b_change *b)
{
	for (int i = 0; i < 2; i++) {
		const struct op25b_decision *x = &a->decision[i], *y = &b->decision[i];

		if (x->verdict != y->verdict || x->reason != y->reason || x->how != y->how ||
		    !op25b_text_same(a->service[i], b->service[i]))
			return false;
	}
	return a->peer == b->peer && a->side == b->side;
}

static struct tally *find_tally(struct comparing *c, const struct op25b_change *change)
{
	struct tally *grown;

	if (c->last < c->n && same_change(&c->tallies[c->last].change, change))
		return &c->tallies[c->last];
	for (c->last = 0; c->last < c->n; c->last++) {
		if (same_change(&c->tallies[c->last].change, change))
			return &c->tallies[c->last];
	}
	grown = reallocarray(c->tallies, c->n + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	c->tallies = grown;
	c->tallies[c->n] = (struct tally){ .change = *change };
	return &c->tallies[c->n++];
}

static int add_line_id(struct tally *tally, const char *id)
{
	const char **grown;

	if (tally->n_line_ids == tally->max_line_ids) {
		tally->max_line_ids = tally->max_line_ids ? tally->max_line_ids * 2 : 16;
		grown = reallocarray(tally->line_ids, tally->max_line_ids, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		tally->line_ids = grown;
	}
	tally->line_ids[tally->n_line_ids++] = id;
	return 0;
}

/*
 * Pieces of 2^shift addresses that the range touches. *next: the first address that no piece
 * counted before holds.
 */
static uint64_t count_pieces(const struct op25b_range *range, unsigned int shift,
			     op25b_number *next)
{
	op25b_number from = range->first < *next ? *next : range->first, n;

	if (range->last < from)
		return 0;
	n = (range->last >> shift) - (from >> shift) + 1;
	*next = ((range->last >> shift) + 1) << shift;
	return n > UINT64_MAX ? UINT64_MAX : (uint64_t)n;
}

/* What the longest prefix of the new policy, else of the old, says of this address. */
static const void *owner_of(struct op25b_sweep sweeps[2], op25b_number address)
{
	const struct op25b_sweep_item *old = op25b_sweep_find(&sweeps[0], address);
	const struct op25b_sweep_item *new = op25b_sweep_find(&sweeps[1], address);

	return new ? new->owner : old ? old->owner : NULL;
}

static int count_range(struct comparing *c, struct tally *tally, const struct op25b_range *range,
		       const char *line_id, const struct op25b_pool_prefix *pool)
{
	if (c->family == OP25B_V4)
		tally->change.addresses += (uint64_t)(range->last - range->first + 1);
	else
		tally->change.networks += count_pieces(range, 64, &tally->next_network);
	if (line_id)
		return add_line_id(tally, line_id);
	if (pool)
		tally->change.lines +=
			count_pieces(range, (c->family == OP25B_V4 ? 32U : 128U) - pool->line,
				     &tally->next_unit);
	return 0;
}

/* Asks both policies; counts a change. */
static int ask(struct comparing *c, const struct op25b_range *range, size_t peer,
	       enum op25b_side side, const char *line_id, const struct op25b_pool_prefix *pool)
{
	struct op25b_flow flow = { .side = side,
				   .line = op25b_range_address(c->family, range->first),
				   .peer = c->peers.list[peer].address[c->family - OP25B_V4],
				   .peer_port = 25 };
	struct op25b_change change = { .peer = peer, .side = side };
	struct tally *tally;

	if (!flow.peer.family)
		return 0;
	for (int i = 0; i < 2; i++) {
		const struct op25b_service *service;

		op25b_flow_decide(&c->tables[i], &flow, &change.decision[i]);
		service = op25b_tables_service(&c->tables[i], change.decision[i].service);
		change.service[i] = service ? service->id : NULL;
	}
	if (!is_change(&change.decision[0], &change.decision[1]))
		return 0;
	tally = find_tally(c, &change);
	return tally ? count_range(c, tally, range, line_id, pool) : -ENOMEM;
}

static int compare_range(struct comparing *c, const struct op25b_range *range)
{
	const char *line_id = owner_of(c->lines, range->first);
	const struct op25b_pool_prefix *pool = owner_of(c->pools, range->first);
	int r = 0;

	if (!line_id && !pool)
		return 0;
	for (size_t peer = 0; peer < c->peers.n && !r; peer++) {
		r = ask(c, range, peer, OP25B_SUBSCRIBER, line_id, pool);
		if (!r && c->policy[0]->reverse_path != c->policy[1]->reverse_path)
			r = ask(c, range, peer, OP25B_UPSTREAM, line_id, pool);
	}
	return r;
}

static int compare_family(struct comparing *c, uint8_t family)
{
	struct op25b_edges edges = { .family = family };
	OP25B_AUTO_FREE struct op25b_range *ranges = NULL;
	size_t n = 0;
	int r = 0;

	c->family = family;
	for (int i = 0; i < 2 && !r; i++) {
		c->lines[i] = c->pools[i] = (struct op25b_sweep){ .family = family };
		r = cut_policy(c, i, &edges);
		op25b_sweep_sort(&c->lines[i]);
		op25b_sweep_sort(&c->pools[i]);
	}
	if (!r)
		r = op25b_edges_ranges(&edges, &ranges, &n);
	for (size_t i = 0; i < c->n; i++)
		c->tallies[i].next_network = c->tallies[i].next_unit = 0;
	for (size_t i = 0; i < n && !r; i++)
		r = compare_range(c, &ranges[i]);
	for (int i = 0; i < 2; i++) {
		op25b_sweep_done(&c->lines[i]);
		op25b_sweep_done(&c->pools[i]);
	}
	op25b_edges_done(&edges);
	return r;
}

static int order_ids(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int order_changes(const void *left, const void *right)
{
	const struct op25b_change *a = left, *b = right;

	for (int i = 1; i >= 0; i--) {
		int order = strcmp(a->service[i] ? a->service[i] : "",
				   b->service[i] ? b->service[i] : "");

		if (order)
			return order;
	}
	if (a->peer != b->peer)
		return a->peer < b->peer ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	return memcmp(a->decision, b->decision, sizeof(a->decision));
}

/* Tallies to changes. */
static int finish(struct comparing *c, struct op25b_changes *ret_changes)
{
	struct op25b_change *list = calloc(c->n + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < c->n; i++) {
		struct tally *t = &c->tallies[i];

		if (t->n_line_ids)
			qsort(t->line_ids, t->n_line_ids, sizeof(*t->line_ids), order_ids);
		for (size_t k = 0; k < t->n_line_ids; k++)
			t->change.lines += !k || strcmp(t->line_ids[k], t->line_ids[k - 1]);
		list[i] = t->change;
	}
	qsort(list, c->n, sizeof(*list), order_changes);
	*ret_changes = (struct op25b_changes){ .peers = c->peers, .list = list, .n = c->n };
	c->peers = (struct op25b_peers){ 0 };
	return 0;
}

int op25b_compare(const struct op25b_policy *old, const struct op25b_policy *new, int64_t at,
		  struct op25b_changes *ret_changes)
{
	struct comparing c = { .policy = { old, new } };
	int r = op25b_tables_make(old, at, NULL, &c.tables[0]);

	if (!r)
		r = op25b_tables_make(new, at, NULL, &c.tables[1]);
	if (!r)
		r = op25b_peers_find(old, new, &c.peers);
	if (!r)
		r = compare_family(&c, OP25B_V4);
	if (!r)
		r = compare_family(&c, OP25B_V6);
	if (!r)
		r = finish(&c, ret_changes);
	for (size_t i = 0; i < c.n; i++)
		free(c.tallies[i].line_ids);
	free(c.tallies);
	op25b_peers_done(&c.peers);
	op25b_tables_done(&c.tables[0]);
	op25b_tables_done(&c.tables[1]);
	return r;
}

void op25b_changes_done(struct op25b_changes *changes)
{
	op25b_peers_done(&changes->peers);
	free(changes->list);
	*changes = (struct op25b_changes){ 0 };
}
