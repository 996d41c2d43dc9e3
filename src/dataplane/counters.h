/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters of packets, summed over CPUs. They only grow, until cleared; a read while packets flow
 * is exact for each CPU's word at some instant of the call.
 */
#pragma once

#include <stdint.h>

#include "dataplane/load.h"

/**
 * op25b_counters_read() - counters of consecutive slots.
 * @first:    slot of the first service; OP25B_COUNTER_NONE: packets of no service
 * @n:        first + n <= OP25B_COUNTER_SLOTS
 * @ret_sums: n entries; written also in part on an error
 *
 * Returns 0; -EINVAL: beyond the table; -ENOMEM; errors of the kernel. One system call a slot.
 */
int op25b_counters_read(const struct op25b_dataplane *dp, uint32_t first, uint32_t n,
			struct op25b_counter *ret_sums);

/* Zero a slot before another service gets it. Same errors. */
int op25b_counters_clear(const struct op25b_dataplane *dp, uint32_t slot);

/**
 * op25b_counters_answers() - what answering did, by enum op25b_answer.
 * @ret_sums: OP25B_ANSWER_COUNT entries
 */
int op25b_counters_answers(const struct op25b_dataplane *dp, uint64_t *ret_sums);
