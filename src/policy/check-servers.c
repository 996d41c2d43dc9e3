/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server that is also mx, by its offers or by sharing an address with one: what is open to it
 * is open to the server of incoming mail. Servers for one purpose that rules tell apart.
 */
#include <stdlib.h>

#include "policy/prefix.h"
#include "policy/reader.h"

#define NEST_MAX 130

struct item {
	const struct op25b_prefix *prefix;
	const struct op25b_peer_group *server;
};

static bool is_mx(const struct op25b_peer_group *server)
{
	return server->offers & OP25B_OFFER_MX;
}

/* Where the relay asks op25b-maild, and the MX is the relay. */
static const char *consequence(const struct op25b_reader *r, const struct op25b_peer_group *other)
{
	const struct op25b_tenant *tenants = r->policy->tenants;

	if (!(other->offers & OP25B_OFFER_RELAY) ||
	    (!tenants[0].mail && !tenants[other->tenant].mail))
		return "";
	return ", and incoming mail would wait while op25b-maild is away";
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = op25b_prefix_compare(a->prefix, b->prefix);

	if (order)
		return order;
	return a->server < b->server ? -1 : a->server > b->server;
}

static void warn_shared(struct op25b_reader *r, const struct item *a, const struct item *b)
{
	const struct op25b_peer_group *mx = is_mx(a->server) ? a->server : b->server;
	const struct op25b_peer_group *other = mx == a->server ? b->server : a->server;
	const struct op25b_prefix *shared = a->prefix->len > b->prefix->len ? a->prefix : b->prefix;
	char text[OP25B_PREFIX_TEXT];

	op25b_find_warning(r->finder, &other->place,
			   "mail server '%s' shares %s with mx '%s': what is open to it is open "
			   "to the MX%s; give the MX an address of its own",
			   other->id, op25b_prefix_format(shared, text), mx->id,
			   consequence(r, other));
}

static struct item *sort_addresses(struct op25b_reader *r, size_t *ret_n)
{
	const struct op25b_policy *p = r->policy;
	struct item *items;
	size_t n = 0;

	for (size_t i = 0; i < p->n_servers; i++)
		n += p->servers[i].n_prefixes;
	items = op25b_arena_alloc(r->scratch, n * sizeof(*items));
	n = 0;
	for (size_t i = 0; i < p->n_servers; i++) {
		for (size_t j = 0; j < p->servers[i].n_prefixes; j++)
			items[n++] = (struct item){ .prefix = &p->servers[i].prefixes[j],
						    .server = &p->servers[i] };
	}
	qsort(items, n, sizeof(*items), compare_items);
	*ret_n = n;
	return items;
}

/* A prefix that is held by others comes after them; the nearest one around it speaks for all. */
static void check_addresses(struct op25b_reader *r)
{
	const struct item *open[NEST_MAX];
	size_t n, depth = 0;
	struct item *items = sort_addresses(r, &n);

	for (size_t i = 0; i < n; i++) {
		while (depth && !op25b_prefix_holds(open[depth - 1]->prefix, items[i].prefix))
			depth--;
		for (size_t j = depth; j > 0; j--) {
			if (is_mx(open[j - 1]->server) != is_mx(items[i].server)) {
				warn_shared(r, open[j - 1], &items[i]);
				break;
			}
		}
		if (!depth || op25b_prefix_compare(open[depth - 1]->prefix, items[i].prefix))
			open[depth++] = &items[i];
	}
}

static bool is_excepted(const struct op25b_rule *rule, size_t server)
{
	for (size_t i = 0; i < rule->n_except; i++) {
		if (rule->except[i] == server)
			return true;
	}
	return false;
}

/* Whose servers offer it to a provider's lines: its own, or the root's. */
static uint32_t whose(const struct op25b_policy *p, uint32_t tenant, uint32_t offer)
{
	for (size_t i = 0; i < p->n_servers; i++) {
		if (p->servers[i].tenant == tenant && p->servers[i].offers & offer)
			return tenant;
	}
	return 0;
}

/* Servers for one purpose, some open and some closed: "our mail server" has no one answer then. */
static bool warn_split(struct op25b_reader *r, const struct op25b_service *service,
		       const struct op25b_rule *rule, uint32_t offer)
{
	const struct op25b_policy *p = r->policy;
	const struct op25b_peer_group *open = NULL, *closed = NULL;
	const uint32_t tenant = whose(p, service->tenant, offer);

	for (size_t i = 0; i < p->n_servers; i++) {
		if (p->servers[i].tenant != tenant || !(p->servers[i].offers & offer))
			continue;
		if (is_excepted(rule, i))
			open = &p->servers[i];
		else
			closed = &p->servers[i];
	}
	if (!open || !closed)
		return false;
	op25b_find_warning(r->finder, &rule->place,
			   "service '%s' leaves port 25 open to mail server '%s' and closes it to "
			   "'%s', which is for the same customers: pages say 'affected' and name "
			   "those that stay open; add it to 'except', or remove the other",
			   service->id, open->id, closed->id);
	return true;
}

static void check_split(struct op25b_reader *r, const struct op25b_service *service, uint32_t offer)
{
	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		if (rule->action == OP25B_REFUSE && !rule->n_to &&
		    warn_split(r, service, rule, offer))
			return;
	}
}

void op25b_check_servers(struct op25b_reader *r)
{
	for (size_t i = 0; i < r->policy->n_servers; i++) {
		const struct op25b_peer_group *server = &r->policy->servers[i];

		if (is_mx(server) && server->offers & ~(unsigned int)OP25B_OFFER_MX)
			op25b_find_warning(r->finder, &server->place,
					   "mail server '%s' is also mx: what is open to it is "
					   "open to the MX%s; give the MX an address of its own",
					   server->id, consequence(r, server));
	}
	check_addresses(r);
	for (size_t i = 0; i < r->policy->n_services; i++) {
		check_split(r, &r->policy->services[i], OP25B_OFFER_RELAY);
		check_split(r, &r->policy->services[i], OP25B_OFFER_HOSTING);
	}
}
