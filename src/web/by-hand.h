/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines to type in, for those who want to see for themselves which way out is open. */
#pragma once

#include "web/page.h"

/* A section with lines for Windows, macOS and Linux, towards the servers that the policy names. */
void op25b_block_by_hand(struct op25b_page *page);
