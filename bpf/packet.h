/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is read of a frame, and the ways to read it: each includer (BPF programs, user space)
 * defines struct op25b_frame and the functions declared here. Offsets are bytes from the start of
 * the frame.
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
