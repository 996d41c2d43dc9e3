/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as what a client sends, in pieces and with time between them. What must hold: the same
 * replies as in one piece; QUIT is answered at most once and nothing after it; at most as many
 * replies as commands; and it ends.
 *
 * Input: the manner, a byte that seeds how it is cut, then what is sent.
 */
#include <assert.h>
#include <string.h>

#include "notice/talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REPLIES (OP25B_TALK_COMMANDS + 3) /* of a whole conversation */

struct heard {
	size_t n;
	enum op25b_wire_reply replies[REPLIES];
};

static void note(struct heard *heard, const struct op25b_talk_says *says)
{
	assert(heard->n + says->n <= REPLIES);
	memcpy(heard->replies + heard->n, says->replies, says->n * sizeof(says->replies[0]));
	heard->n += says->n;
}

static void check(const struct heard *heard, enum op25b_manner manner)
{
	assert(heard->n && heard->replies[0] == OP25B_WIRE_FIRST);
	for (size_t i = 1; i < heard->n; i++) {
		assert(heard->replies[i] != OP25B_WIRE_FIRST);
		assert(heard->replies[i] != OP25B_WIRE_HELO || manner == OP25B_HELO);
		assert(heard->replies[i - 1] != OP25B_WIRE_BYE);
		assert(heard->replies[i - 1] != OP25B_WIRE_LATE ||
		       heard->replies[i] == OP25B_WIRE_BYE);
		assert(manner != OP25B_LATER || heard->replies[i] == OP25B_WIRE_BYE);
	}
}

static void converse(enum op25b_manner manner, const uint8_t *data, size_t size, size_t most,
		     struct heard *ret)
{
	struct op25b_talk_says says;
	struct op25b_talk talk;
	size_t n;

	ret->n = 0;
	op25b_talk_begin(&talk, manner, 0, &says);
	note(ret, &says);
	for (; size; data += n, size -= n) {
		n = size < most ? size : most;
		op25b_talk_hear(&talk, data, n, 0, &says);
		note(ret, &says);
	}
	check(ret, manner);
	assert(talk.deadline <= OP25B_TALK_WHOLE);
}

/* Each byte takes a while: it ends in its time. */
static void converse_slowly(enum op25b_manner manner, const uint8_t *data, size_t size,
			    int64_t step)
{
	struct op25b_talk_says says;
	struct op25b_talk talk;
	struct heard heard = { 0 };
	int64_t now = 0;

	op25b_talk_begin(&talk, manner, now, &says);
	note(&heard, &says);
	for (size_t i = 0;; i++, now += step) {
		if (op25b_talk_late(&talk, now, &says))
			break;
		note(&heard, &says);
		op25b_talk_hear(&talk, data + (size ? i % size : 0), size ? 1 : 0, now, &says);
		note(&heard, &says);
	}
	check(&heard, manner);
	assert(now <= OP25B_TALK_WHOLE + 2 * OP25B_TALK_GRACE + 3 * step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard whole, cut;
	enum op25b_manner manner;

	if (size < 2)
		return 0;
	manner = (enum op25b_manner)(data[0] % (OP25B_HELO + 1));
	converse(manner, data + 2, size - 2, size, &whole);
	converse(manner, data + 2, size - 2, 1 + data[1] % 16, &cut);
	assert(whole.n == cut.n);
	assert(!memcmp(whole.replies, cut.replies, whole.n * sizeof(whole.replies[0])));
	converse_slowly(manner, data + 2, size - 2, 50 + data[1] * 16);
	return 0;
}
