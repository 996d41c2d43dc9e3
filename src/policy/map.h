/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From an address that lines share, and a port, to the IPv6 address of one line: MAP (RFC 7597 5).
 * The bits of the address behind the rule's IPv4 prefix, and the PSID, which are bits of the port,
 * follow the rule's IPv6 prefix: the two are the EA bits. Compiled by the BPF programs and by user
 * space; no lookup, no state.
 *
 *	port  | psid_offset bits, not all 0 | PSID | the rest |
 *	IPv6  | rule's prefix | address | PSID | 0 to bit 80 | address (32) | PSID (16) |
 */
#pragma once

#include "op25b/abi.h"
#include "policy/order.h"

/**
 * op25b_map_line() - whose a port of a shared address is.
 * @pool: with a rule (psid_len is not 0); its net and rule are read
 * @v4:   an address of the pool, host order
 * @port: host order; 0: it can't be seen
 * @ret:  the IPv6 address in network order, with the interface identifier of RFC 7597 6
 *
 * Returns 1; 0: no line's: there is no port, or none that a set holds, because its first
 * psid_offset bits are 0.
 */
static inline __attribute__((always_inline)) int op25b_map_line(const struct op25b_pool *pool,
								__u32 v4, __u16 port, __u64 ret[2])
{
	__u32 behind = 16U - pool->psid_offset, psid;
	__u64 ea;

	if (!port || (pool->psid_offset && !(port >> (behind & 31))))
		return 0;
	psid = (port & ((1U << (behind & 31)) - 1)) >> ((behind - pool->psid_len) & 31);
	ea = (v4 - pool->net) << (pool->psid_len & 31) | psid;
	ret[0] = op25b_host64(pool->map_net | ea << (pool->map_shift & 63));
	ret[1] = op25b_host64((__u64)v4 << 16 | psid);
	return 1;
}
