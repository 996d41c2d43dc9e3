/* SPDX-License-Identifier: BSD-2-Clause */
/* One question in the asking. For judge*.c only. */
#pragma once

#include "policy/flow.h"
#include "web/judge.h"

/* A line, or a line of a service that nobody named. */
struct op25b_asking {
	const struct op25b_judge *judge;
	const struct op25b_line *line;  /* NULL: any of the service's */
	struct op25b_evidence evidence; /* whose; the rest is of the last question */
	uint8_t family;
	int64_t now;
};

/* What a packet to port 25 of a peer gets: of a line by the tables, which are of now; of a service
 * by the policy at asking->now, whichever date that is. */
void op25b_asking_decide(const struct op25b_asking *asking, const struct op25b_prefix *peer,
			 struct op25b_decision *ret);

/**
 * op25b_asking_use() - judge a use.
 * @asking: evidence.owner.service is not NULL
 * @ret:    written whole; an outcome that can't be told is the caller's to put there
 */
void op25b_asking_use(struct op25b_asking *asking, enum op25b_use use,
		      struct op25b_finding_of_use *ret);

/* ---- judge.c ------------------------------------------------------------------------------ */

/* What a server has to offer to be asked for a use (enum op25b_offer); 0: the use is of no server
 * of ours. */
uint32_t op25b_use_offer(enum op25b_use use);

/* A use of which no table says anything; what passes our filter wherever it comes from is open. */
struct op25b_finding_of_use op25b_judge_untold(enum op25b_use use, enum op25b_outcome outcome);

/* ---- judge-dates.c ------------------------------------------------------------------------ */

/* The first instant after now at which the peer is refused: ret->from, how_then, upcoming, if it
 * comes before what is there. Returns whether it does. */
bool op25b_asking_from(struct op25b_asking *asking, const struct op25b_prefix *peer,
		       struct op25b_finding_of_use *ret);

/* Since when the peer is refused, as it is now. */
int64_t op25b_asking_since(struct op25b_asking *asking, const struct op25b_prefix *peer);

/* The first instant after now at which the peer, refused now, is not; INT64_MAX: none is known. */
int64_t op25b_asking_opens(struct op25b_asking *asking, const struct op25b_prefix *peer);

/* Until when what is in force now over the line, hold or exemption, goes on without a gap. */
int64_t op25b_asking_until(struct op25b_asking *asking, bool hold);
