/* SPDX-License-Identifier: BSD-2-Clause */
/* See data-id.h. */
#include "web/data-id.h"

#include <string.h>

#define LONGEST 40U

const char *op25b_data_id(struct op25b_conf *c, const struct op25b_node *node)
{
	const char *text = op25b_conf_text(c, node, "id");

	if (!text)
		return NULL;
	if (*text && strlen(text) <= LONGEST &&
	    !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return text;
	op25b_find_error(&c->finder, &node->place,
			 "an id is 1 to %u lower case letters, digits and '-', as in port25",
			 LONGEST);
	return NULL;
}
