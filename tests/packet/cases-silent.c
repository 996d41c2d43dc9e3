/* SPDX-License-Identifier: BSD-2-Clause */
/* Refused without an answer, though the policy asks for one: whom an answer would hit, or teach. */
#include "tests/packet/cases.h"

#define SILENT_SOURCE(address, what)                                                      \
	{                                                                                 \
		.name = "a source of " what " gets no answer",                            \
		.why = "RFC 1122 3.2.2, RFC 4443 2.4: to nobody, to no group",            \
		.frame = FRAME(ETH(), V4(address, PEER), TCP(40000, 25)), .silent = true, \
		REFUSED(FOREIGN_SERVER, RESET)                                            \
	}

#define SILENT_SOURCE6(address, what)                                                      \
	{                                                                                  \
		.name = "an IPv6 source of " what " gets no answer",                       \
		.why = "RFC 4443 2.4: to nobody, to no group",                             \
		.frame = FRAME(ETH(), V6(address, PEER6), TCP(40000, 25)), .silent = true, \
		REFUSED(FOREIGN_SERVER, RESET)                                             \
	}

const struct packet_case cases_silent[] = {
	{ .name = "RST is refused without answer",
	  .why = "RFC 9293 3.10.7.1: a RST is never answered with a RST",
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(40000, 25, .flags = TCP_RST)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "RST with ACK is refused without ICMP",
	  .why = "trap 8",
	  .frame = FRAME(ETH(), V4(LINE_U, PEER), TCP(40000, 25, .flags = TCP_RST | TCP_ACK)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, UNREACHABLE) },
	{ .name = "a first fragment is refused without ICMP",
	  .why = "its other fragments are not here; design section 4",
	  .frame = FRAME(ETH(), V4(LINE_U, PEER, .more = 1), TCP(40000, 25), DATA(4)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, UNREACHABLE) },
	{ .name = "a TCP header cut by the packet's end is refused without answer",
	  .why = "RFC 9293: no sequence number to answer",
	  .frame = FRAME(ETH(), V4(LINE, PEER, .length = IS(39)), TCP(40000, 25)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "a TCP header cut by the packet's end is refused without answer over IPv6",
	  .why = "RFC 9293",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6, .length = IS(19)), TCP(40000, 25)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "a TCP data offset below five gets no answer",
	  .why = "RFC 9293 3.1",
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(40000, 25, .header = IS(4))),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "a TCP data offset beyond the packet gets no reset",
	  .why = "RFC 9293 3.1: no length to acknowledge",
	  .frame = FRAME(ETH(), V4(LINE, PEER), TCP(40000, 25, .header = IS(6))),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "a frame to an Ethernet group gets no answer",
	  .why = "RFC 1122 3.2.2: nor as a link-layer broadcast",
	  .frame = FRAME(ETH(.dst = "01:00:5e:00:00:05"), V4(LINE, PEER), TCP(40000, 25)),
	  .silent = true,
	  .no_layer3 = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "an Ethernet broadcast gets no ICMP",
	  .why = "RFC 1122 3.2.2",
	  .frame = FRAME(ETH(.dst = "ff:ff:ff:ff:ff:ff"), V4(LINE_U, PEER), TCP(40000, 25)),
	  .silent = true,
	  .no_layer3 = true,
	  REFUSED(FOREIGN_SERVER, UNREACHABLE) },
	{ .name = "a multicast destination gets no answer",
	  .why = "RFC 1122 3.2.2; trap 8",
	  .frame = FRAME(ETH(), V4(LINE, "224.0.0.1"), TCP(40000, 25)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "the broadcast destination gets no answer",
	  .why = "RFC 1122 3.2.2",
	  .frame = FRAME(ETH(), V4(LINE, "255.255.255.255"), TCP(40000, 25)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "an IPv6 multicast destination gets no answer",
	  .why = "RFC 4443 2.4 (e.3)",
	  .frame = FRAME(ETH(), V6(LINE6, "ff02::1"), TCP(40000, 25)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	SILENT_SOURCE("0.0.0.0", "0.0.0.0"),
	SILENT_SOURCE("0.1.2.3", "net 0"),
	SILENT_SOURCE("127.0.0.1", "loopback"),
	SILENT_SOURCE("224.0.0.9", "multicast"),
	SILENT_SOURCE("239.255.0.1", "the last multicast net"),
	SILENT_SOURCE6("::", "nobody"),
	SILENT_SOURCE6("::1", "loopback"),
	SILENT_SOURCE6("ff02::1", "multicast"),
	{ .name = "a loopback source inside a named tunnel gets no answer",
	  .why = "the answer would go to that address inside the tunnel",
	  .frame = FRAME(ETH(), V6(LINE6, AFTR), V4("127.0.0.1", PEER), TCP(40000, 25)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ 0 },
};
