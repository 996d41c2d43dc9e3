/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy of the packet tests and of the packet fuzzer, and its tables in user memory. */
#pragma once

#include <stdbool.h>

#include "policy/compile.h"

/* one_way: with reverse_path: off. The tables borrow the policy. 0 or -errno. */
int world_tables(bool one_way, struct op25b_policy **ret_policy, struct op25b_tables *ret_tables);
