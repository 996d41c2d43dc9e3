/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The contract between the BPF programs and user space: the words of a verdict, the layout of a
 * generation (everything a packet consults), counters, events. Compiled by both sides; every
 * layout has a static assert on its size. A change of any layout raises OP25B_ABI.
 *
 * A generation is four inner maps: the front (one struct op25b_front; always of one size, so that
 * programs read it without a call), the image (an mmap-able array of 64-byte blocks: pools, cells,
 * two bytes for each line), the prefixes (a small LPM trie) and the exceptions (a hash).
 * A packet picks its generation once, by control.slot; op25b_control.slot is the only word that
 * changes when a policy is applied.
 */
#pragma once

#include <linux/types.h>

#define OP25B_ABI 5U

enum op25b_side { OP25B_SUBSCRIBER, OP25B_UPSTREAM, OP25B_BOTH };

enum op25b_verdict { OP25B_PASS, OP25B_COUNT, OP25B_REFUSE };

/* How a refused packet is answered; the value is kept in tables, so append only. */
enum op25b_how { OP25B_HOW_NONE, OP25B_DROP, OP25B_RESET, OP25B_UNREACHABLE, OP25B_NOTICE };

enum op25b_manner { OP25B_GREETING, OP25B_LATER, OP25B_HELO };

/* Each reason: enum tail, the word users see. Counters, events and tables keep the number. */
#define OP25B_REASONS(X)                                        \
	X(OTHER_PORT, "other-port")                             \
	X(MALFORMED, "malformed")                               \
	X(LATER_FRAGMENT, "later-fragment")                     \
	X(NOT_A_SUBSCRIBER, "not-a-subscriber")                 \
	X(UNRESTRICTED, "unrestricted")                         \
	X(BEFORE_START, "before-start")                         \
	X(OTHER_DESTINATION, "other-destination")               \
	X(DESIGNATED_SERVER, "designated-server")               \
	X(EXEMPTION, "exemption")                               \
	X(HOLD, "hold")                                         \
	X(DESIGNATED_SERVER_CLOSED, "designated-server-closed") \
	X(FOREIGN_SERVER, "foreign-server")                     \
	X(REVERSE_PATH, "reverse-path")                         \
	X(SHORT_FRAGMENT, "short-fragment")                     \
	X(HIDDEN_TRANSPORT, "hidden-transport")

enum op25b_reason {
#define OP25B_REASON_ENUM(tail, word) OP25B_##tail,
	OP25B_REASONS(OP25B_REASON_ENUM)
#undef OP25B_REASON_ENUM
		OP25B_REASON_COUNT
};

/* 0 is kept for frames that carry no IP at all. */
enum op25b_family { OP25B_NO_FAMILY, OP25B_V4, OP25B_V6, OP25B_FAMILY_COUNT };

/* A decision, as one word: what BPF_PROG_TEST_RUN of the explain programs returns. */
struct op25b_decision {
	__u8 verdict;  /* enum op25b_verdict */
	__u8 reason;   /* enum op25b_reason */
	__u8 how;      /* enum op25b_how; OP25B_HOW_NONE unless refused */
	__u8 manner;   /* enum op25b_manner; with OP25B_NOTICE only */
	__u16 service; /* index in the generation, 0: none found */
};

#define OP25B_PACK(verdict, reason, how, manner, service)                                     \
	((__u32)(verdict) | (__u32)(how) << 2 | (__u32)(manner) << 5 | (__u32)(reason) << 8 | \
	 (__u32)(service) << 16)
#define OP25B_PACKED_VERDICT(w) ((w)&3U)
#define OP25B_PACKED_HOW(w)     ((w) >> 2 & 7U)
#define OP25B_PACKED_MANNER(w)  ((w) >> 5 & 7U)
#define OP25B_PACKED_REASON(w)  ((w) >> 8 & 0xffU)
#define OP25B_PACKED_SERVICE(w) ((w) >> 16)

/* ---- the image ------------------------------------------------------------------------- */

