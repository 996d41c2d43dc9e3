/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps 2 to 4 of the decision (design section 4) for each service towards each class of peers, at
 * the plan's instant: which rule is in force, and what it does.
 */
#include "policy/plan.h"

/* True if two sorted lists share a number; `offset` is added to those of b. */
static bool lists_meet(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b,
		       uint32_t offset)
{
	size_t i = 0, j = 0;

	while (i < n_a && j < n_b) {
		if (a[i] == b[j] + offset)
			return true;
		if (a[i] < b[j] + offset)
			i++;
		else
			j++;
	}
	return false;
}

struct peer_class {
	const uint32_t *groups;
	size_t n;
};

/* Step 2. NULL: none; *ret_reason says why. */
static const struct op25b_rule *rule_in_force(const struct op25b_plan *plan,
					      const struct op25b_service *service,
					      const struct peer_class *peer, uint8_t *ret_reason)
{
	const uint32_t first_destination = (uint32_t)plan->policy->n_servers;
	const struct op25b_rule *best = NULL;

	*ret_reason = service->n_rules ? OP25B_BEFORE_START : OP25B_UNRESTRICTED;
	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		if (rule->from > plan->now)
			continue;
		*ret_reason = OP25B_OTHER_DESTINATION;
		if (rule->n_to &&
		    !lists_meet(peer->groups, peer->n, rule->to, rule->n_to, first_destination))
			continue;
		if (!best || rule->from >= best->from)
			best = rule;
	}
	return best;
}

/* True if the peer is one of the root's mail servers, or of the service's own tenant's. */
static bool is_designated(const struct op25b_policy *policy, const struct op25b_service *service,
			  const struct peer_class *peer)
{
	for (size_t i = 0; i < peer->n && peer->groups[i] < policy->n_servers; i++) {
		uint32_t tenant = policy->servers[peer->groups[i]].tenant;

		if (tenant == 0 || tenant == service->tenant)
			return true;
	}
	return false;
}

/*
 * What a rule does. To a line of a shared service that cannot be told, the answer the policy gives
 * for that, instead of the rule's own.
 */
static enum op25b_verdict rule_action(const struct op25b_rule *rule,
				      const struct op25b_service *service, bool unknown)
{
	switch (unknown ? service->unknown_line : OP25B_UNKNOWN_RULE) {
	case OP25B_UNKNOWN_PASS:
		return OP25B_PASS;
	case OP25B_UNKNOWN_COUNT:
		return OP25B_COUNT;
	case OP25B_UNKNOWN_REFUSE:
		return OP25B_REFUSE;
	default:
		return rule->action;
	}
}

static struct op25b_cell cell_make(const struct op25b_plan *plan,
				   const struct op25b_service *service,
				   const struct peer_class *peer, bool unknown)
{
	struct op25b_cell cell = { .action = OP25B_PASS };
	const struct op25b_rule *rule = rule_in_force(plan, service, peer, &cell.reason);

	if (!rule)
		return cell;
	cell.action = (uint8_t)rule_action(rule, service, unknown);
	cell.reason = OP25B_UNRESTRICTED;
	if (cell.action == OP25B_PASS)
		return cell;
	cell.how = (uint8_t)(rule->how != OP25B_HOW_NONE ? rule->how : OP25B_DROP);
	cell.manner = (uint8_t)rule->manner;
	if (lists_meet(peer->groups, peer->n, rule->except, rule->n_except, 0))
		cell.reason = OP25B_DESIGNATED_SERVER;
	else if (is_designated(plan->policy, service, peer))
		cell.reason = OP25B_DESIGNATED_SERVER_CLOSED;
	else
		cell.reason = OP25B_FOREIGN_SERVER;
	return cell;
}

static int services_number(struct op25b_plan *plan)
{
	const struct op25b_policy *policy = plan->policy;
	size_t n = policy->n_services, k;

	for (size_t i = 0; i < policy->n_services; i++)
		n += policy->services[i].unknown_line != OP25B_UNKNOWN_RULE;
	if (n > OP25B_SERVICE_MAX)
		return -E2BIG;
	plan->services = calloc(n + 1, sizeof(*plan->services));
	if (!plan->services)
		return -ENOMEM;
	k = policy->n_services;
	for (uint32_t i = 0; i < policy->n_services; i++) {
		plan->services[i + 1] = i;
		if (policy->services[i].unknown_line != OP25B_UNKNOWN_RULE)
			plan->services[++k] = i;
	}
	plan->head.n_services = (uint32_t)n;
	return 0;
}

int op25b_plan_cells(struct op25b_plan *plan, const struct op25b_classes *classes,
		     const uint32_t *counters)
{
	const struct op25b_policy *policy = plan->policy;
	int r = services_number(plan);
	uint64_t n;

	if (r < 0)
		return r;
	n = (plan->head.n_services + 1ULL) * classes->n;
	if (n * sizeof(struct op25b_cell) > OP25B_PLAN_MAX_BYTES)
		return -E2BIG;
	plan->head.n_classes = (uint32_t)classes->n;
	plan->cells = calloc(n, sizeof(*plan->cells));
	if (!plan->cells)
		return -ENOMEM;

	for (uint32_t s = 1; s <= plan->head.n_services; s++) {
		const struct op25b_service *service = &policy->services[plan->services[s]];
		uint32_t slot = counters ? counters[plan->services[s]] : plan->services[s] + 1;

		for (size_t c = 0; c < classes->n; c++) {
			struct peer_class peer = { classes->groups[c], classes->n_groups[c] };
			struct op25b_cell cell =
				cell_make(plan, service, &peer, s > policy->n_services);

			cell.counter = slot < OP25B_COUNTER_OTHER ? slot : OP25B_COUNTER_OTHER;
			plan->cells[s * classes->n + c] = cell;
		}
	}
	return 0;
}
