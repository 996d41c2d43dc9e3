/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same refusal by each of the ways there are: TCP to port 25 from a line of a set is dropped
 * without an answer, everything else passes. Each as a careful operator would set it up: the port
 * is asked before the set, no connection tracking, the set type that is fastest for its content.
 *
 * Each function sets up the namespace that the process is in. Failures end the program.
 */
#pragma once

#include "bench/flood.h"
#include "dataplane/attach.h"

/* One pool, a /16: the smallest set. */
extern const struct flood_set bench_small;

/* The policy, put in force on `dp` with the settings of an op25bd that nobody monitors. */
void bench_policy_apply(struct op25b_dataplane *dp, const struct flood_set *set);

/* On a handle of its own, which ends with the process. */
void bench_op25b_set_up(enum op25b_hook hook, const struct flood_set *set);

void bench_nft_ingress(const struct flood_set *set);
void bench_nft_forward(const struct flood_set *set);
void bench_iptables_forward(const struct flood_set *set);
void bench_iptables_raw(const struct flood_set *set);
void bench_tc_bpf(const struct flood_set *set);
