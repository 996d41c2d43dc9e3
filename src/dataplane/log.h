/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf's words, kept instead of printed: the last lines are joined to the text of a failure.
 * Private to this folder. The hook is libbpf's, hence one for the process; the lines are a
 * thread's.
 */
#pragma once

#include "base/error.h"

/* Forget what was said so far, and listen from now on. Begin every operation with it. */
void op25b_log_begin(void);

/* op25b_error_set() followed by the last lines said since op25b_log_begin(). Returns @code. */
int op25b_log_error(struct op25b_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
