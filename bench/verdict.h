/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Shared by bench/verdict.bpf.c and bench/verdict.c. */
#pragma once

#include <linux/types.h>

#define BENCH_ROUNDS 512 /* verdicts in one run of a program */

struct bench_lpm_key {
	__u32 prefixlen;
	__u32 addr; /* network order */
};
