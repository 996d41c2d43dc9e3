/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups of peers: the provider's own mail servers, and foreign destinations. */
#include <string.h>

#include "policy/prefix.h"
#include "policy/reader.h"

#define WIDEST_V4 24 /* a rack */
#define WIDEST_V6 56 /* a site */

static const struct op25b_place *place_of_server(const struct op25b_reader *r, uint32_t index)
{
	return &r->policy->servers[index].place;
}

static const struct op25b_place *place_of_destination(const struct op25b_reader *r, uint32_t index)
{
	return &r->policy->destinations[index].place;
}

static void read_server_id(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_peer_group *group = object;

	group->place = value->place;
	group->id = op25b_name_define(r, value, &r->servers, (uint32_t)r->policy->n_servers,
				      place_of_server);
}

static void read_destination_id(struct op25b_reader *r, const struct op25b_node *value,
				void *object)
{
	struct op25b_peer_group *group = object;

	group->place = value->place;
	group->id = op25b_name_define(r, value, &r->destinations,
				      (uint32_t)r->policy->n_destinations, place_of_destination);
}

static void read_addresses(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_peer_group *group = object;

	op25b_read_prefixes(r, value, "addresses", &group->prefixes, &group->n_prefixes);
}

/*
 * What is a mail server is open where port 25 is closed: a wide prefix opens it. A tenant opens it
 * for the root's lines too, where "except" says the tenant's id.
 */
static void check_wide(struct op25b_reader *r, const struct op25b_node *item)
{
	struct op25b_prefix prefix;
	unsigned int least;

	if (item->kind != OP25B_SCALAR || op25b_prefix_parse(item->text, &prefix))
		return;
	least = prefix.family == OP25B_V4 ? WIDEST_V4 : WIDEST_V6;
	if (prefix.len >= least)
		return;
	if (!prefix.len || r->doc->tenant)
		op25b_find_error(r->finder, &item->place,
				 "'%s' is wider than %s mail servers may be; write their "
				 "addresses, or prefixes of /%u or longer",
				 item->text, prefix.len ? "a tenant's" : "any", least);
	else
		op25b_find_warning(r->finder, &item->place,
				   "'%s' is wide for mail servers: port 25 is open to all of it; "
				   "write their addresses, or prefixes of /%u or longer",
				   item->text, least);
}

static void read_server_addresses(struct op25b_reader *r, const struct op25b_node *value,
				  void *object)
{
	read_addresses(r, value, object);
	if (value->kind != OP25B_LIST)
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next)
		check_wide(r, item);
}

static void read_hosts(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	const struct op25b_node *item = op25b_walk_list(r, value, "hosts");
	struct op25b_peer_group *group = object;

	for (; item; item = item->next) {
		const char *text = op25b_walk_text(r, item, "a host name");

		if (!text)
			continue;
		*OP25B_PUSH(r->arena, group->hosts, group->n_hosts) = op25b_walk_keep(r, text);
		if (text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_.*")])
			op25b_find_error(r->finder, &item->place,
					 "'%s' can't be a host name; "
					 "use letters, digits, '-' and '.', one name an item",
					 text);
	}
}

static void read_offers(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_peer_group *group = object;
	const struct op25b_node *item = op25b_walk_list(r, value, "offers");

	for (; item; item = item->next) {
		int bit = op25b_walk_word(r, item, "offer", &op25b_words_offer);

		if (bit < 0)
			continue;
		if (group->offers & 1U << bit)
			op25b_find_error(r->finder, &item->place, "'%s' is here twice; remove one",
					 item->text);
		group->offers |= 1U << bit;
	}
}

void op25b_read_servers(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "id", read_server_id, "add 'id: NAME', which rules name" },
		{ "addresses", read_server_addresses, NULL },
		{ "hosts", read_hosts, NULL },
		{ "offers", read_offers, NULL },
	};
	const struct op25b_node *item = op25b_walk_list(r, node, "mail_servers");

	for (; item; item = item->next) {
		struct op25b_peer_group group = { .tenant = r->doc->tenant, .place = item->place };

		op25b_walk_map(r, item, "a mail server", fields, 4, &group);
		if (group.id)
			*OP25B_PUSH(r->arena, r->policy->servers, r->policy->n_servers) = group;
	}
}

void op25b_read_destinations(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "id", read_destination_id, "add 'id: NAME', which 'to' names" },
		{ "addresses", read_addresses, NULL },
	};
	const struct op25b_node *item = op25b_walk_list(r, node, "destinations");

	for (; item; item = item->next) {
		struct op25b_peer_group group = { .tenant = r->doc->tenant, .place = item->place };

		op25b_walk_map(r, item, "a destination", fields, 2, &group);
		if (group.id)
			*OP25B_PUSH(r->arena, r->policy->destinations, r->policy->n_destinations) =
				group;
	}
}
