/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames decided in user space: the very source of the BPF programs (bpf/judge.h), over tables in
 * user memory. For frames the kernel's test run refuses, for machines without BPF, for fuzzing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/compile.h"

/**
 * op25b_native_frame() - decide one frame.
 * @tables:       from op25b_tables_make()
 * @skb:          as tc sees it (true) or XDP: the two differ in what a length of 0 means
 * @side:         of the interface it is taken to come in on
 * @frame:        @len bytes, from the Ethernet header on
 * @ret_decision: written; service is an index in the tables
 *
 * Never fails, never reads past @len, keeps nothing. Cost: some lookups, no allocation.
 */
void op25b_native_frame(const struct op25b_tables *tables, bool skb, enum op25b_side side,
			const uint8_t *frame, size_t len, struct op25b_decision *ret_decision);

/**
 * op25b_native_line() - the address that step 1 looks up for a frame, and its port.
 * @policy:   names the tunnels
 * @side:     OP25B_SUBSCRIBER or OP25B_UPSTREAM; the rest as above
 * @ret_line: a whole address; written, as *ret_port, only where there is one
 * @ret_port: host order; 0: it can't be seen
 *
 * Returns 1; 0: the frame ends before anybody's address is looked up. No allocation.
 */
int op25b_native_line(const struct op25b_policy *policy, bool skb, enum op25b_side side,
		      const uint8_t *frame, size_t len, struct op25b_prefix *ret_line,
		      uint16_t *ret_port);
