/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the packet tests run against: the real programs, loaded but on no interface, with one of two
 * policies in force, and the same tables in user memory. One for the whole process.
 */
#pragma once

#include <stdbool.h>

#include "dataplane/load.h"
#include "policy/compile.h"
#include "tests/packet/frame.h"

#define WORLD_PLENTY 1000000U

struct world {
	struct op25b_dataplane *dp;
	struct op25b_policy *policies[2]; /* [1]: with reverse_path: off */
	struct op25b_tables tables[2];
	int in_force; /* which of the two */
};

/* 0, or -errno with the reason on standard error. */
int world_open(struct world *world);
void world_close(struct world *world);

/* Put that policy in force unless it is. */
void world_choose(struct world *world, bool one_way);

/* Answers and ICMP sources; plenty of answers, no ICMP source, every bucket full. */
void world_set(struct world *world, const struct op25b_settings *settings);
void world_reset(struct world *world);
/* Forget the token buckets of all lines. */
void world_forget_rates(struct world *world);

/*
 * Run a program on a frame. `linear`: bytes in the first buffer, 0: as many as fit. out may be
 * NULL. Returns 0, -EOPNOTSUPP if this kernel's test run can't, other errors.
 */
int world_run(const struct world *world, const char *program, const uint8_t *frame, size_t length,
	      size_t linear, uint32_t *ret_value, struct frame *out);

/* All counters, as one sum over CPUs for each word. */
struct tallies {
	struct op25b_counter services[16];
	uint64_t answers[OP25B_ANSWER_COUNT];
};

void world_tallies(const struct world *world, struct tallies *ret_tallies);
