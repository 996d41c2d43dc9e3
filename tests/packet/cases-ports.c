/* SPDX-License-Identifier: BSD-2-Clause */
/* Which ports and segments are judged at all. */
#include "tests/packet/cases.h"

#define OTHER(number, what)                                                                     \
	{ .name = "TCP " #number " (" what ") is never touched",                                \
	  .why = "RFC 5068 3.1: providers must not block submission; design section 4",         \
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(40000, number)),                            \
	  PASSES(OTHER_PORT) },                                                                 \
	{                                                                                       \
		.name = "TCP " #number " (" what ") over IPv6 is never touched",                \
		.why = "RFC 5068 3.1; design section 4",                                        \
		.frame = FRAME(ETH(), V6(LINE6, PEER6), TCP(40000, number)), PASSES(OTHER_PORT) \
	}

#define SEGMENT(text, ...)                                                                   \
	{                                                                                    \
		.name = "a segment with " text " to port 25 is judged like a SYN",           \
		.why = "trap 2: filters of SYN or `ct state new` let split paths by",        \
		.frame = FRAME(ETH(), V4(LINE, PEER), TCP(40000, 25, __VA_ARGS__), DATA(4)), \
		REFUSED(FOREIGN_SERVER, RESET)                                               \
	}

const struct packet_case cases_ports[] = {
	{ .name = "TCP to port 25 of a foreign server is refused",
	  .why = "the subject; design section 4 step 4",
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "TCP over IPv6 to port 25 of a foreign server is refused",
	  .why = "trap 3: filters of IPv4 only",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	OTHER(587, "submission"),
	OTHER(465, "submissions"),
	OTHER(110, "POP"),
	OTHER(143, "IMAP"),
	OTHER(993, "IMAP over TLS"),
	OTHER(995, "POP over TLS"),
	OTHER(443, "HTTPS"),
	{ .name = "port 6400, whose bytes are 25 the other way round, is another port",
	  .why = "byte order",
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(40000, 6400)),
	  PASSES(OTHER_PORT) },
	{ .name = "UDP to port 25 passes",
	  .why = "trap 7: blocking UDP 25 by accident",
	  .frame = FRAME(ETH(), V4(LINE, PEER), UDP(40000, 25)),
	  PASSES(OTHER_PORT) },
	{ .name = "UDP over IPv6 to port 25 passes",
	  .why = "trap 7",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), UDP(40000, 25)),
	  PASSES(OTHER_PORT) },
	{ .name = "SCTP to port 25 passes",
	  .why = "trap 7",
	  .frame = FRAME(ETH(), V4(LINE, PEER), SCTP(40000, 25)),
	  PASSES(OTHER_PORT) },
	{ .name = "ICMP whose bytes look like port 25 passes",
	  .why = "ports are TCP's alone",
	  .frame = FRAME(ETH(), V4(LINE, PEER), ICMP(0x0800, .check = IS(25))),
	  PASSES(OTHER_PORT) },
	{ .name = "a segment from port 25 of a subscriber's server passes on the subscriber side",
	  .why = "design section 4: that side looks at the destination port only",
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(25, 40000, .flags = TCP_SYN | TCP_ACK)),
	  PASSES(OTHER_PORT) },
	{ .name = "a segment from port 25 to port 25 is judged by its destination",
	  .why = "design section 4: the subscriber side",
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(25, 25)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	SEGMENT("ACK only", .flags = TCP_ACK),
	SEGMENT("data", .flags = TCP_ACK | TCP_PSH),
	SEGMENT("FIN", .flags = TCP_FIN | TCP_ACK),
	SEGMENT("no flag at all", .flags = IS(0)),
	SEGMENT("SYN and ACK", .flags = TCP_SYN | TCP_ACK),
	SEGMENT("SYN and FIN", .flags = TCP_SYN | TCP_FIN),
	SEGMENT("URG", .flags = TCP_URG | TCP_ACK),
	SEGMENT("a wrong checksum", .check = IS(0xdead)),
	SEGMENT("TCP options", .options = 40),
	{ 0 },
};
