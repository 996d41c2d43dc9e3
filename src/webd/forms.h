/* SPDX-License-Identifier: BSD-2-Clause */
/* Customers' forms, as they are brought to op25b-maild's desk. */
#pragma once

#include <jansson.h>

#include "web/facts.h"
#include "web/request.h"

struct op25b_webd;

/**
 * op25b_desk_question() - what a page's form asks of the desk.
 * @wants: bits of enum op25b_web_want
 *
 * Returns NULL: nothing, or nothing that could be right, which is the page's to say; or no memory.
 */
json_t *op25b_desk_question(const struct op25b_web_request *request, unsigned int wants);

/* Have a letter sent to whom a form names. @ret: written unless nobody can be told of it */
void op25b_desk_send_letter(struct op25b_webd *d, const struct op25b_web_request *request,
			    struct op25b_desk_facts *ret);
