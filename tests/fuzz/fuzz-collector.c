/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a collector file: findings or a collector, never both, never a crash; and each of
 * its prefixes is found, and is somebody's.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/prefix.h"
#include "radiusd/collector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct op25b_collector *collector)
{
	assert(collector->n_listen && collector->n_clients && collector->store);
	for (size_t i = 0; i < collector->n_clients; i++)
		assert(*collector->clients[i].name && collector->clients[i].n_secret);
	for (size_t i = 0; i < collector->n_senders; i++) {
		struct op25b_prefix first = collector->senders[i].prefix;

		first.len = op25b_prefix_whole(first.family);
		assert(op25b_collector_sender(collector, &first) >= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op25b_collector *collector = NULL;
	struct op25b_findings findings;
	int r = op25b_collector_parse("fuzz", data, size, &collector, &findings);

	assert((r == 0) == (collector != NULL));
	assert(!r == !findings.n_errors);
	if (collector)
		check(collector);
	op25b_findings_free(&findings);
	op25b_collector_free(&collector);
	return 0;
}
