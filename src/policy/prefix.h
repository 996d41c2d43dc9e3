/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and prefixes as text. Only what one address family can hold is accepted: an IPv6
 * text that maps an IPv4 address is refused, since the packet it means is an IPv4 packet.
 */
#pragma once

#include <stdbool.h>

#include "policy/policy.h"

#define OP25B_PREFIX_TEXT 48 /* "xxxx:...:xxxx/128" and its NUL */

enum op25b_prefix_fault {
	OP25B_PREFIX_FINE,
	OP25B_PREFIX_NOT_AN_ADDRESS,
	OP25B_PREFIX_BAD_LENGTH, /* not a number, or longer than the family's addresses */
	OP25B_PREFIX_HOST_BITS,
	OP25B_PREFIX_MAPPED, /* inside ::ffff:0:0/96 */
};

/**
 * op25b_prefix_parse() - "192.0.2.0/24", "2001:db8::/32", or an address alone (its whole length).
 * @text:       NUL-terminated; no blanks
 * @ret_prefix: written when there is no fault, and for OP25B_PREFIX_HOST_BITS (the prefix without
 *              them) and OP25B_PREFIX_MAPPED (the IPv4 prefix that was meant)
 */
enum op25b_prefix_fault op25b_prefix_parse(const char *text, struct op25b_prefix *ret_prefix);

/* Write "address/len", IPv6 as RFC 5952 wants it. Returns @buffer. */
char *op25b_prefix_format(const struct op25b_prefix *prefix, char buffer[static OP25B_PREFIX_TEXT]);

/* Write the address alone: @addr is 4 or 16 bytes in network order, by enum op25b_family. */
char *op25b_address_format(uint8_t family, const uint8_t *addr,
			   char buffer[static OP25B_PREFIX_TEXT]);

/**
 * op25b_prefix_cut() - shorten a prefix to @len bits, at most those it has.
 */
void op25b_prefix_cut(struct op25b_prefix *prefix, uint8_t len);

/* 32 or 128. */
uint8_t op25b_prefix_whole(uint8_t family);

/* Whether every address of @inner is in @outer. */
bool op25b_prefix_holds(const struct op25b_prefix *outer, const struct op25b_prefix *inner);

/* Order by family, address, length: what holds another comes first. */
int op25b_prefix_compare(const struct op25b_prefix *a, const struct op25b_prefix *b);
