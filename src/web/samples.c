/* SPDX-License-Identifier: BSD-2-Clause */
/* See samples.h. */
#include "web/samples.h"

#include <stdbool.h>
#include <string.h>

static struct op25b_sample sum(int64_t now, const json_t *counters)
{
	struct op25b_sample sample = { .at = now };
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(counters, "counters"), i, row)
	{
		const char *verdict = json_string_value(json_object_get(row, "verdict"));
		const char *reason = json_string_value(json_object_get(row, "reason"));
		json_int_t packets = json_integer_value(json_object_get(row, "packets"));

		if (!verdict || !reason || packets < 0)
			continue;
		if (!strcmp(verdict, "refuse"))
			sample.refused += (uint64_t)packets;
		else if (!strcmp(verdict, "count"))
			sample.counted += (uint64_t)packets;
		else if (!strcmp(reason, "designated-server") || !strcmp(reason, "exemption"))
			sample.open += (uint64_t)packets;
	}
	return sample;
}

void op25b_samples_add(struct op25b_samples *samples, int64_t now, const json_t *counters)
{
	const struct op25b_sample *last = samples->n ? &samples->list[samples->n - 1] : NULL;
	struct op25b_sample sample;

	if (last && now / 60 == last->at / 60)
		return;
	sample = sum(now, counters);
	if (last && (now < last->at || sample.refused < last->refused ||
		     sample.counted < last->counted || sample.open < last->open))
		samples->n = 0;
	if (samples->n == OP25B_SAMPLES)
		memmove(samples->list, samples->list + 1, --samples->n * sizeof(samples->list[0]));
	samples->list[samples->n++] = sample;
}
