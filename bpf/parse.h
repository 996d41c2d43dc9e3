/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is seen of a frame: design section 4, "What is seen of a packet". Finds the ports, or says
 * why there are none to find. Compiled by the BPF programs and, for `--engine native`, by user
 * space; each defines struct op25b_frame and the functions declared below.
 *
 * Must not look at anything behind the ports. Offsets are bytes from the start of the frame.
 */
#pragma once

#include "op25b/abi.h"
#include "policy/order.h"

/*
 * Packet bytes are read in words, at any address. In BPF that takes a type that claims to be
 * aligned, or clang loads byte by byte; machines without unaligned loads refuse the program when it
 * is verified (x86-64, arm64, s390x and ppc64 have them).
 */
#ifdef __bpf__
#define OP25B_WORD(type) type __attribute__((may_alias))
#else
#define OP25B_WORD(type) type __attribute__((may_alias, aligned(1)))
#endif
typedef OP25B_WORD(__u16) op25b_word2;
typedef OP25B_WORD(__u32) op25b_word4;
typedef OP25B_WORD(__u64) op25b_word8;
#define OP25B_WORDS __attribute__((aligned(8)))

#define OP25B_INLINE static inline __attribute__((always_inline))

enum op25b_seen {
	OP25B_SEEN_OTHER, /* not TCP, nothing we look into, or surely not port 25 */
	OP25B_SEEN_MALFORMED,
	OP25B_SEEN_LATER_FRAGMENT,
	OP25B_SEEN_PORTS,
	OP25B_SEEN_SHORT_FRAGMENT, /* hidden: IPv4 first fragment without ports */
	OP25B_SEEN_NO_TRANSPORT,   /* hidden: IPv6, RFC 7112 or too many headers */
};

struct op25b_packet {
	__u8 seen;          /* enum op25b_seen */
	__u8 family;        /* of the outer header; OP25B_NO_FAMILY: no IP */
	__u8 inner;         /* family of the header in a named tunnel; else OP25B_NO_FAMILY */
	__u8 from_tunnel;   /* 1: the outer source is the endpoint, 0: the outer destination */
	__u8 fragment;      /* 1: a first fragment */
	__u8 pppoe;         /* 1: a PPPoE session header stands before l3 */
	__u16 sport, dport; /* host order; with OP25B_SEEN_PORTS */
	__u32 l3;           /* outer IP header */
	__u32 l3_inner;     /* inner IP header; l3 where there is no tunnel */
	__u32 l4;           /* TCP header; with OP25B_SEEN_PORTS */
	__u32 end;          /* of the innermost IP packet, by its own length */
	__u32 generation;   /* slot + 1 of the generation this packet uses; 0: not chosen yet */
};

/* Where a walk over IPv6 extension headers stands. */
struct op25b_walk {
	__u32 at, end; /* next header to read; end of the packet */
	__u8 next;     /* protocol at `at` */
	__u8 first;    /* 1: a first fragment */
	__u8 seen; /* OP25B_SEEN_OTHER: `next` is no extension header; else what the packet is */
};

/* What the includer brings; n is a constant. */
struct op25b_frame;
/*
 * n bytes of the frame, in place or, where they can't be read there, copied to `spare` (n bytes,
 * OP25B_WORDS). NULL: past the end of the frame.
 */
OP25B_INLINE const void *op25b_at(struct op25b_frame *f, __u32 off, __u32 n, void *spare);
/* The same; NULL also where they can't be read in place. */
OP25B_INLINE const void *op25b_here(struct op25b_frame *f, __u32 off, __u32 n);
/* Copies, also from an offset that came through many branches. Not 0: past the end. */
OP25B_INLINE int op25b_copy(struct op25b_frame *f, __u32 off, void *to, __u32 n);
/* 1 if the frame has `end` bytes. */
OP25B_INLINE int op25b_within(struct op25b_frame *f, __u32 end);
OP25B_INLINE __u32 op25b_length(struct op25b_frame *f);
/* 1 on tc, where GRO may have set lengths to 0. */
OP25B_INLINE int op25b_is_skb(struct op25b_frame *f);
/* 1 if the address at addr_off is an endpoint of that kind (enum op25b_tunnel_kind). */
OP25B_INLINE int op25b_is_tunnel(struct op25b_frame *f, struct op25b_packet *p, __u32 kind,
				 __u32 addr_off);
/*
 * Ways to call op25b_walk() and op25b_tunnel(); in BPF through a global function (calls.h says
 * why).
 */
OP25B_INLINE void op25b_call_walk(struct op25b_frame *f, struct op25b_walk *w);
OP25B_INLINE void op25b_call_tunnel(struct op25b_frame *f, struct op25b_packet *p,
				    enum op25b_side side, __u8 next);

#define OP25B_SMTP 25

/* Network order, as they are read. */
#define OP25B_ETH_IPV4  op25b_host16(0x0800)
#define OP25B_ETH_IPV6  op25b_host16(0x86dd)
#define OP25B_ETH_PPPOE op25b_host16(0x8864)
#define OP25B_PPP_IPV4  op25b_host16(0x0021)
#define OP25B_PPP_IPV6  op25b_host16(0x0057)

#define OP25B_MAX_TAGS    3
#define OP25B_MAX_HEADERS 8

/* GRO on tc can join more than the IPv6 length field can say (BIG TCP); it then says 0. */
#define OP25B_V6_MAX (40U + 65535U)

enum {
	OP25B_IP_HOPOPTS = 0,
	OP25B_IP_IPIP = 4,
	OP25B_IP_TCP = 6,
	OP25B_IP_UDP = 17,
	OP25B_IP_IPV6 = 41,
	OP25B_IP_ROUTING = 43,
	OP25B_IP_FRAGMENT = 44,
	OP25B_IP_AH = 51,
	OP25B_IP_DSTOPTS = 60,
	OP25B_IP_MOBILITY = 135,
	OP25B_IP_HIP = 139,
	OP25B_IP_SHIM6 = 140,
};

OP25B_INLINE __u16 op25b_be16(const void *p)
{
	return op25b_host16(*(const op25b_word2 *)p);
}

OP25B_INLINE int op25b_is_tag(__u32 type)
{
	return type == op25b_host16(0x8100) || type == op25b_host16(0x88a8) ||
	       type == op25b_host16(0x9100);
}

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

/*
 * The short way for what nearly every packet is: a whole one, without options, extension headers or
 * tunnel, whose headers can be read in place. What it finds is what the long way would find. Bench
 * rows a.*.
 */
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

/* What op25b_plain() does not settle, from the IP header on; fills *p. */
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
	struct op25b_plain unused = {};
	enum op25b_family settled = op25b_plain(f, &link, &unused);

	if (settled == OP25B_FAMILY_COUNT)
		op25b_parse_rest(f, &link, side, p);
	else
		*p = (struct op25b_packet){ .family = (__u8)settled, .l3 = link.l3 };
}
