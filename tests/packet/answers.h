/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to refused packets: the frame that comes in, and the one that must go out, in layers. */
#pragma once

#include "tests/packet/cases.h"

struct answer_case {
	const char *name; /* a sentence; NULL ends a table */
	const char *why;
	const struct layer *in;
	const struct layer *out; /* but for the fields that the program chooses */
	enum case_hooks hooks;
	bool icmp_source; /* the gateway file names one of each family */
};

#define ICMP_SOURCE  "192.0.2.1"
#define ICMP_SOURCE6 "64:ff9b::1" /* its first byte is 0 */

/* Ethernet addresses the other way round. */
#define BACK ETH(.dst = "02:00:00:00:00:01", .src = "02:00:00:00:00:02")

/* The reset of a segment without ACK (RFC 9293 3.10.7.1), and of one with ACK. */
#define RESET_ACK(number) TCP(25, 40000, .flags = TCP_RST | TCP_ACK, .ack = (number))
#define RESET_SEQ(number) TCP(25, 40000, .flags = TCP_RST, .seq = (number))

extern const struct answer_case answers_reset[], answers_reset_framed[], answers_icmp[];

bool answer_is_reset(const struct layer *layers);

/* Build the expected frame, with the fields that were chosen as they are in the one found. */
void answer_expected(const struct layer *layers, const struct frame *found,
		     struct frame *ret_expected);

/* Fail unless finishing a partial checksum would leave the frame as it is. */
void answer_check_seal(const struct layer *layers, const struct frame *found);

/* Fail, with the bytes that differ, unless the frames are the same, and sealed. */
void answer_compare(const char *where, const struct answer_case *c, const struct frame *expected,
		    const struct frame *found);
