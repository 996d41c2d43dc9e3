/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of an outcome, for its block. */
#pragma once

#include "web/page.h"

/* Whether there is one to write: of what was found (page->head.of), and of the caller's facts. */
bool op25b_block_has_steps(const struct op25b_page *page, enum op25b_outcome outcome);

/* <ol class="steps">; empty where there is none. */
void op25b_block_steps(struct op25b_page *page, enum op25b_outcome outcome);
