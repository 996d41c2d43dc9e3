/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the table of live sessions, for what is made of it: bindings as they stand there.
 */
#pragma once

#include "policy/prefix-table.h"
#include "session/live-holders.h"
#include "session/live.h"

/* A prefix and its holder. Read only; valid until the next change of the table. */
struct op25b_live_binding {
	struct op25b_exception_key key;
	uint32_t holder;
};

/* A prefix of each family that a holder holds now; family 0: none is known. By [0] v4, [1] v6. */
struct op25b_live_ends {
	struct op25b_prefix of[2];
};

struct op25b_live {
	struct op25b_prefix_table bindings; /* struct op25b_live_binding */
	uint64_t lens[2][129];              /* of [0] v4 and [1] v6: how many bindings */
	struct op25b_live_holders holders;
	bool keeps_ends;
	struct op25b_live_ends *ends; /* by number of a holder; n_ends of them */
	uint32_t n_ends;
};

/* The longest binding that holds all of @inside; NULL if none. Cost: a probe for each length. */
const struct op25b_live_binding *op25b_live_longest(const struct op25b_live *live,
						    const struct op25b_prefix *inside);

/* What was reported of a binding's session. Texts are valid until the next change. */
struct op25b_session_facts op25b_live_facts(const struct op25b_live *live,
					    const struct op25b_live_binding *binding);

/*
 * A walk over all bindings that has each holder's texts fetched from memory before its turn comes:
 * at millions that is most of what looking at them costs.
 */
struct op25b_live_walk {
	const struct op25b_live_binding *now, *soon, *later;
};

/* Cost: some steps. */
void op25b_live_walk_begin(const struct op25b_live *live, struct op25b_live_walk *ret_walk);

/* NULL after the last. */
const struct op25b_live_binding *op25b_live_walk_next(const struct op25b_live *live,
						      struct op25b_live_walk *walk);
