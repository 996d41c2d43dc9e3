/* SPDX-License-Identifier: BSD-2-Clause */
/* Resets go back in the tags, the PPPoE session and the tunnel their packet came in. */
#include "tests/packet/answers.h"

#define SYN   TCP(40000, 25, .seq = 1000, .options = 20)
#define HOME  "192.168.1.5"
#define HOME6 "2001:db8:9::7"
#define LIMIT EXT(60, .bytes = "\x04\x01\x04\x01\x01\x00")
#define TO4   V4(LINE, PEER), SYN
#define TO6   V6(LINE6, PEER6), SYN
#define FROM4 V4(PEER, LINE, .df = 1), RESET_ACK(1001)
#define FROM6 V6(PEER6, LINE6), RESET_ACK(1001)

const struct answer_case answers_reset_framed[] = {
	{ .name = "a reset keeps the VLAN tag",
	  .why = "the line is in that VLAN",
	  .in = FRAME(ETH(), TAG(0x8100, 5), TO4),
	  .out = FRAME(BACK, TAG(0x8100, 5), FROM4, PADDING(6)) },
	{ .name = "a reset keeps priority and both tags of QinQ",
	  .why = "service and customer tag name the line",
	  .in = FRAME(ETH(), TAG(0x88a8, 0x6005), TAG(0x8100, 0x2fff), TO4),
	  .out = FRAME(BACK, TAG(0x88a8, 0x6005), TAG(0x8100, 0x2fff), FROM4) },
	{ .name = "a reset keeps three tags over IPv6",
	  .why = "design section 4: up to three",
	  .in = FRAME(ETH(), TAG(0x9100, 5), TAG(0x88a8, 6), TAG(0x8100, 7), TO6),
	  .out = FRAME(BACK, TAG(0x9100, 5), TAG(0x88a8, 6), TAG(0x8100, 7), FROM6) },
	{ .name = "a reset keeps the PPPoE session and has its length",
	  .why = "RFC 2516 4: the length of the payload",
	  .in = FRAME(ETH(), PPPOE(.id = 0x4321), TO4),
	  .out = FRAME(BACK, PPPOE(.id = 0x4321), FROM4) },
	{ .name = "a reset of data in PPPoE has the answer's length",
	  .why = "RFC 2516 4",
	  .in = FRAME(ETH(), PPPOE(), V4(LINE, PEER), TCP(40000, 25, .flags = TCP_ACK, .ack = 7777),
		      DATA(1400)),
	  .out = FRAME(BACK, PPPOE(), V4(PEER, LINE, .df = 1), RESET_SEQ(7777)) },
	{ .name = "a reset over IPv6 keeps PPPoE in QinQ",
	  .why = "RFC 2516; design section 4",
	  .in = FRAME(ETH(), TAG(0x88a8, 5), TAG(0x8100, 6), PPPOE(), TO6),
	  .out = FRAME(BACK, TAG(0x88a8, 5), TAG(0x8100, 6), PPPOE(), FROM6) },
	{ .name = "a reset over IPv6 keeps PPPoE in three tags",
	  .why = "the longest link header there is",
	  .in = FRAME(ETH(), TAG(0x9100, 5), TAG(0x88a8, 6), TAG(0x8100, 7), PPPOE(), TO6),
	  .out = FRAME(BACK, TAG(0x9100, 5), TAG(0x88a8, 6), TAG(0x8100, 7), PPPOE(), FROM6) },
	{ .name = "a reset goes back inside DS-Lite, from the AFTR",
	  .why = "RFC 6333: what is behind the AFTR is reached through it",
	  .in = FRAME(ETH(), V6(LINE6, AFTR), V4(HOME, PEER), SYN),
	  .out = FRAME(BACK, V6(AFTR, LINE6), V4(PEER, HOME, .df = 1), RESET_ACK(1001)) },
	{ .name = "a tunnel encapsulation limit is not sent back",
	  .why = "RFC 2473 5.1: an option of the other direction",
	  .in = FRAME(ETH(), V6(LINE6, AFTR), LIMIT, V4(HOME, PEER), SYN),
	  .out = FRAME(BACK, V6(AFTR, LINE6), V4(PEER, HOME, .df = 1), RESET_ACK(1001)) },
	{ .name = "a reset goes back inside 6in4",
	  .why = "RFC 4213",
	  .in = FRAME(ETH(), V4(LINE, END_6IN4, .options = 4), V6(HOME6, PEER6), SYN),
	  .out = FRAME(BACK, V4(END_6IN4, LINE, .df = 1), V6(PEER6, HOME6), RESET_ACK(1001)) },
	{ .name = "a reset goes back inside IPIP",
	  .why = "RFC 2003",
	  .in = FRAME(ETH(), V4(LINE, END_4IN4), V4(HOME, PEER, .options = 8), SYN),
	  .out = FRAME(BACK, V4(END_4IN4, LINE, .df = 1), V4(PEER, HOME, .df = 1),
		       RESET_ACK(1001)) },
	{ .name = "a reset goes back inside 6in6",
	  .why = "RFC 2473",
	  .in = FRAME(ETH(), V6(LINE6, END_6IN6), EXT(0), V6(HOME6, PEER6), EXT(60), SYN),
	  .out = FRAME(BACK, V6(END_6IN6, LINE6), V6(PEER6, HOME6), RESET_ACK(1001)) },
	{ .name = "a reset goes back inside DS-Lite in PPPoE in QinQ",
	  .why = "all of it together",
	  .in = FRAME(ETH(), TAG(0x88a8, 5), TAG(0x8100, 6), PPPOE(), V6(LINE6, AFTR),
		      V4(HOME, PEER), SYN),
	  .out = FRAME(BACK, TAG(0x88a8, 5), TAG(0x8100, 6), PPPOE(), V6(AFTR, LINE6),
		       V4(PEER, HOME, .df = 1), RESET_ACK(1001)) },
	{ 0 },
};
