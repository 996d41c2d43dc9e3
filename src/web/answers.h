/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a visitor answered on the way to a page, as it is kept with a code for support. Only words
 * that our own pages make: support reads them, and no visitor must write to support through them.
 */
#pragma once

#include "web/page.h"

#define OP25B_ANSWERS 500 /* bytes with the NUL; what comes after them is left out */

/**
 * op25b_answers_text() - an answer as it was read: its question, and what was chosen.
 *
 * False, and nothing written: it is none that our pages ask now.
 */
bool op25b_answers_text(const struct op25b_page *page, const struct op25b_web_field *field,
			const char **ret_question, const char **ret_answer);

/**
 * op25b_answers_known() - "where=home&server=other-server": the known ones of @fields, in their
 * order.
 *
 * Known are questions of the flow and of the help with their answers, services by their id, and a
 * code for support. Pure.
 */
void op25b_answers_known(const struct op25b_page *page, const struct op25b_web_fields *fields,
			 char ret[static OP25B_ANSWERS]);
