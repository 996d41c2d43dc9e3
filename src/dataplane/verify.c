/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in force against what should be. The whole of each table is compared, entries nobody
 * asked for included: an exemption that somebody slipped into the kernel by hand is a difference.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dataplane/generation.h"
#include "dataplane/state.h"

#define BATCH 8192U /* more than the fullest bucket of a hash */

struct tally {
	uint64_t there, same, changed;
};

/* @expected: what should be there; NULL: nothing. */
static void tally_entry(struct tally *tally, const void *expected, const void *value, size_t bytes)
{
	tally->there++;
	if (expected && memcmp(expected, value, bytes) == 0)
		tally->same++;
	else if (expected)
		tally->changed++;
}

/* Entries missing, added or changed. */
static uint64_t differences(const struct tally *t, uint64_t expected)
{
	return t->changed + (t->there - t->same - t->changed) + (expected - t->same - t->changed);
}

/* A trie is walked key by key: batches of it are the same walk inside the kernel. */
static int compare_prefixes(int fd, const struct op25b_plan *plan, uint64_t *ret_different)
{
	const struct op25b_prefix_entry *list = plan->prefixes, *e;
	struct op25b_prefix_key key;
	struct tally tally = { 0 };
	void *before = NULL;
	uint32_t value;

	while (bpf_map_get_next_key(fd, before, &key) == 0) {
		before = &key;
		if (bpf_map_lookup_elem(fd, &key, &value) < 0)
			return -errno;
		e = list ? bsearch(&key, list, plan->n_prefixes, sizeof(*list),
				   op25b_prefix_key_order) :
			   NULL;
		tally_entry(&tally, e ? &e->value : NULL, &value, sizeof(value));
	}
	if (errno != ENOENT)
		return -errno;
	*ret_different = differences(&tally, plan->n_prefixes);
	return 0;
}

static int compare_exceptions(int fd, const struct op25b_tables *tables, uint64_t *ret_different)
{
	OP25B_AUTO_FREE struct op25b_exception_key *keys = calloc(BATCH, sizeof(*keys));
	OP25B_AUTO_FREE struct op25b_exception *values = calloc(BATCH, sizeof(*values));
	struct tally tally = { 0 };
	__u32 position, n;
	void *from = NULL;
	int code = 0;

	if (!keys || !values)
		return -ENOMEM;
	while (code == 0) {
		n = BATCH;
		code = bpf_map_lookup_batch(fd, from, &position, keys, values, &n, NULL);
		if (code < 0 && errno != ENOENT)
			return -errno;
		for (__u32 i = 0; i < n; i++)
			tally_entry(&tally, op25b_tables_exception(tables, &keys[i]), &values[i],
				    sizeof(values[i]));
		from = &position;
	}
	*ret_different = differences(&tally, op25b_tables_exceptions(tables));
	return 0;
}

static void compare_memory(const struct op25b_dataplane *dp, const struct op25b_tables *tables,
			   struct op25b_generation_difference *difference)
{
	size_t bytes = (size_t)tables->plan.head.n_blocks * OP25B_BLOCK;
	size_t head = sizeof(tables->front->head);
	const struct op25b_front *front = tables->front, *live = dp->live.front;

	difference->head = memcmp(&front->head, &live->head, head) != 0;
	difference->front = memcmp((const char *)front + head, (const char *)live + head,
				   sizeof(*front) - head) != 0;
	if (bytes > dp->live.image_bytes || memcmp(tables->image, dp->live.image, bytes) == 0)
		return;
	for (size_t at = 0; at < bytes; at += OP25B_BLOCK)
		difference->blocks +=
			memcmp(tables->image + at, dp->live.image + at, OP25B_BLOCK) != 0;
}

int op25b_generation_verify(struct op25b_dataplane *dp, const struct op25b_tables *tables,
			    struct op25b_generation_difference *ret_difference,
			    struct op25b_error *error)
{
	struct op25b_generation_difference d = { 0 };
	struct op25b_generation_live live;
	int code;

	op25b_generation_forget(dp); /* somebody else may have switched */
	code = op25b_generation_live(dp, &live, error);
	if (code == -ENODATA) {
		d.none_in_force = true;
		*ret_difference = d;
		return 1;
	}
	if (code < 0)
		return code;
	compare_memory(dp, tables, &d);
	code = compare_prefixes(live.prefixes, &tables->plan, &d.prefixes);
	if (code == 0)
		code = compare_exceptions(live.exceptions, tables, &d.exceptions);
	if (code < 0)
		return op25b_error_set(error, code, "comparing the generation in force: %s",
				       strerror(-code));
	*ret_difference = d;
	return d.head || d.front || d.blocks || d.prefixes || d.exceptions;
}
