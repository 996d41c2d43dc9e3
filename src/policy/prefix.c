/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 is read by hand because a lines_from file has a million of them; IPv6 by inet_pton().
 * IPv6 is written by hand because inet_ntop() writes ::/96 with dots.
 */
#include "policy/prefix.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

uint8_t op25b_prefix_whole(uint8_t family)
{
	return family == OP25B_V4 ? 32 : 128;
}

/* Reads a decimal number of up to three digits without leading zeros; NULL if there is none. */
static inline const char *read_number(const char *at, unsigned int *ret)
{
	unsigned int value = 0;
	int digits = 0;

	while (*at >= '0' && *at <= '9' && digits < 4) {
		value = value * 10 + (unsigned int)(*at++ - '0');
		digits++;
	}
	if (!digits || digits > 3 || (digits > 1 && at[-digits] == '0'))
		return NULL;
	*ret = value;
	return at;
}

static const char *read_v4(const char *at, uint8_t *addr)
{
	for (int i = 0; i < 4; i++) {
		unsigned int value;

		if (i > 0 && *at++ != '.')
			return NULL;
		at = read_number(at, &value);
		if (!at || value > 255)
			return NULL;
		addr[i] = (uint8_t)value;
	}
	return at;
}

static const char *read_v6(const char *at, uint8_t *addr)
{
	size_t len = strcspn(at, "/");
	char copy[INET6_ADDRSTRLEN];

	if (len >= sizeof(copy))
		return NULL;
	memcpy(copy, at, len);
	copy[len] = '\0';
	return inet_pton(AF_INET6, copy, addr) == 1 ? at + len : NULL;
}

static bool clear_host_bits(struct op25b_prefix *prefix)
{
	size_t whole = op25b_prefix_whole(prefix->family) / 8;
	size_t at = prefix->len / 8;
	bool any = false;

	if (prefix->len % 8) {
		uint8_t mask = (uint8_t)(0xff00U >> (prefix->len % 8));

		any = prefix->addr[at] & (uint8_t)~mask;
		prefix->addr[at] &= mask;
		at++;
	}
	for (; at < whole; at++) {
		any |= prefix->addr[at] != 0;
		prefix->addr[at] = 0;
	}
	return any;
}

void op25b_prefix_cut(struct op25b_prefix *prefix, uint8_t len)
{
	prefix->len = len;
	(void)clear_host_bits(prefix);
}

/* The IPv4 prefix that a mapped one stands for. */
static bool unmap(struct op25b_prefix *prefix)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (prefix->family != OP25B_V6 || prefix->len < 96 || memcmp(prefix->addr, mapped, 12) != 0)
		return false;
	prefix->family = OP25B_V4;
	prefix->len = (uint8_t)(prefix->len - 96);
	memcpy(prefix->addr, prefix->addr + 12, 4);
	memset(prefix->addr + 4, 0, 12);
	return true;
}

enum op25b_prefix_fault op25b_prefix_parse(const char *text, struct op25b_prefix *ret_prefix)
{
	struct op25b_prefix prefix = { .family = OP25B_V4 };
	const char *at = read_v4(text, prefix.addr);
	bool host_bits, mapped;

	if (!at) {
		memset(prefix.addr, 0, sizeof(prefix.addr));
		prefix.family = OP25B_V6;
		at = read_v6(text, prefix.addr);
		if (!at)
			return OP25B_PREFIX_NOT_AN_ADDRESS;
	}
	prefix.len = op25b_prefix_whole(prefix.family);
	if (*at == '/') {
		unsigned int len;

		at = read_number(at + 1, &len);
		if (!at || *at || len > prefix.len)
			return OP25B_PREFIX_BAD_LENGTH;
		prefix.len = (uint8_t)len;
	} else if (*at) {
		return OP25B_PREFIX_NOT_AN_ADDRESS;
	}
	host_bits = clear_host_bits(&prefix);
	mapped = unmap(&prefix);
	*ret_prefix = prefix;
	if (mapped)
		return OP25B_PREFIX_MAPPED;
	return host_bits ? OP25B_PREFIX_HOST_BITS : OP25B_PREFIX_FINE;
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952, 4.2). */
static void find_zeros(const uint16_t *groups, int *ret_start, int *ret_length)
{
	int start = -1, length = 1;

	for (int i = 0; i < 8;) {
		int n = 0;

		while (i + n < 8 && !groups[i + n])
			n++;
		if (n > length) {
			start = i;
			length = n;
		}
		i += n + 1;
	}
	*ret_start = start;
	*ret_length = length;
}

static void format_v6(const uint8_t *addr, char *buffer)
{
	uint16_t groups[8];
	char *at = buffer;
	int zeros, length;

	for (int i = 0; i < 8; i++)
		groups[i] = (uint16_t)(addr[2 * i] << 8 | addr[2 * i + 1]);
	find_zeros(groups, &zeros, &length);
	for (int i = 0; i < 8; i++) {
		if (i == zeros) {
			at += sprintf(at, "::");
			i += length - 1;
			continue;
		}
		if (i > 0 && at[-1] != ':')
			*at++ = ':';
		at += sprintf(at, "%x", groups[i]);
	}
}

char *op25b_address_format(uint8_t family, const uint8_t *addr,
			   char buffer[static OP25B_PREFIX_TEXT])
{
	if (family == OP25B_V4)
		sprintf(buffer, "%u.%u.%u.%u", addr[0], addr[1], addr[2], addr[3]);
	else
		format_v6(addr, buffer);
	return buffer;
}

char *op25b_prefix_format(const struct op25b_prefix *prefix, char buffer[static OP25B_PREFIX_TEXT])
{
	op25b_address_format(prefix->family, prefix->addr, buffer);
	sprintf(buffer + strlen(buffer), "/%u", prefix->len);
	return buffer;
}

bool op25b_prefix_holds(const struct op25b_prefix *outer, const struct op25b_prefix *inner)
{
	size_t bytes = outer->len / 8;
	unsigned int rest = outer->len % 8;

	if (outer->family != inner->family || outer->len > inner->len ||
	    memcmp(outer->addr, inner->addr, bytes) != 0)
		return false;
	return !rest || (outer->addr[bytes] ^ inner->addr[bytes]) >> (8 - rest) == 0;
}

int op25b_prefix_compare(const struct op25b_prefix *a, const struct op25b_prefix *b)
{
	int order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->addr, b->addr, sizeof(a->addr));
	return order ? order : a->len - b->len;
}
