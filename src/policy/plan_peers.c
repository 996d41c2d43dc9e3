/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Classes of peers. Two peers are of one class if the same mail servers and destinations hold
 * them; a rule can only tell classes apart, so the cells are worked out for classes, not addresses.
 */
#include "policy/plan.h"

struct member {
	struct op25b_prefix prefix;
	uint32_t group;
};

static int member_order(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = op25b_prefix_compare(&x->prefix, &y->prefix);

	return order ? order : x->group < y->group ? -1 : x->group > y->group;
}

static struct member *members_collect(const struct op25b_policy *policy, size_t *ret_n)
{
	size_t n = 0, k = 0, n_groups = policy->n_servers + policy->n_destinations;
	struct member *list;

	for (size_t g = 0; g < n_groups; g++)
		n += g < policy->n_servers ? policy->servers[g].n_prefixes :
					     policy->destinations[g - policy->n_servers].n_prefixes;
	list = calloc(n + 1, sizeof(*list));
	if (!list)
		return NULL;
	for (size_t g = 0; g < n_groups; g++) {
		const struct op25b_peer_group *group =
			g < policy->n_servers ? &policy->servers[g] :
						&policy->destinations[g - policy->n_servers];

		for (size_t i = 0; i < group->n_prefixes; i++)
			list[k++] = (struct member){ group->prefixes[i], (uint32_t)g };
	}
	qsort(list, n, sizeof(*list), member_order);
	*ret_n = n;
	return list;
}

/* Number of the class that is in exactly these groups (sorted, each once); made if it is new. */
static int class_intern(struct op25b_classes *classes, const uint32_t *groups, size_t n,
			uint32_t *ret_class)
{
	uint32_t **all, *copy;
	size_t *sizes;

	for (size_t c = 0; c < classes->n; c++) {
		if (classes->n_groups[c] == n &&
		    (!n || !memcmp(classes->groups[c], groups, n * sizeof(*groups)))) {
			*ret_class = (uint32_t)c;
			return 0;
		}
	}
	all = reallocarray(classes->groups, classes->n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	classes->groups = all;
	sizes = reallocarray(classes->n_groups, classes->n + 1, sizeof(*sizes));
	if (!sizes)
		return -ENOMEM;
	classes->n_groups = sizes;
	copy = calloc(n + 1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	if (n)
		memcpy(copy, groups, n * sizeof(*copy));
	all[classes->n] = copy;
	sizes[classes->n] = n;
	*ret_class = (uint32_t)classes->n++;
	return 0;
}

static void bits_set(struct op25b_plan *plan, const struct op25b_prefix *prefix)
{
	uint32_t top, n = 1;

	if (prefix->family == OP25B_V4) {
		top = (uint32_t)(op25b_prefix_top(prefix) >> 16);
		if (prefix->len < 16)
			n = 1U << (16 - prefix->len);
		for (uint32_t i = top; i < top + n; i++)
			plan->front->peers[0][i / 64] |= 1ULL << i % 64;
		return;
	}
	if (prefix->len < 32) {
		memset(plan->front->peers[1], 0xff, sizeof(plan->front->peers[1]));
		return;
	}
	top = (uint32_t)(op25b_prefix_top(prefix) >> 32);
	top = OP25B_PEER6_BIT(top);
	plan->front->peers[1][top / 64] |= 1ULL << top % 64;
}

struct level {
	struct op25b_prefix prefix;
	uint32_t class;
};

/* Union of the parent's groups and those of list[from..to); sorted, each once. */
static size_t groups_join(const struct op25b_classes *classes, uint32_t parent,
			  const struct member *list, size_t from, size_t to, uint32_t *ret_groups)
{
	const uint32_t *up = classes->groups[parent];
	size_t n_up = classes->n_groups[parent], i = 0, n = 0;

	while (i < n_up || from < to) {
		uint32_t next = from < to && (i >= n_up || list[from].group <= up[i]) ?
					list[from].group :
					up[i];

		while (i < n_up && up[i] == next)
			i++;
		while (from < to && list[from].group == next)
			from++;
		ret_groups[n++] = next;
	}
	return n;
}

static int classes_make(struct op25b_plan *plan, const struct member *list, size_t n,
			struct op25b_classes *classes, uint32_t *groups)
{
	struct level stack[130];
	size_t depth = 0, to, n_joined;
	uint32_t class;
	int r = class_intern(classes, NULL, 0, &class);

	for (size_t from = 0; r >= 0 && from < n; from = to) {
		const struct op25b_prefix *prefix = &list[from].prefix;

		for (to = from + 1; to < n && !op25b_prefix_compare(&list[to].prefix, prefix); to++)
			;
		while (depth && !op25b_prefix_holds(&stack[depth - 1].prefix, prefix))
			depth--;
		n_joined = groups_join(classes, depth ? stack[depth - 1].class : 0, list, from, to,
				       groups);
		r = class_intern(classes, groups, n_joined, &class);
		if (r < 0)
			break;
		stack[depth++] = (struct level){ *prefix, class };
		bits_set(plan, prefix);
		r = op25b_plan_add_prefix(
			plan, prefix->family == OP25B_V4 ? OP25B_PREFIX_PEER4 : OP25B_PREFIX_PEER6,
			prefix, class);
	}
	return r;
}

int op25b_plan_peers(struct op25b_plan *plan, struct op25b_classes *ret_classes)
{
	const struct op25b_policy *policy = plan->policy;
	struct op25b_classes classes = { 0 };
	struct member *list;
	uint32_t *groups;
	size_t n = 0;
	int r = -ENOMEM;

	list = members_collect(policy, &n);
	groups = calloc(policy->n_servers + policy->n_destinations + 1, sizeof(*groups));
	if (list && groups)
		r = classes_make(plan, list, n, &classes, groups);
	free(list);
	free(groups);
	if (r < 0) {
		op25b_classes_done(&classes);
		return r;
	}
	*ret_classes = classes;
	return 0;
}

void op25b_classes_done(struct op25b_classes *classes)
{
	for (size_t c = 0; c < classes->n; c++)
		free(classes->groups[c]);
	free(classes->groups);
	free(classes->n_groups);
	*classes = (struct op25b_classes){ 0 };
}