/* Bytes. Array elements are rounded up to 8, so two-byte elements would cost four times. */
#define OP25B_BLOCK 64U

#define OP25B_UNIT_DEFAULT   0U
#define OP25B_UNIT_EXCEPTION 65535U
#define OP25B_SERVICE_MAX    65534U

struct op25b_pool {
	__u64 net;   /* v4: the address; v6: its top 64 bits; host order */
	__u32 units; /* index of the first unit in the image's units; ~0: sparse, only exceptions */
	__u16 service; /* of units that say OP25B_UNIT_DEFAULT */
	__u8 shift;    /* v4: 32 - line; v6: 64 - line */
	__u8 len;      /* prefix length of the pool */
	/* The mapping rule of a pool whose addresses are shared: policy/shared.h. */
	__u64 map_net;    /* top 64 bits of its IPv6 prefix, host order */
	__u8 map_shift;   /* 64 - length of a line's IPv6 prefix: where the EA bits end */
	__u8 psid_offset; /* bits of a port before the PSID */
	__u8 psid_len;    /* 0: no rule */
	__u8 pad[5];
};
_Static_assert(sizeof(struct op25b_pool) == 32, "two a block");

#define OP25B_POOL_SPARSE 0xffffffffU

/*
 * What a service gets towards a class of peers, at the generation's time: design section 4, steps
 * 2 to 4, worked out when the generation is made. `action` is what the rule does if `except` is
 * not looked at (hidden packets); with reason DESIGNATED_SERVER a visible packet passes.
 */
struct op25b_cell {
	__u8 action; /* enum op25b_verdict */
	__u8 reason;
	__u8 how;
	__u8 manner;
	__u32 counter; /* slot of the service in the counters */
};
_Static_assert(sizeof(struct op25b_cell) == 8, "eight a block");

/* ---- the front --------------------------------------------------------------------------- */

#define OP25B_ROOT4     65536U /* entries, by the top 16 bits of a v4 address */
#define OP25B_PEER_BITS 65536U
#define OP25B_LENS      130U  /* prefix lengths 0 to 128 and the end */
#define OP25B_NEAR      4096U /* cells that the front has too */

enum op25b_front_flag {
	OP25B_FRONT_REVERSE_PATH = 1 << 0, /* the upstream side is looked at */
	OP25B_FRONT_OUTSIDE4 = 1 << 1,     /* exceptions exist outside every pool */
	OP25B_FRONT_OUTSIDE6 = 1 << 2,
};

/* pools, cells, units: the block of the image where they begin. */
struct op25b_front_head {
	__u32 abi;
	__u32 flags; /* enum op25b_front_flag */
	__u32 n_blocks;
	__u32 n_services; /* indices 1..n_services */
	__u32 n_classes;  /* of peers; class 0: in no list */
	__u32 n_pools;
	__u32 pools; /* struct op25b_pool, two a block */
	__u32 cells; /* struct op25b_cell, eight a block, [service][class]: all of them */
	__u32 units; /* __u16, 32 a block */
	__u32 pad[5];
	__u64 digest; /* of the policy and time it was made from; 0: unknown */
};
_Static_assert(sizeof(struct op25b_front_head) == 64, "no padding");

/* One prefix length the exceptions of a family have, with its mask: no program computes one. */
struct op25b_exception_len {
	__u64 mask[2]; /* network order */
	__u32 len;
	__u32 pad[3];
};
_Static_assert(sizeof(struct op25b_exception_len) == 32, "no padding");

#define OP25B_LEN_END 0xffffffffU

enum op25b_root4_kind {
	OP25B_ROOT4_NONE,  /* no pool touches this /16 */
	OP25B_ROOT4_POOL,  /* one pool holds all of it: here is what to know of the pool */
	OP25B_ROOT4_SPLIT, /* ask the trie */
};

struct op25b_root4 {
	__u32 units;   /* index of the unit of the /16's first address; ~0: sparse */
	__u16 service; /* as in struct op25b_pool */
	__u8 shift;
	__u8 kind; /* enum op25b_root4_kind */
};
_Static_assert(sizeof(struct op25b_root4) == 8, "no padding");

