/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random frames against the decision in user space, the very source of the BPF programs. What must
 * hold for any frame: the same answer twice, no read past the end (AddressSanitizer), no refusal
 * without port 25 or hidden ports, no change by padding, nothing judged with reverse_path off.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane/native.h"
#include "tests/packet/fuzz-input.h"
#include "tests/packet/world-policy.h"

enum { PADDING = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct op25b_tables tables[2];

static void prepare(void)
{
	static struct op25b_policy *policies[2];

	for (int i = 0; i < 2 && !policies[i]; i++)
		if (world_tables(i, &policies[i], &tables[i]) < 0)
			abort();
}

struct question {
	const struct op25b_tables *tables;
	bool skb;
	enum op25b_side side;
};

static uint32_t ask(const struct question *q, const uint8_t *frame, size_t size)
{
	struct op25b_decision d = { 0 };

	op25b_native_frame(q->tables, q->skb, q->side, frame, size, &d);
	assert(d.verdict <= OP25B_REFUSE && d.reason < OP25B_REASON_COUNT);
	assert((d.verdict == OP25B_REFUSE) == (d.how != OP25B_HOW_NONE));
	assert(d.verdict == OP25B_PASS || d.service);
	if (d.verdict == OP25B_REFUSE && q->side == OP25B_UPSTREAM)
		assert(d.how == OP25B_DROP);
	return OP25B_PACK(d.verdict, d.reason, d.how, d.manner, d.service);
}

static int needs_port_25(uint32_t word)
{
	uint32_t reason = OP25B_PACKED_REASON(word);

	return reason == OP25B_FOREIGN_SERVER || reason == OP25B_DESIGNATED_SERVER_CLOSED ||
	       reason == OP25B_REVERSE_PATH || reason == OP25B_DESIGNATED_SERVER;
}

/* With no two bytes left that could be port 25, nothing is judged as if it were. */
static void check_without_25(const struct question *q, const uint8_t *frame, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	assert(copy);
	memcpy(copy, frame, size);
	for (size_t i = 1; i < size; i++)
		if (copy[i - 1] == 0 && copy[i] == 25)
			copy[i] = 26;
	assert(!needs_port_25(ask(q, copy, size)));
	free(copy);
}

/* Bytes behind the packet change nothing, unless the frame was too short for what it says. */
static void check_padded(const struct question *q, const uint8_t *frame, size_t size, uint32_t word)
{
	uint8_t *copy = malloc(size + PADDING);
	uint32_t reason = OP25B_PACKED_REASON(word);

	assert(copy);
	memcpy(copy, frame, size);
	memset(copy + size, 25, PADDING);
	if (!q->skb && reason != OP25B_MALFORMED && reason != OP25B_OTHER_PORT)
		assert(ask(q, copy, size + PADDING) == word);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct question q;
	uint32_t word;

	prepare();
	if (!size)
		return 0;
	q = (struct question){ .tables = &tables[!!(data[0] & FUZZ_ONE_WAY)],
			       .skb = data[0] & FUZZ_SKB,
			       .side = data[0] & FUZZ_UPSTREAM ? OP25B_UPSTREAM :
								 OP25B_SUBSCRIBER };
	word = ask(&q, data + 1, size - 1);
	assert(ask(&q, data + 1, size - 1) == word);
	if ((data[0] & FUZZ_ONE_WAY) && q.side == OP25B_UPSTREAM)
		assert(OP25B_PACKED_REASON(word) == OP25B_OTHER_PORT);
	check_without_25(&q, data + 1, size - 1);
	check_padded(&q, data + 1, size - 1, word);
	return 0;
}
