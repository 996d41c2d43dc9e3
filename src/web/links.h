/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of other providers and of the industry: the operator's links.yaml. */
#pragma once

#include "web/data.h"

struct op25b_outside_link {
	struct op25b_data_text name;
	const char *url; /* http or https */
	bool industry;   /* of no single provider */
};

struct op25b_links_data {
	struct op25b_outside_link *list; /* in the order of the file */
	size_t n;
};

/* For data-kinds.c. */
void op25b_outside_links_read(struct op25b_data_load *load, const struct op25b_node *root);
