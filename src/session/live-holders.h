/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The holders of live sessions: attributes as reported, kept as long as something is held. Private
 * to the table of live sessions.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/session.h"
#include "session/store.h"

/* One set of attributes, 24 bytes and its texts. */
struct op25b_live_holder {
	int64_t id;     /* 0: a free place */
	uint32_t held;  /* prefixes; of a free place: the next one, plus 1 */
	uint32_t first; /* event time, seconds since 1970; 0: not known */
	/* nas, user_name, class, filter_id, framed_pool, session, each with its NUL */
	char *texts;
};

struct op25b_live_holders {
	struct op25b_live_holder *list; /* by number; numbers stay */
	uint32_t n, max, free;          /* in use and free, places, first free one plus 1 */
	uint32_t *index;                /* by id, open addressing: number plus 1 */
	size_t index_size;
	size_t used;  /* holders */
	size_t bytes; /* of texts */
};

/**
 * op25b_live_holders_take() - the number of a holder, which holds one prefix more.
 * Returns 0 or -ENOMEM: nothing is changed.
 */
int op25b_live_holders_take(struct op25b_live_holders *holders, const struct op25b_holder *from,
			    uint32_t *ret_number);

/* It holds one prefix less; with the last it is forgotten. */
void op25b_live_holders_leave(struct op25b_live_holders *holders, uint32_t number);

/* Writes all of a holder to @facts, but the prefix. */
void op25b_live_holders_tell(const struct op25b_live_holders *holders, uint32_t number,
			     struct op25b_session_facts *facts);

/* Frees all, and leaves it empty. */
void op25b_live_holders_done(struct op25b_live_holders *holders);