/* Bit of the top 32 bits of a v6 peer, host order; of a v4 peer it is the top 16 bits. */
#define OP25B_PEER6_BIT(top) (((top) ^ (top) >> 16) & 0xffffU)

/* Of two: [0] v4, [1] v6. */
struct op25b_front {
	struct op25b_front_head head;
	struct op25b_exception_len lens[2][OP25B_LENS]; /* longest first, ended by OP25B_LEN_END */
	__u64 peers[2][OP25B_PEER_BITS / 64];           /* a clear bit: no list has such a peer */
	struct op25b_cell near[OP25B_NEAR];             /* the first cells: of most policies, all */
	struct op25b_root4 root4[OP25B_ROOT4];
};
_Static_assert(sizeof(struct op25b_front) == 64 + 260 * 32 + 2 * 8192 + 4096 * 8 + 65536 * 8,
	       "no padding");

/* ---- prefixes: LPM trie, small ------------------------------------------------------------ */

enum op25b_prefix_kind {
	OP25B_PREFIX_POOL4 = 1, /* value: index of the pool */
	OP25B_PREFIX_POOL6,
	OP25B_PREFIX_PEER4, /* value: class */
	OP25B_PREFIX_PEER6,
	OP25B_PREFIX_TUNNEL, /* + enum op25b_tunnel_kind; whole addresses; value: 1 */
};

enum op25b_tunnel_kind { OP25B_4IN6, OP25B_6IN4, OP25B_4IN4, OP25B_6IN6 };

struct op25b_prefix_key {
	__u32 prefixlen; /* 32 bits of kind, then those of the address */
	__u32 kind;
	__u8 addr[16]; /* network order; v4 in the first four, the rest 0 */
};
_Static_assert(sizeof(struct op25b_prefix_key) == 24, "no padding");

/* ---- exceptions: hash --------------------------------------------------------------------- */

struct op25b_exception_key {
	__u8 addr[16]; /* masked to len; v4 in the first four */
	__u8 family;
	__u8 len;
	__u8 pad[2];
};
_Static_assert(sizeof(struct op25b_exception_key) == 20, "no padding");

enum op25b_exception_flag { OP25B_EXEMPT = 1 << 0, OP25B_HELD = 1 << 1 };

/*
 * The longest entry that holds an address has merged into it what shorter ones say, except grants
 * to another line.
 */
struct op25b_exception {
	__u16 service; /* 0: the pool's default */
	__u8 flags;    /* enum op25b_exception_flag */
	__u8 hold_how;
	__u8 hold_manner;
	__u8 pad[3];
};
_Static_assert(sizeof(struct op25b_exception) == 8, "no padding");

/* ---- control, counters, events ------------------------------------------------------------ */

struct op25b_control {
	__u32 abi;
	__u32 slot;        /* which generation: 0 or 1; the switch is one store */
	__u32 answer_rate; /* answers a second and line; 0: none */
	__u32 answer_burst;
	__u32 event_rate; /* events a second and line; 0: none */
	__u32 event_burst;
	__u8 icmp4[4]; /* source of ICMP answers; all zero: the refused destination */
	__u8 icmp6[16];
	__u32 notice_rate; /* notices a second and line; 0: none */
	__u32 notice_burst;
	__u32 notice_mark; /* what the host routes to itself; 0: no notices, but resets */
	__u8 pad[8];
};
_Static_assert(sizeof(struct op25b_control) == 64, "one block");

#define OP25B_SLOTS         2U
#define OP25B_COUNTER_SLOTS 1024U
#define OP25B_COUNTER_NONE  0U                         /* packets of no service */
#define OP25B_COUNTER_OTHER (OP25B_COUNTER_SLOTS - 1U) /* services beyond the table */
#define OP25B_REASON_SLOTS  16U
_Static_assert(OP25B_REASON_COUNT <= OP25B_REASON_SLOTS, "a counter for each reason");

