/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv6: extension headers, fragments, lengths. */
#include "tests/packet/cases.h"

#define WALKED(number, what)                                                                  \
	{ .name = "a " what " header (" #number ") is walked",                                \
	  .why = "trap 4: `ip6 nexthdr tcp` misses it; design section 4",                     \
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), EXT((number), .size = 16), TCP(40000, 25)), \
	  REFUSED(FOREIGN_SERVER, RESET) },                                                   \
	{                                                                                     \
		.name = "port 587 behind a " what " header (" #number ") passes",             \
		.why = "RFC 5068 3.1",                                                        \
		.frame = FRAME(ETH(), V6(LINE6, PEER6), EXT((number)), TCP(40000, 587)),      \
		PASSES(OTHER_PORT)                                                            \
	}

#define AUTHENTICATED(bytes)                                                                  \
	{                                                                                     \
		.name = "an authentication header of " #bytes " bytes is walked",             \
		.why = "bypass 5: AH counts words less two; RFC 4302 2.2",                    \
		.frame = FRAME(ETH(), V6(LINE6, PEER6), AH(.size = (bytes)), TCP(40000, 25)), \
		REFUSED(FOREIGN_SERVER, RESET)                                                \
	}

#define OTHER_HEADER(number, what)                                                             \
	{                                                                                      \
		.name = what " passes", .why = "design section 4: 50, 59 and unknown ones",    \
		.frame = FRAME(ETH(), V6(LINE6, PEER6, .next = IS((number))), TCP(40000, 25)), \
		PASSES(OTHER_PORT)                                                             \
	}

#define SIX EXT(60), EXT(60), EXT(60), EXT(60), EXT(60), EXT(60)

