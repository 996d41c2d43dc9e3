/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The long way: from an IP header through tunnels named in the policy, extension headers and
 * fragments to the ports, or to the reason why there are none to see.
 */
#pragma once

#include "bpf/packet.h"

OP25B_INLINE int op25b_is_extension(__u8 next)
{
	switch (next) {
	case OP25B_IP_HOPOPTS:
	case OP25B_IP_ROUTING:
	case OP25B_IP_FRAGMENT:
	case OP25B_IP_AH:
	case OP25B_IP_DSTOPTS:
	case OP25B_IP_MOBILITY:
	case OP25B_IP_HIP:
	case OP25B_IP_SHIM6:
		return 1;
	default:
		return 0;
	}
}

OP25B_INLINE enum op25b_seen op25b_parse_ports(struct op25b_frame *f, struct op25b_packet *p)
{
	__u8 spare[4] OP25B_WORDS;
	const __u8 *ports = op25b_at(f, p->l4, sizeof(spare), spare);

	if (!ports)
		return OP25B_SEEN_MALFORMED;
	p->sport = op25b_be16(ports);
	p->dport = op25b_be16(ports + 2);
	return OP25B_SEEN_PORTS;
}

/*
 * One IPv4 header at `off`. `limit`: where the enclosing packet ends, 0 for the frame itself.
 * *ret_next: protocol of a payload that may be a tunnel (4, 41), else 0; p->l4 is then its offset.
 */
OP25B_INLINE enum op25b_seen op25b_parse_v4(struct op25b_frame *f, __u32 off, __u32 limit,
					    struct op25b_packet *p, __u8 *ret_next)
{
	__u32 header, total;
	__u16 fragment;
	__u8 spare[12] OP25B_WORDS, first;
	const __u8 *ip = op25b_at(f, off, sizeof(spare), spare);

	*ret_next = 0;
	if (!ip || ip[0] >> 4 != 4)
		return OP25B_SEEN_MALFORMED;
	header = (ip[0] & 15U) * 4;
	total = op25b_be16(ip + 2);
	if (!total && op25b_is_skb(f))
		total = (limit ? limit : op25b_length(f)) - off;
	p->end = off + total;
	if (header < 20 || total < header || (limit ? p->end > limit : !op25b_within(f, p->end)))
		return OP25B_SEEN_MALFORMED;

	p->l4 = off + header;
	fragment = op25b_be16(ip + 6);
	if (ip[9] != OP25B_IP_TCP) {
		/* A fragment is looked at only if it is TCP: a tunnel's is no whole packet. */
		if (!(fragment & 0x3fff) && (ip[9] == OP25B_IP_IPIP || ip[9] == OP25B_IP_IPV6))
			*ret_next = ip[9];
		return OP25B_SEEN_OTHER;
	}
	if (fragment & 0x1fff)
		return OP25B_SEEN_LATER_FRAGMENT;
	first = fragment >> 13 & 1;
	p->fragment |= first;
	if (total - header < 4)
		return first ? OP25B_SEEN_SHORT_FRAGMENT : OP25B_SEEN_MALFORMED;
	return op25b_parse_ports(f, p);
}

/*
 * Walks the extension headers; w->next is one. A header chain that a first fragment cuts is hidden
 * (RFC 7112). The test stands at the end of the loop because the verifier of 6.1 refuses a loop
 * whose head is reached by falling into it ("back-edge").
 */
OP25B_INLINE void op25b_walk(struct op25b_frame *f, struct op25b_walk *w)
{
	__u32 headers = 0;
	__u8 ext[4] OP25B_WORDS;

	w->seen = OP25B_SEEN_OTHER;
	do {
		if (++headers > OP25B_MAX_HEADERS) {
			w->seen = OP25B_SEEN_NO_TRANSPORT;
			return;
		}
		if (w->at + 8 > w->end || op25b_copy(f, w->at, ext, sizeof(ext)))
			goto cut;
		if (w->next == OP25B_IP_FRAGMENT) {
			if (op25b_be16(ext + 2) & 0xfff8) {
				w->seen = OP25B_SEEN_LATER_FRAGMENT;
				return;
			}
			w->first |= ext[3] & 1;
			w->at += 8; /* the second byte is reserved here, not a length */
		} else if (w->next == OP25B_IP_AH) {
			w->at += (ext[1] + 2U) * 4;
		} else {
			w->at += (ext[1] + 1U) * 8;
		}
		if (w->at > w->end)
			goto cut;
		w->next = ext[0];
	} while (op25b_is_extension(w->next));
	return;
cut:
	w->seen = w->first ? OP25B_SEEN_NO_TRANSPORT : OP25B_SEEN_MALFORMED;
}

