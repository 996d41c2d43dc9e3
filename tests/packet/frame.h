/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames written down as lists of layers, from the outside in:
 *
 *   FRAME(ETH(), TAG(0x8100, 5), PPPOE(), V4(LINE, PEER, .options = 8), TCP(40000, 25), DATA(10))
 *
 * Next-protocol fields, lengths and checksums come out right by themselves; each can be made wrong
 * with IS(value). Must not share code with what it tests: it has its own checksums and offsets.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX 73728U

struct frame {
	size_t length;
	uint8_t data[FRAME_MAX];
};

enum layer_kind {
	LAYER_END,
	LAYER_ETH,
	LAYER_TAG,
	LAYER_PPPOE,
	LAYER_V4,
	LAYER_V6,
	LAYER_EXTENSION, /* any IPv6 extension header counted in units of 8 */
	LAYER_FRAGMENT,
	LAYER_AH,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_SCTP,
	LAYER_ICMP, /* v4 or v6, by the IP header before it; eight bytes */
	LAYER_GRE,
	LAYER_DATA,    /* size bytes of a pattern */
	LAYER_BYTES,   /* size bytes of `bytes` */
	LAYER_PADDING, /* size zeros that no length counts */
	LAYER_CUT,     /* leaves only size bytes of the finished frame */
};

/* A field that is 0 is worked out; IS(v) says v whatever is right. */
#define IS(v) (0x10000U + (v))

struct layer {
	enum layer_kind kind;
	const char *src, *dst; /* IP addresses; MACs on ETH */
	const void *bytes;
	uint32_t type;     /* tag: TPID; extension: protocol number; ICMP: type << 8 | code */
	uint32_t size;     /* data: bytes; extension and AH: bytes of the whole header (8) */
	uint32_t id;       /* VLAN, PPPoE session, IP identification, ICMP's second word */
	uint32_t options;  /* bytes of IPv4 or TCP options, a multiple of 4 */
	uint32_t offset;   /* fragment offset in units of 8 */
	uint32_t more;     /* 1: more fragments */
	uint32_t reserved; /* of a fragment header: its second byte */
	uint32_t df;       /* IPv4: don't fragment */
	uint32_t pfc;      /* PPPoE: protocol as one byte (RFC 1661 6.5) */
	uint32_t ttl;      /* 64 */
	uint32_t sport, dport, flags, window;
	uint32_t seq, ack;
	/* To be broken with IS(). */
	uint32_t next;    /* type, protocol or next header */
	uint32_t length;  /* total, payload, PPPoE or extension length field */
	uint32_t header;  /* IPv4 header length in words, TCP data offset */
	uint32_t version; /* of IP */
	uint32_t check;   /* of TCP, ICMP or the IPv4 header */
};

#define FRAME(...) ((const struct layer[]){ __VA_ARGS__, { .kind = LAYER_END } })

#define ETH(...)                               \
	{                                      \
		.kind = LAYER_ETH, __VA_ARGS__ \
	}
#define TAG(tpid, vid)                                         \
	{                                                      \
		.kind = LAYER_TAG, .type = (tpid), .id = (vid) \
	}
#define PPPOE(...)                               \
	{                                        \
		.kind = LAYER_PPPOE, __VA_ARGS__ \
	}
#define V4(from, to, ...)                                                 \
	{                                                                 \
		.kind = LAYER_V4, .src = (from), .dst = (to), __VA_ARGS__ \
	}
#define V6(from, to, ...)                                                 \
	{                                                                 \
		.kind = LAYER_V6, .src = (from), .dst = (to), __VA_ARGS__ \
	}
#define EXT(number, ...)                                               \
	{                                                              \
		.kind = LAYER_EXTENSION, .type = (number), __VA_ARGS__ \
	}
#define FRAGMENT(...)                               \
	{                                           \
		.kind = LAYER_FRAGMENT, __VA_ARGS__ \
	}
#define AH(...)                               \
	{                                     \
		.kind = LAYER_AH, __VA_ARGS__ \
	}
#define TCP(from, to, ...)                                                     \
	{                                                                      \
		.kind = LAYER_TCP, .sport = (from), .dport = (to), __VA_ARGS__ \
	}
#define UDP(from, to)                                             \
	{                                                         \
		.kind = LAYER_UDP, .sport = (from), .dport = (to) \
	}
#define SCTP(from, to)                                             \
	{                                                          \
		.kind = LAYER_SCTP, .sport = (from), .dport = (to) \
	}
#define ICMP(number, ...)                                         \
	{                                                         \
		.kind = LAYER_ICMP, .type = (number), __VA_ARGS__ \
	}
#define GRE()                     \
	{                         \
		.kind = LAYER_GRE \
	}
#define DATA(n)                                 \
	{                                       \
		.kind = LAYER_DATA, .size = (n) \
	}
#define BYTES(b)                                                         \
	{                                                                \
		.kind = LAYER_BYTES, .bytes = (b), .size = sizeof(b) - 1 \
	}
#define BYTES_N(b, n)                                          \
	{                                                      \
		.kind = LAYER_BYTES, .bytes = (b), .size = (n) \
	}
#define PADDING(n)                                 \
	{                                          \
		.kind = LAYER_PADDING, .size = (n) \
	}
#define CUT(n)                                 \
	{                                      \
		.kind = LAYER_CUT, .size = (n) \
	}

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

/* Build the frame; a list that can't be built ends the program. TCP flags 0 mean SYN: IS(0) none.
 */
void frame_build(struct frame *frame, const struct layer *layers);

/* Offset of the n-th layer of that kind (from 0) in the frame that the list makes. */
size_t frame_offset(const struct layer *layers, enum layer_kind kind, unsigned int n);

/* Where the packet ends and padding begins. */
size_t frame_end(const struct layer *layers);

/* RFC 1071 sum of n bytes, not complemented, added to `sum`. */
uint32_t frame_sum(uint32_t sum, const uint8_t *bytes, size_t n);
uint16_t frame_fold(uint32_t sum);
