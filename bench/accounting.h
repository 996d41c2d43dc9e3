/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accounting-Requests of lines that exist by number: line N has the same names and addresses in
 * every run and program, so that a store can be filled by one and asked by another. What is in a
 * packet is what a BNG sends, 24 attributes and some 300 octets. Shares no code with src/session.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_PACKET 512        /* octets, more than any packet here has */
#define BENCH_LINES  (1U << 24) /* numbers are below: a line has one address of 10.0.0.0/8 */
#define BENCH_NASES  10U

enum bench_status {
	BENCH_START = 1,
	BENCH_STOP = 2,
	BENCH_INTERIM = 3,
};

struct bench_event {
	enum bench_status status;
	uint32_t line;
	bool moved; /* it has an address of 11.0.0.0/8 instead */
	bool dual;  /* and a framed prefix of 2001:db8::/32, a delegated one of 3fff::/20 */
};

/* What all packets have in common. */
struct bench_accounting;

/* @secret and @line_class (its Class) are borrowed for as long as it lives, which is to the end. */
struct bench_accounting *bench_accounting_new(const char *secret, const char *line_class);

/* A sealed packet; returns its size. @now: seconds UTC. */
size_t bench_accounting_packet(struct bench_accounting *accounting, const struct bench_event *event,
			       uint8_t identifier, int64_t now,
			       uint8_t packet[static BENCH_PACKET]);

/* Whether these octets are the answer to that packet: code, identifier, length, authenticator. */
bool bench_accounting_answers(struct bench_accounting *accounting, const uint8_t *packet,
			      const uint8_t *answer, size_t size);

/* The line's address as 4 octets. */
void bench_accounting_address(uint32_t line, bool moved, uint8_t ret[static 4]);
