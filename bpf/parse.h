/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is seen of a frame: design section 4, "What is seen of a packet". Finds the ports, or says
 * why there are none to find. Compiled by the BPF programs and, for `--engine native`, by user
 * space.
 *
 * Must not look at anything behind the ports.
 */
#pragma once

#include "bpf/ip.h"
#include "bpf/packet.h"
#include "bpf/plain.h"

/*
 * The family of a packet that is settled without more: not of port 25. OP25B_FAMILY_COUNT: it is
 * not, and op25b_parse_rest() must tell.
 */
OP25B_INLINE enum op25b_family op25b_settle(struct op25b_frame *f, const struct op25b_link *link)
{
	struct op25b_plain unused = {};

	return op25b_plain(f, link, &unused);
}

/* What op25b_settle() does not settle, from the IP header on; fills *p. */
OP25B_INLINE void op25b_parse_rest(struct op25b_frame *f, const struct op25b_link *link,
				   enum op25b_side side, struct op25b_packet *p)
{
	struct op25b_plain plain = {};

	op25b_plain(f, link, &plain);
	*p = (struct op25b_packet){ .family = link->type == OP25B_ETH_IPV4 ? OP25B_V4 : OP25B_V6,
				    .pppoe = (__u8)link->pppoe,
				    .l3 = link->l3 };
	if (!plain.l4) {
		op25b_parse_ip(f, side, p);
		return;
	}
	p->seen = OP25B_SEEN_PORTS;
	p->sport = plain.sport;
	p->dport = plain.dport;
	p->l3_inner = link->l3;
	p->l4 = plain.l4;
	p->end = plain.end;
}

/**
 * op25b_parse() - find the ports of a frame.
 * @f:    the frame
 * @l2:   1: it begins with an Ethernet header; 0: with the IP header
 * @side: which tunnel endpoints count: destination (subscriber), source (upstream), either
 * @p:    filled as far as the frame could be followed; OP25B_SEEN_OTHER also where the ports are
 *        seen and neither is OP25B_SMTP
 *
 * Never fails. Cost: bench rows a.plain, a.deep.
 */
OP25B_INLINE void op25b_parse(struct op25b_frame *f, int l2, enum op25b_side side,
			      struct op25b_packet *p)
{
	struct op25b_link link = op25b_parse_link(f, l2);
	enum op25b_family settled = op25b_settle(f, &link);

	if (settled == OP25B_FAMILY_COUNT)
		op25b_parse_rest(f, &link, side, p);
	else
		*p = (struct op25b_packet){ .family = (__u8)settled, .l3 = link.l3 };
}