/* Packets of one service on one CPU; [counted]: 1 where the verdict was count. */
struct op25b_counter {
	__u64 packets[OP25B_FAMILY_COUNT][2][OP25B_REASON_SLOTS];
};

/*
 * What answering did with refused packets; one per-CPU record; append only. A packet that was to
 * get a notice and got a reset is in two of them: why, and what became of the reset.
 */
enum op25b_answer {
	OP25B_ANSWERED,       /* reset or ICMP sent back */
	OP25B_ANSWER_LIMITED, /* above the line's limit: dropped */
	OP25B_ANSWER_NOT_DUE, /* how is drop, RST, fragment, no valid address: dropped */
	OP25B_ANSWER_FAILED,  /* the frame could not be rebuilt: dropped */
	OP25B_EVENT_LOST,     /* ring full */
	OP25B_NOTICED,        /* a connection attempt given to the responder's door */
	OP25B_NOTICE_CARRIED, /* a later packet, given to its connection or to the door */
	OP25B_NOTICE_LIMITED, /* above the line's limit, or that of unknown lines */
	OP25B_NOTICE_AWAY,    /* no door: nobody listens */
	OP25B_NOTICE_FULL,    /* the responder has as many connections as it takes */
	OP25B_NOTICE_UNFIT,   /* tagged, tunnelled, in fragments, on a barred interface, ... */
	OP25B_ANSWER_COUNT = 16
};

/* ---- notices ------------------------------------------------------------------------------ */

#define OP25B_DOORS 16384U

/* Which listening socket answers what was refused: each text of a generation has one a family. */
struct op25b_door_key {
	__u64 digest;  /* of the generation */
	__u16 service; /* index in the generation; 0: none */
	__u8 reason;   /* enum op25b_reason */
	__u8 manner;   /* enum op25b_manner */
	__u8 family;   /* enum op25b_family */
	__u8 pad[3];
};
_Static_assert(sizeof(struct op25b_door_key) == 16, "no padding");

/* What may be done about notices on an interface; where nothing is said, tc may give them. */
enum op25b_notice_port {
	OP25B_NOTICE_BARRED = 1 << 0, /* not even tc: the host doesn't route what comes in there */
	OP25B_NOTICE_BELOW = 1 << 1,  /* XDP leaves them to the tc half, which stands below it */
};

#define OP25B_NOTICE_PORTS 65536U

/* Written by the responder. */
struct op25b_notice_page {
	__u32 full; /* 1: takes no more connections for now */
	__u32 pad[15];
};
_Static_assert(sizeof(struct op25b_notice_page) == 64, "one block");

/* One connection attempt (SYN) that was refused or counted. */
struct op25b_event {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u32 ifindex;
	__u16 service; /* index in generation `generation` */
	__u16 peer_port;
	__u64 digest;  /* of the generation that decided */
	__u8 line[16]; /* v4 in the first four */
	__u8 peer[16];
	__u8 line_family;
	__u8 peer_family;
	__u8 side;
	__u8 verdict;
	__u8 reason;
	__u8 how;
	__u16 line_port; /* by which lines that share an address are told apart; 0: not seen */
};
_Static_assert(sizeof(struct op25b_event) == 64, "no padding");

/*
 * Connections a second that may be given to doors for lines whose link-layer address the host would
 * have to ask for, all lines together: each is a neighbour for some 3 seconds, of the 1024 that
 * Linux keeps unless told otherwise (gc_thresh3), and a forged source is one for nothing.
 */
#define OP25B_UNKNOWN_RATE  64U
#define OP25B_UNKNOWN_BURST 128U

/* Token buckets of one line; with OP25B_NO_FAMILY, the notices of all lines that are unknown. */
struct op25b_rate_key {
	__u8 addr[16]; /* v4 whole, v6 its /64 */
	__u32 family;
};
struct op25b_rate {
	__u64 time_ns;
	__u32 answers; /* tokens, thousandths */
	__u32 events;
	__u32 notices;
	__u32 pad;
};
_Static_assert(sizeof(struct op25b_rate) == 24, "no padding");
