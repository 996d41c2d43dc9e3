/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of a session. A prefix comes cut off behind its last octet that is not zero, with host
 * bits set, twice, or inside another one of the same line; 0.0.0.0 and :: are how some say "none".
 */
#include "session/radius-prefixes.h"

#include <string.h>

#include "op25b/abi.h"
#include "policy/prefix.h"

enum {
	FRAMED_IP_ADDRESS = 8,
	FRAMED_IP_NETMASK = 9,
	VENDOR_SPECIFIC = 26,
	FRAMED_IPV6_PREFIX = 97,
	FRAMED_IPV6_ROUTE = 99,
	DELEGATED_IPV6_PREFIX = 123,
	FRAMED_IPV6_ADDRESS = 168,
};

enum {
	JUNIPER = 4874,
	IPV4_RELEASE_CONTROL = 164, /* says that the IPv4 address is on demand */
	NOKIA = 6527,
	ALC_IPV6_ADDRESS = 99,
};

static void remove_prefix(struct op25b_acct *acct, size_t at)
{
	acct->n_prefixes--;
	memmove(acct->prefixes + at, acct->prefixes + at + 1,
		(acct->n_prefixes - at) * sizeof(acct->prefixes[0]));
}

static void add_prefix(struct op25b_acct *acct, const struct op25b_prefix *prefix)
{
	size_t at = 0;

	for (size_t i = 0; i < acct->n_prefixes; i++)
		if (op25b_prefix_holds(&acct->prefixes[i], prefix))
			return;
	for (size_t i = acct->n_prefixes; i-- > 0;)
		if (op25b_prefix_holds(prefix, &acct->prefixes[i]))
			remove_prefix(acct, i);
	if (acct->n_prefixes == OP25B_ACCT_PREFIXES) {
		acct->n_left_out++;
		return;
	}
	while (at < acct->n_prefixes && op25b_prefix_compare(&acct->prefixes[at], prefix) < 0)
		at++;
	memmove(acct->prefixes + at + 1, acct->prefixes + at,
		(acct->n_prefixes - at) * sizeof(acct->prefixes[0]));
	acct->prefixes[at] = *prefix;
	acct->n_prefixes++;
}

/* Takes in @n octets of an IPv6 prefix. Returns whether they can be one. */
static bool add_v6(struct op25b_addresses *addresses, const uint8_t *octets, size_t n, uint8_t len,
		   struct op25b_acct *acct)
{
	static const struct op25b_prefix none = { .family = OP25B_V6, .len = 128 };
	static const struct op25b_prefix mapped = { .family = OP25B_V6,
						    .len = 96,
						    .addr = { [10] = 0xff, [11] = 0xff } };
	struct op25b_prefix prefix = { .family = OP25B_V6 };

	if (n > sizeof(prefix.addr) || len > 128)
		return false;
	memcpy(prefix.addr, octets, n);
	op25b_prefix_cut(&prefix, len);
	if (op25b_prefix_holds(&mapped, &prefix))
		return false;
	if (!memcmp(prefix.addr, none.addr, sizeof(none.addr)))
		return true;
	addresses->told_v6 = true;
	add_prefix(acct, &prefix);
	return true;
}

static bool add_v6_address(struct op25b_addresses *addresses, const uint8_t *octets, size_t n,
			   struct op25b_acct *acct)
{
	return n == 16 && add_v6(addresses, octets, n, 128, acct);
}

/* "2001:db8::/56 2001:db8:ffff::1 1", and what a vendor adds. */
static bool add_v6_route(struct op25b_addresses *addresses, const struct op25b_attribute *attribute,
			 struct op25b_acct *acct)
{
	const uint8_t *blank = memchr(attribute->value, ' ', attribute->n);
	size_t n = blank ? (size_t)(blank - attribute->value) : attribute->n;
	enum op25b_prefix_fault fault;
	char text[OP25B_PREFIX_TEXT];
	struct op25b_prefix prefix;

	if (n >= sizeof(text) || memchr(attribute->value, '\0', n))
		return false;
	memcpy(text, attribute->value, n);
	text[n] = '\0';
	fault = op25b_prefix_parse(text, &prefix);
	return (fault == OP25B_PREFIX_FINE || fault == OP25B_PREFIX_HOST_BITS) &&
	       prefix.family == OP25B_V6 &&
	       add_v6(addresses, prefix.addr, sizeof(prefix.addr), prefix.len, acct);
}

