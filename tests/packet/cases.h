/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The named packet tests: one frame, what must become of it, and where that is written. Every
 * entry of the known ways around a port filter is one of them; `why` names the source of the rule
 * or the filter in which the gap was seen.
 */
#pragma once

#include <stdbool.h>

#include "op25b/abi.h"
#include "tests/packet/frame.h"

/* Addresses of the policy in world.c. */
#define LINE     "198.51.100.7" /* of service reset */
#define LINE6    "2001:db8:1000:100::7"
#define LINE_U   "198.18.1.7" /* unreachable */
#define LINE_U6  "2001:db8:2000:100::7"
#define LINE_D   "198.18.2.7" /* drop */
#define LINE_D6  "2001:db8:3000:100::7"
#define LINE_C   "198.18.3.7" /* count */
#define LINE_N   "198.18.7.7" /* notice */
#define LINE_N6  "2001:db8:4000:100::7"
#define FIXED    "203.0.113.10" /* no rules */
#define FIXED6   "2001:db8:f000:100::7"
#define PEER     "198.19.0.25" /* anybody's mail server */
#define PEER6    "2001:db8:ffff::25"
#define RELAY    "192.0.2.25"
#define RELAY6   "2001:db8:25::25"
#define AFTR     "2001:db8:af::1" /* end of 4in6 tunnels */
#define END_6IN4 "192.0.2.64"
#define END_4IN4 "192.0.2.44"
#define END_6IN6 "2001:db8:66::1"

enum case_hooks { ON_ALL, ON_XDP, ON_TC };

struct packet_case {
	const char *name; /* a sentence; NULL ends a table */
	const char *why;
	const struct layer *frame;
	enum op25b_side side;
	enum case_hooks hooks;
	enum op25b_verdict verdict;
	enum op25b_reason reason;
	enum op25b_how how;
	bool silent;    /* refused without the answer its `how` asks for */
	bool not_ip;    /* counted under no family */
	bool one_way;   /* under the policy that says reverse_path: off */
	bool no_layer3; /* not a frame that an interface without Ethernet could carry */
};

#define PASSES(tail)       .verdict = OP25B_PASS, .reason = OP25B_##tail
#define COUNTS(tail)       .verdict = OP25B_COUNT, .reason = OP25B_##tail
#define REFUSED(tail, way) .verdict = OP25B_REFUSE, .reason = OP25B_##tail, .how = OP25B_##way
#define UPSTREAM           .side = OP25B_UPSTREAM

extern const struct packet_case cases_ports[], cases_policy[], cases_upstream[], cases_link[],
	cases_v4[], cases_v6[], cases_tunnel[], cases_silent[], cases_both[], cases_shared[],
	cases_notice[];
