/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `map` of a pool: which line has which ports of a shared address. What a rule says by itself is
 * checked here, where it is in the way of others in check-maps.c.
 */
#include "policy/prefix.h"
#include "policy/reader.h"

#define PSID_OFFSET 6  /* RFC 7597 5.1: ports 0 to 1023 are nobody's */
#define LINE_MAX    64 /* of an IPv6 prefix of a line */

struct entry {
	struct op25b_map_rule rule;
	const struct op25b_node *v6, *ea, *psid_offset;
	bool has_v6;
};

static void read_v6(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->v6 = value;
	entry->has_v6 = op25b_read_prefix(r, value, &entry->rule.v6);
}

static void read_ea(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	(void)r;
	entry->ea = value;
}

static void read_psid_offset(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	(void)r;
	entry->psid_offset = value;
}

/* The EA bits are those of the address and 1 to all of what a port has behind the offset. */
static bool check_ea(struct op25b_reader *r, const struct entry *entry, unsigned int address,
		     unsigned int offset, unsigned int ea)
{
	const struct op25b_place *place = &entry->ea->place;
	unsigned int end = entry->rule.v6.len + ea;

	if (ea <= address) {
		op25b_find_error(
			r->finder, place,
			"ea %u: %u bits are the address's own, and none are left to tell the "
			"lines of an address apart; write %u or more, or give each line its "
			"address in 'lines'",
			ea, address, address + 1);
		return false;
	}
	if (ea - address > 16 - offset) {
		op25b_find_error(r->finder, place,
				 "ea %u: beside the %u of the address these are %u bits of a port, "
				 "which has %u behind psid_offset %u; write %u or less",
				 ea, address, ea - address, 16 - offset, offset,
				 address + 16 - offset);
		return false;
	}
	if (end > LINE_MAX) {
		op25b_find_error(
			r->finder, place,
			"ea %u behind v6 /%u makes lines of /%u, and none is longer than /%u; "
			"give the rule's own v6 prefix and its EA bits",
			ea, entry->rule.v6.len, end, LINE_MAX);
		return false;
	}
	return true;
}

void op25b_read_map_rule(struct op25b_reader *r, const struct op25b_node *node,
			 const struct op25b_prefix *pool, struct op25b_map_rule *ret)
{
	static const struct op25b_field fields[] = {
		{ "v6", read_v6, "add 'v6: PREFIX', the rule's IPv6 prefix" },
		{ "ea", read_ea, "add 'ea: NUMBER', the rule's EA bits" },
		{ "psid_offset", read_psid_offset, NULL },
	};
	struct entry entry = { .rule.place = node->place };
	unsigned int ea = 0, offset = PSID_OFFSET;

	if (!op25b_walk_map(r, node, "a mapping rule", fields, 3, &entry) || !entry.has_v6 ||
	    !entry.ea)
		return;
	if (pool->family != OP25B_V4) {
		op25b_find_error(
			r->finder, &node->place,
			"'map' tells lines that share an IPv4 address apart, and this pool is "
			"IPv6; remove it");
		return;
	}
	if (entry.rule.v6.family != OP25B_V6) {
		op25b_find_error(r->finder, &entry.v6->place,
				 "v6 is an IPv4 prefix; give the rule's IPv6 prefix, as "
				 "2001:db8:1000::/40");
		return;
	}
	if ((entry.psid_offset &&
	     !op25b_walk_number(r, entry.psid_offset, "psid_offset", 0, 15, &offset)) ||
	    !op25b_walk_number(r, entry.ea, "ea", 1, 48, &ea) ||
	    !check_ea(r, &entry, 32U - pool->len, offset, ea))
		return;
	entry.rule.ea = (uint8_t)ea;
	entry.rule.psid_offset = (uint8_t)offset;
	*ret = entry.rule;
}
