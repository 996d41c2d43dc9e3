/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the page "I suddenly cannot send" and what it shows. */
#pragma once

#include "web/help.h"
#include "web/page.h"
#include "web/status.h"

/* Facts of a page as help.h takes them. @uses: filled where the line is the provider's. */
void op25b_help_know(const struct op25b_page *page, struct op25b_help_known *ret,
		     struct op25b_finding_of_use uses[OP25B_USE_COUNT]);

/* "Why we think so": what was seen, with its time, under an <h2>. */
void op25b_help_write_evidence(struct op25b_page *page, const struct op25b_help_known *known,
			       const struct op25b_help_result *result);

/* The sentence of an answer. */
op25b_phrase op25b_help_answer_phrase(enum op25b_help_answer answer);
