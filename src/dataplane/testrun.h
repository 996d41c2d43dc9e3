/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ask the loaded program what it would do with a frame, without any interface: BPF_PROG_TEST_RUN
 * of the explain programs against the generation in force. No counter, no event, no answer.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/attach.h"
#include "dataplane/load.h"

/**
 * op25b_testrun() - the decision for one frame.
 * @hook:     OP25B_HOOK_TC, or one of the XDP hooks
 * @side:     OP25B_SUBSCRIBER or OP25B_UPSTREAM
 * @frame:    from its Ethernet header on; not changed
 * @ret_word: OP25B_PACK()
 *
 * Returns 0; -EOPNOTSUPP: the kernel's test run doesn't take this frame (under 14 bytes, or very
 * long): decide natively; -ENOENT: OP25B_LOAD_EXPLAIN was not asked for; -EINVAL: side or hook;
 * other errors of the kernel. One system call, about 2 microseconds.
 */
int op25b_testrun(struct op25b_dataplane *dp, enum op25b_hook hook, enum op25b_side side,
		  const void *frame, size_t length, uint32_t *ret_word, struct op25b_error *error);
