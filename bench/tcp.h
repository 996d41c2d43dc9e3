/* SPDX-License-Identifier: BSD-2-Clause */
/* What one TCP connection carries through a bed. */
#pragma once

#include "bench/bed.h"

/*
 * Gbit/s that one TCP connection carries from `line` to `far` of a bed made by
 * bench_bed_make_apart(), in a quarter of a second. The reader has the first CPU, the caller its
 * own. Failures end the program. Leaves the process in the namespace of `line`.
 */
double bench_tcp(const struct bench_bed *bed);
