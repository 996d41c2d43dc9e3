/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows d.*: what op25b costs those whose packets aren't for port 25. */
#pragma once

#include "dataplane/attach.h"

/* Prints the row. Failures end the program. */
void bench_forward_row(const char *id, enum op25b_hook hook);