/* One IPv6 header at `off`; as op25b_parse_v4(). */
OP25B_INLINE enum op25b_seen op25b_parse_v6(struct op25b_frame *f, __u32 off, __u32 limit,
					    struct op25b_packet *p, __u8 *ret_next)
{
	struct op25b_walk w = { .at = off + 40 };
	__u8 spare[8] OP25B_WORDS;
	const __u8 *ip = op25b_at(f, off, sizeof(spare), spare);
	__u32 length;

	*ret_next = 0;
	if (!ip || ip[0] >> 4 != 6)
		return OP25B_SEEN_MALFORMED;
	length = op25b_be16(ip + 4);
	if (!length && op25b_is_skb(f) && !limit && op25b_length(f) - off > OP25B_V6_MAX)
		length = op25b_length(f) - w.at;
	p->end = w.at + length;
	if (limit ? p->end > limit : !op25b_within(f, p->end))
		return OP25B_SEEN_MALFORMED;

	w.next = ip[6];
	if (op25b_is_extension(w.next)) {
		w.end = p->end;
		op25b_call_walk(f, &w);
		p->fragment |= w.first;
		if (w.seen != OP25B_SEEN_OTHER)
			return w.seen;
	}
	p->l4 = w.at;
	if (w.next != OP25B_IP_TCP) {
		*ret_next = w.next == OP25B_IP_IPIP || w.next == OP25B_IP_IPV6 ? w.next : 0;
		return OP25B_SEEN_OTHER;
	}
	if (w.at + 4 > p->end)
		return w.first ? OP25B_SEEN_NO_TRANSPORT : OP25B_SEEN_MALFORMED;
	return op25b_parse_ports(f, p);
}

/*
 * 1 if the payload `next` of the outer header belongs to a tunnel the policy names; sets
 * p->from_tunnel.
 */
OP25B_INLINE int op25b_parse_endpoint(struct op25b_frame *f, enum op25b_side side, __u8 next,
				      struct op25b_packet *p)
{
	__u32 kind, src, dst;

	if (p->family == OP25B_V4) {
		kind = next == OP25B_IP_IPIP ? OP25B_4IN4 : OP25B_6IN4;
		src = p->l3 + 12;
		dst = p->l3 + 16;
	} else {
		kind = next == OP25B_IP_IPIP ? OP25B_4IN6 : OP25B_6IN6;
		src = p->l3 + 8;
		dst = p->l3 + 24;
	}
	if (side != OP25B_UPSTREAM && op25b_is_tunnel(f, p, kind, dst))
		return 1;
	p->from_tunnel = 1;
	return side != OP25B_SUBSCRIBER && op25b_is_tunnel(f, p, kind, src);
}

/* The packet inside a named tunnel. A second level of tunnel is the subscriber's own business. */
OP25B_INLINE enum op25b_seen op25b_parse_inner(struct op25b_frame *f, __u8 next,
					       struct op25b_packet *p)
{
	__u32 limit = p->end, need = next == OP25B_IP_IPIP ? 20 : 40;
	__u8 deeper, cut = p->family == OP25B_V6 && p->fragment;

	p->l3_inner = p->l4;
	p->inner = next == OP25B_IP_IPIP ? OP25B_V4 : OP25B_V6;
	if (cut && p->l3_inner + need > limit)
		return OP25B_SEEN_NO_TRANSPORT;
	if (p->inner == OP25B_V4)
		return op25b_parse_v4(f, p->l3_inner, limit, p, &deeper);
	return op25b_parse_v6(f, p->l3_inner, limit, p, &deeper);
}

/* Looks into the payload `next` if it belongs to a tunnel the policy names. */
OP25B_INLINE void op25b_tunnel(struct op25b_frame *f, struct op25b_packet *p, enum op25b_side side,
			       __u8 next)
{
	if (op25b_parse_endpoint(f, side, next, p))
		p->seen = (__u8)op25b_parse_inner(f, next, p);
}

/* From the IP header at p->l3 on; p->family says which. */
OP25B_INLINE void op25b_parse_ip(struct op25b_frame *f, enum op25b_side side,
				 struct op25b_packet *p)
{
	__u8 next;

	p->l3_inner = p->l3;
	p->seen = (__u8)(p->family == OP25B_V4 ? op25b_parse_v4(f, p->l3, 0, p, &next) :
						 op25b_parse_v6(f, p->l3, 0, p, &next));
	if (next)
		op25b_call_tunnel(f, p, side, next);
}
