/* SPDX-License-Identifier: BSD-2-Clause */
/* Refusals with a notice where nobody is there to give one: the word stays, the answer is a reset.
 */
#include "tests/packet/cases.h"

const struct packet_case cases_notice[] = {
	{ .name = "a notice that nobody gives is a reset",
	  .why = "the answer is the same at once, only without its words",
	  .frame = FRAME(ETH(), V4(LINE_N, PEER), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, NOTICE) },
	{ .name = "a notice over IPv6 that nobody gives is a reset",
	  .why = "both families alike",
	  .frame = FRAME(ETH(), V6(LINE_N6, PEER6), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, NOTICE) },
	{ .name = "a notice to one of the provider's servers has a reason of its own",
	  .why = "design section 4 step 4",
	  .frame = FRAME(ETH(), V4(LINE_N, "192.0.2.10"), TCP(40000, 25)),
	  REFUSED(DESIGNATED_SERVER_CLOSED, NOTICE) },
	{ .name = "a tagged notice is a reset",
	  .why = "tags are the business of a device above",
	  .frame = FRAME(ETH(), TAG(0x8100, 5), V4(LINE_N, PEER), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, NOTICE) },
	{ .name = "a notice in a PPPoE session is a reset",
	  .why = "the session is the business of a device above",
	  .frame = FRAME(ETH(), PPPOE(), V6(LINE_N6, PEER6), TCP(40000, 25)),
	  REFUSED(FOREIGN_SERVER, NOTICE) },
	{ .name = "a notice for a first fragment is silence",
	  .why = "never answered",
	  .frame = FRAME(ETH(), V4(LINE_N, PEER, .more = 1), TCP(40000, 25)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, NOTICE) },
	{ .name = "a notice for a packet that resets is silence",
	  .why = "RFC 9293 3.10.7: a reset is not answered",
	  .frame = FRAME(ETH(), V4(LINE_N, PEER), TCP(40000, 25, .flags = TCP_RST)),
	  .silent = true,
	  REFUSED(FOREIGN_SERVER, NOTICE) },
	{ 0 },
};
