/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What stands before the IP header, and the short way for what nearly every packet is: a whole one,
 * without options, extension headers or tunnel, whose headers can be read in place. What it finds
 * is what the long way (ip.h) would find. Bench rows a.*.
 */
#pragma once

#include "bpf/packet.h"

OP25B_INLINE int op25b_is_tag(__u32 type)
{
	return type == op25b_host16(0x8100) || type == op25b_host16(0x88a8) ||
	       type == op25b_host16(0x9100);
}

/* What stands before the IP header. */
struct op25b_link {
	__u32 l3;   /* IP header */
	__u32 type; /* EtherType of what stands there, network order; 0: no IP */
	__u32 pppoe;
};

/* Walks tags and PPPoE. */
OP25B_INLINE struct op25b_link op25b_parse_link(struct op25b_frame *f, int l2)
{
	struct op25b_link link = {};
	__u8 spare[8] OP25B_WORDS;
	const op25b_word2 *word;
	const __u8 *first;

	if (!l2) {
		first = op25b_at(f, 0, 1, spare);
		if (first)
			link.type = first[0] >> 4 == 4 ? OP25B_ETH_IPV4 :
				    first[0] >> 4 == 6 ? OP25B_ETH_IPV6 :
							 0;
		return link;
	}
	word = op25b_at(f, 12, 2, spare);
	if (!word)
		return link;
	link.type = *word;
	link.l3 = 14;
	if (link.type == OP25B_ETH_IPV4)
		return link;
	for (__u32 i = 0; i < OP25B_MAX_TAGS && op25b_is_tag(link.type); i++) {
		word = op25b_at(f, link.l3 + 2, 2, spare);
		link.type = word ? *word : 0;
		link.l3 += 4;
	}
	if (link.type == OP25B_ETH_PPPOE) {
		word = op25b_at(f, link.l3, 8, spare);
		link.type = !word                     ? 0 :
			    word[3] == OP25B_PPP_IPV4 ? OP25B_ETH_IPV4 :
			    word[3] == OP25B_PPP_IPV6 ? OP25B_ETH_IPV6 :
							0;
		link.l3 += 8;
		link.pppoe = 1;
	}
	return link;
}

struct op25b_plain {
	__u32 l4; /* TCP header; 0: not plain, the long way must tell */
	__u32 end;
	__u16 sport, dport; /* host order */
};

/* Returns 1 if it is settled: not of port 25. */
OP25B_INLINE int op25b_plain_transport(__u8 next, const __u8 *l4, struct op25b_plain *ret_plain)
{
	const op25b_word2 *ports = (const op25b_word2 *)l4;

	if (next != OP25B_IP_TCP)
		return next == OP25B_IP_UDP;
	if (ports[0] != op25b_host16(OP25B_SMTP) && ports[1] != op25b_host16(OP25B_SMTP))
		return 1;
	ret_plain->sport = op25b_be16(ports);
	ret_plain->dport = op25b_be16(ports + 1);
	return 0;
}

OP25B_INLINE int op25b_plain_v4(struct op25b_frame *f, __u32 l3, struct op25b_plain *ret_plain)
{
	const __u8 *ip = op25b_here(f, l3, 24);
	__u32 length;

	if (!ip || ip[0] != 0x45 || *(const op25b_word2 *)(ip + 6) & op25b_host16(0x3fff))
		return 0;
	length = op25b_be16(ip + 2);
	if (length < 24 || !op25b_within(f, l3 + length))
		return 0;
	*ret_plain = (struct op25b_plain){ .l4 = ip[9] == OP25B_IP_TCP ? l3 + 20 : 0,
					   .end = l3 + length };
	return op25b_plain_transport(ip[9], ip + 20, ret_plain);
}

OP25B_INLINE int op25b_plain_v6(struct op25b_frame *f, __u32 l3, struct op25b_plain *ret_plain)
{
	const __u8 *ip = op25b_here(f, l3, 44);
	__u32 length;

	if (!ip || ip[0] >> 4 != 6)
		return 0;
	length = 40 + op25b_be16(ip + 4);
	if (length < 44 || !op25b_within(f, l3 + length))
		return 0;
	*ret_plain = (struct op25b_plain){ .l4 = ip[6] == OP25B_IP_TCP ? l3 + 40 : 0,
					   .end = l3 + length };
	return op25b_plain_transport(ip[6], ip + 40, ret_plain);
}

/*
 * The family of a packet that is settled; OP25B_FAMILY_COUNT: it is not. *ret_plain: zeroed; filled
 * where the packet is plain and of port 25.
 */
OP25B_INLINE enum op25b_family op25b_plain(struct op25b_frame *f, const struct op25b_link *link,
					   struct op25b_plain *ret_plain)
{
	if (link->type == OP25B_ETH_IPV4)
		return op25b_plain_v4(f, link->l3, ret_plain) ? OP25B_V4 : OP25B_FAMILY_COUNT;
	if (link->type == OP25B_ETH_IPV6)
		return op25b_plain_v6(f, link->l3, ret_plain) ? OP25B_V6 : OP25B_FAMILY_COUNT;
	return OP25B_NO_FAMILY;
}
