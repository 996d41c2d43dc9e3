/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines that connect to port 25: real TCP connections by one thread, at a rate or as many at once
 * as are allowed. A call is measured from connect() to the last octet of the greeting; then it says
 * QUIT and closes when that was answered, or it holds: says nothing and stays.
 *
 * Every source must be the caller's own (a local route of the whole range will do).
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* Addresses from one on; IPv6 counts in /64s, of which each has its first address. */
struct bench_range {
	int family;
	struct in6_addr first; /* an IPv4 address in its first 4 octets */
	uint32_t n;
};

struct bench_calls {
	struct bench_range lines, peers; /* drawn at random, each by itself */
	uint32_t under_way;              /* at once, at most */
	double rate;                     /* calls a second; 0: whenever one may be under way */
	double seconds;                  /* of calling */
	double patience; /* seconds after which a call is given up, or held no more */
	bool hold;
};

struct bench_calls_result {
	uint64_t made;
	uint64_t noticed; /* got a whole greeting that refuses: 4xx or 5xx */
	uint64_t let_in;  /* got another greeting: somebody else answered */
	uint64_t reset;   /* refused, or reset before the greeting ended */
	uint64_t silent;  /* neither within the patience */
	double seconds;   /* from the first connect() to the last */
	/*
	 * Milliseconds from connect() to the end of a greeting that refuses; a call that got none
	 * counts as the whole patience, so that who is not served is not left out.
	 */
	double p50, p99, longest;
	double reset_p50, reset_p99; /* to the reset, of those that were reset; 0: none */
};

/* The address number i of a range. */
struct in6_addr bench_range_at(const struct bench_range *range, uint32_t i);

/* Every failure of the system ends the program; a call that fails is counted. */
struct bench_calls_result bench_calls_run(const struct bench_calls *calls);
