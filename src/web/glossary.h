/* SPDX-License-Identifier: BSD-2-Clause */
/* Words explained: glossary.yaml, and the operator's of that name besides. */
#pragma once

#include "web/data.h"

struct op25b_term {
	const char *id; /* "port25": the anchor on /l/words */
	struct op25b_data_text name, text;
	struct op25b_place place;
};

struct op25b_glossary_data {
	struct op25b_term *terms; /* in the order of the files */
	size_t n_terms;
};

/* For data-kinds.c. */
void op25b_glossary_read(struct op25b_data_load *load, const struct op25b_node *root);
