/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to refused packets: the frame that comes in, and the one that must go out, in layers. */
#pragma once

#include "tests/packet/cases.h"

struct answer_case {
	const char *name; /* a sentence; NULL ends a table */
	const char *why;
	const struct layer *in;
	const struct layer *out; /* its TCP window is free */
	enum case_hooks hooks;
	bool icmp_source; /* the gateway file names one of each family */
};

#define ICMP_SOURCE  "192.0.2.1"
#define ICMP_SOURCE6 "2001:db8::1"

/* Ethernet addresses the other way round. */
#define BACK ETH(.dst = "02:00:00:00:00:01", .src = "02:00:00:00:00:02")

/* The reset of a segment without ACK (RFC 9293 3.10.7.1), and of one with ACK. */
#define RESET_ACK(number) TCP(25, 40000, .flags = TCP_RST | TCP_ACK, .ack = (number))
#define RESET_SEQ(number) TCP(25, 40000, .flags = TCP_RST, .seq = (number))

extern const struct answer_case answers_reset[], answers_reset_framed[], answers_icmp[];
