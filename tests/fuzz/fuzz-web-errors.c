/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a pasted error text, from any line: causes in their order, each once, or none. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "web/errors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_causes(const struct op25b_causes *causes)
{
	assert(causes->n <= OP25B_ERRORS_CAUSES);
	for (size_t i = 0; i < causes->n; i++) {
		assert(causes->list[i].outcome < OP25B_OUTCOME_COUNT);
		assert(!i || causes->list[i - 1].confidence >= causes->list[i].confidence);
		for (size_t j = 0; j < i; j++)
			assert(causes->list[i].outcome != causes->list[j].outcome);
	}
	assert(!*causes->code || strlen(causes->code) == 12);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct op25b_errors_data *errors;
	struct op25b_errors_seen seen = { OP25B_ERRORS_ANY, OP25B_HOW_NONE };
	struct op25b_causes causes;
	char *text;
	int r;

	if (!errors && op25b_errors_built_in(&errors))
		abort();
	if (!size)
		return 0;
	seen.line = data[0] & 3;
	if (seen.line == OP25B_ERRORS_REFUSED)
		seen.how = OP25B_DROP + (data[0] >> 2 & 3);
	/* Exactly as long as it is: what is read behind it shows. */
	text = malloc(size);
	assert(text);
	memcpy(text, data + 1, size - 1);
	r = op25b_errors_find(errors, text, size - 1, &seen, &causes);
	if (!r)
		check_causes(&causes);
	else
		assert(r == -EILSEQ || r == -E2BIG);
	free(text);
	return 0;
}
