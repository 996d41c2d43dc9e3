/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the follower (follow.h), an unprivileged process that reads the session store, tells the
 * daemon that started it: frames on a stream. The reader trusts nothing of it: whoever took the
 * follower over with a hostile store may send whatever can be sent, and gets no further than to a
 * wrong holder of an address.
 *
 * Frame: size of the body (4 bytes), kind (1), body; numbers in host order, for both ends are the
 * same program. Pure: no descriptor, no clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "session/store.h"

#define OP25B_FOLLOW_FRAME   4096U /* bytes of the longest frame, its head included */
#define OP25B_FOLLOW_NAS_MAX 4096U /* at most so many NAS frames before one of health */

enum op25b_follow_kind {
	OP25B_FOLLOW_BEGIN = 1, /* a snapshot begins */
	OP25B_FOLLOW_HOLDING,   /* of the snapshot, by prefix */
	OP25B_FOLLOW_END,       /* the snapshot is whole, and stands for `position` */
	OP25B_FOLLOW_CHANGE,    /* by number */
	OP25B_FOLLOW_NAS,       /* one of the list that the next HEALTH ends */
	OP25B_FOLLOW_HEALTH,    /* the store was read just now; `position` is how far */
	OP25B_FOLLOW_PROBLEM,   /* it can't be read; a snapshot on its way is given up */
};

struct op25b_follow_frame {
	enum op25b_follow_kind kind;
	/* Texts are borrowed from the bytes that were decoded: printable ASCII, "" where absent. */
	union {
		struct op25b_holding holding; /* .until: INT64_MAX */
		struct op25b_change change;
		struct op25b_position position; /* of END */
		struct op25b_nas_status nas;    /* .epoch_time is not sent */
		struct {
			struct op25b_sessions_health store; /* without kept_from, checkpoint */
			struct op25b_position position;
		} health;
		const char *problem;
	};
};

/* What a stream has said so far, which is what it may say next. */
struct op25b_follow_order {
	bool known;                     /* `position` is one: a snapshot was whole, or resumed */
	bool snapshot;                  /* one is on its way */
	struct op25b_prefix last;       /* of that */
	struct op25b_position position; /* reached */
	unsigned int n_nas;
};

/**
 * op25b_follow_encode() - a frame as bytes. Texts longer than OP25B_ACCT_TEXT - 1 (a problem's:
 * longer than struct op25b_error has) are cut, octets that may not be in one become '?'.
 * Returns how many.
 */
size_t op25b_follow_encode(const struct op25b_follow_frame *frame,
			   uint8_t ret[static OP25B_FOLLOW_FRAME]);

/**
 * op25b_follow_decode() - the frame that @data begins with.
 * Returns its bytes; 0: there are not all yet; -EBADMSG: no frame, @error says why.
 */
int op25b_follow_decode(const uint8_t *data, size_t size, struct op25b_follow_frame *ret,
			struct op25b_error *error);

/**
 * op25b_follow_accept() - whether a decoded frame may come now: holdings by prefix and inside a
 * snapshot, changes by number and after one, a health where the changes are.
 * Returns 0 and moves @order on; -EBADMSG: @error says why.
 */
int op25b_follow_accept(struct op25b_follow_order *order, const struct op25b_follow_frame *frame,
			struct op25b_error *error);