static bool set_v4(struct op25b_addresses *addresses, const struct op25b_attribute *attribute)
{
	/* None, "let the user choose", "let the NAS choose" (RFC 2865, 5.8). */
	static const uint8_t not_addresses[3][4] = { { 0 },
						     { 255, 255, 255, 255 },
						     { 255, 255, 255, 254 } };

	if (attribute->n != 4)
		return false;
	for (int i = 0; i < 3; i++)
		if (!memcmp(attribute->value, not_addresses[i], 4))
			return true;
	if (addresses->v4.family)
		return true;
	addresses->told_v4 = true;
	addresses->v4.family = OP25B_V4;
	memcpy(addresses->v4.addr, attribute->value, 4);
	return true;
}

/* Ones, then zeros; a mask without ones names no subnet. */
static bool set_netmask(struct op25b_addresses *addresses, const struct op25b_attribute *attribute)
{
	const uint8_t *at = attribute->value;
	uint32_t zeros;

	if (attribute->n != 4)
		return false;
	zeros = ~((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
	if (zeros & (zeros + 1))
		return false;
	if (!addresses->v4_len)
		addresses->v4_len = (uint8_t)(32 - __builtin_popcount(zeros));
	return true;
}

/* A vendor's attribute may hold several of its own; what doesn't look so is left alone. */
static bool read_vendor(struct op25b_addresses *addresses, const struct op25b_attribute *attribute,
			struct op25b_acct *acct)
{
	const uint8_t *at = attribute->value, *end = at + attribute->n;
	uint32_t vendor;
	bool fine = true;

	if (attribute->n < 4)
		return true;
	vendor = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	for (at += 4; end - at >= 2 && at[1] >= 2 && at[1] <= end - at; at += at[1]) {
		if (vendor == JUNIPER && at[0] == IPV4_RELEASE_CONTROL)
			addresses->told_v4 = true;
		if (vendor == NOKIA && at[0] == ALC_IPV6_ADDRESS)
			fine &= add_v6_address(addresses, at + 2, (size_t)at[1] - 2, acct);
	}
	return fine;
}

void op25b_addresses_read(struct op25b_addresses *addresses,
			  const struct op25b_radius_client *client,
			  const struct op25b_attribute *attribute, struct op25b_acct *acct)
{
	const uint8_t *value = attribute->value;
	bool fine_v4 = true, fine_v6 = true;

	if (!attribute->n)
		return;
	switch (attribute->type) {
	case FRAMED_IP_ADDRESS:
		fine_v4 = set_v4(addresses, attribute);
		break;
	case FRAMED_IP_NETMASK:
		fine_v4 = !client->netmask_is_line || set_netmask(addresses, attribute);
		break;
	case FRAMED_IPV6_PREFIX:
	case DELEGATED_IPV6_PREFIX:
		fine_v6 = attribute->n >= 2 &&
			  add_v6(addresses, value + 2, attribute->n - 2U, value[1], acct);
		break;
	case FRAMED_IPV6_ADDRESS:
		fine_v6 = add_v6_address(addresses, value, attribute->n, acct);
		break;
	case FRAMED_IPV6_ROUTE:
		fine_v6 = !client->ipv6_route_is_delegated ||
			  add_v6_route(addresses, attribute, acct);
		break;
	case VENDOR_SPECIFIC:
		fine_v6 = read_vendor(addresses, attribute, acct);
		break;
	default:
		break;
	}
	addresses->unread_v4 |= !fine_v4;
	addresses->unread_v6 |= !fine_v6;
	acct->n_unread += !fine_v4 || !fine_v6;
}

void op25b_addresses_end(struct op25b_addresses *addresses,
			 const struct op25b_radius_client *client, struct op25b_acct *acct)
{
	if (addresses->v4.family) {
		op25b_prefix_cut(&addresses->v4, addresses->v4_len ? addresses->v4_len : 32);
		add_prefix(acct, &addresses->v4);
	}
	acct->has_v4 = (addresses->told_v4 || client->missing_is_released) &&
		       !addresses->unread_v4 && !acct->n_left_out;
	acct->has_v6 = (addresses->told_v6 || client->missing_is_released) &&
		       !addresses->unread_v6 && !acct->n_left_out;
}