const struct packet_case cases_v6[] = {
	WALKED(0, "hop-by-hop"),
	WALKED(43, "routing"),
	WALKED(60, "destination options"),
	WALKED(135, "mobility"),
	WALKED(139, "host identity"),
	WALKED(140, "shim6"),
	AUTHENTICATED(8),
	AUTHENTICATED(12),
	AUTHENTICATED(24),
	AUTHENTICATED(44),
	OTHER_HEADER(50, "ESP"),
	OTHER_HEADER(59, "no next header"),
	OTHER_HEADER(253, "an unknown header"),
	{ .name = "seven extension headers are walked",
	  .why = "bypass 5: filters that stop at six",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), SIX, EXT(60), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "eight extension headers are walked",
	  .why = "design section 4: up to eight",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), SIX, EXT(0), EXT(43), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "port 587 behind eight extension headers passes",
	  .why = "RFC 5068 3.1",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), SIX, EXT(0), EXT(43), TCP(40000, 587)),
	  PASSES(OTHER_PORT) },
	{ .name = "the ninth extension header hides the transport",
	  .why = "design section 4; trap 4: decide for undeterminable chains",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), SIX, EXT(0), EXT(43), EXT(60), TCP(40000, 587)),
	  REFUSED(HIDDEN_TRANSPORT, DROP) },
	{ .name = "the ninth hides the transport even towards a designated server",
	  .why = "design section 4: hidden packets, except is not looked at",
	  .frame = FRAME(ETH(), V6(LINE6, RELAY6), SIX, EXT(0), EXT(43), EXT(60), TCP(40000, 25)),
	  REFUSED(HIDDEN_TRANSPORT, DROP) },
	{ .name = "a hidden transport of a fixed line passes",
	  .why = "design section 4: the same steps",
	  .frame = FRAME(ETH(), V6(FIXED6, PEER6), SIX, EXT(0), EXT(43), EXT(60), TCP(40000, 25)),
	  PASSES(UNRESTRICTED) },
	{ .name = "a fragment header counts as one of the eight",
	  .why = "design section 4: 44 included",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), SIX, EXT(0), EXT(43), FRAGMENT(), TCP(40000, 25)),
	  REFUSED(HIDDEN_TRANSPORT, DROP) },
	{ .name = "hop-by-hop in the middle of the chain is walked too",
	  .why = "design section 4: in any order",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), EXT(60), EXT(0), EXT(43), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "an extension header cut by the end of a whole packet is malformed",
	  .why = "design section 4",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), EXT(60, .length = IS(4)), TCP(40000, 25)),
	  PASSES(MALFORMED) },
	{ .name = "a packet that ends before the ports is malformed",
	  .why = "design section 4",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6, .length = IS(3)), TCP(40000, 25)),
	  PASSES(MALFORMED) },
	{ .name = "a payload length beyond the frame is malformed",
	  .why = "design section 4",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6, .length = IS(21)), TCP(40000, 25)),
	  PASSES(MALFORMED) },
	{ .name = "a wrong version under the IPv6 type is malformed",
	  .why = "design section 4",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6, .version = IS(7)), TCP(40000, 25)),
	  PASSES(MALFORMED),
	  .no_layer3 = true },
	{ .name = "an atomic fragment is a whole packet",
	  .why = "RFC 6946; design section 4",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "an atomic fragment that ends before the ports is malformed, not hidden",
	  .why = "RFC 6946; design section 4",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.next = IS(6)), BYTES("\x9c\x40")),
	  PASSES(MALFORMED) },
	{ .name = "a fragment header with a non-zero reserved byte is eight bytes long",
	  .why = "bypass 2: bpfilter takes the reserved byte for a length; RFC 8200 4.5",
	  .frame =
		  FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.reserved = 1), TCP(40000, 25), DATA(20)),
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "port 587 behind a fragment header with a non-zero reserved byte passes",
	  .why = "bypass 2",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.reserved = 255), TCP(40000, 587),
			 DATA(20)),
	  PASSES(OTHER_PORT) },
	{ .name = "a first fragment with ports is judged over IPv6",
	  .why = "design section 4",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.more = 1, .id = 9), TCP(40000, 25),
			 DATA(4)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, RESET) },
	{ .name = "a first fragment without the whole header chain is dropped",
	  .why = "RFC 7112 5: such packets should be discarded",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.more = 1, .next = IS(60)),
			 BYTES("\x06\x01\x01\x04\x00\x00\x00\x00")),
	  REFUSED(HIDDEN_TRANSPORT, DROP) },
	{ .name = "a first fragment that ends with its fragment header is dropped",
	  .why = "RFC 7112 5",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.more = 1, .next = IS(6)), PADDING(8)),
	  REFUSED(HIDDEN_TRANSPORT, DROP) },
	{ .name = "a first fragment of three bytes of TCP is dropped over IPv6",
	  .why = "bypass 3; RFC 7112 5; RFC 1858",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.more = 1, .next = IS(6)),
			 BYTES("\x9c\x40\x00")),
	  REFUSED(HIDDEN_TRANSPORT, DROP) },
	{ .name = "a later fragment over IPv6 passes, whatever its payload looks like",
	  .why = "bypass 1",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.offset = 181), TCP(40000, 25)),
	  PASSES(LATER_FRAGMENT) },
	{ .name = "a later fragment of UDP over IPv6 is a later fragment",
	  .why = "design section 4: every later fragment of IPv6",
	  .frame =
		  FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.offset = 181, .next = IS(17)), DATA(20)),
	  PASSES(LATER_FRAGMENT) },
	{ .name = "a fragment at offset 4096 over IPv6 is a later fragment",
	  .why = "RFC 8200 4.5: the offset has thirteen bits",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(.offset = 0x1000), TCP(40000, 25)),
	  PASSES(LATER_FRAGMENT) },
	{ .name = "a later fragment behind an atomic one passes",
	  .why = "design section 4: every later fragment of IPv6",
	  .frame =
		  FRAME(ETH(), V6(LINE6, PEER6), FRAGMENT(), FRAGMENT(.offset = 2), TCP(40000, 25)),
	  PASSES(LATER_FRAGMENT) },
	{ .name = "UDP behind extension headers passes",
	  .why = "trap 7",
	  .frame = FRAME(ETH(), V6(LINE6, PEER6), EXT(0), EXT(60), UDP(40000, 25)),
	  PASSES(OTHER_PORT) },
	{ 0 },
};
