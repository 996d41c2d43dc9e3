/* SPDX-License-Identifier: BSD-2-Clause */
/* What pages of the flow share. */
#pragma once

#include "web/flow.h"
#include "web/page.h"

/* Whose flow it is: the speaker's, with the caller's line if it is known. */
void op25b_flow_ask_of(const struct op25b_page *page, struct op25b_flow_ask *ret);

/* What a row answers, as one text: names of services, or answers with the word for "or" between.
 * What has no room is left out. Returns @text. */
const char *op25b_flow_row_text(const struct op25b_page *page, const struct op25b_flow_ask *ask,
				const struct op25b_flow_row *row, char *text, size_t size);
