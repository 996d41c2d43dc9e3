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

#define KEY_BYTES_MAX   24U
#define VALUE_BYTES_MAX 8U
#define BATCH           8192U /* more than the fullest bucket of a hash */

struct expected {
	const void *list;
	size_t n, stride, key_bytes, value_at, value_bytes;
	int (*order)(const void *a, const void *b);
};

struct tally {
	uint64_t there, same, changed;
};

static void tally_entry(struct tally *tally, const struct expected *e, const void *key,
			const void *value)
{
	const char *entry = bsearch(key, e->list ? e->list : "", e->n, e->stride, e->order);

	tally->there++;
	if (entry && memcmp(entry + e->value_at, value, e->value_bytes) == 0)
		tally->same++;
	else if (entry)
		tally->changed++;
}

/* A trie is walked key by key: batches of it are the same walk inside the kernel. */
static int tally_walk(int fd, const struct expected *e, struct tally *tally)
{
	_Alignas(uint64_t) char key[KEY_BYTES_MAX], value[VALUE_BYTES_MAX];
	void *before = NULL;

	while (bpf_map_get_next_key(fd, before, key) == 0) {
		before = key;
		if (bpf_map_lookup_elem(fd, key, value) < 0)
			return -errno;
		tally_entry(tally, e, key, value);
	}
	return errno == ENOENT ? 0 : -errno;
}

static int tally_batches(int fd, const struct expected *e, struct tally *tally)
{
	OP25B_AUTO_FREE char *keys = malloc(BATCH * e->key_bytes);
	OP25B_AUTO_FREE char *values = malloc(BATCH * e->value_bytes);
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
			tally_entry(tally, e, keys + i * e->key_bytes, values + i * e->value_bytes);
		from = &position;
	}
	return 0;
}

/* Differences between a map and a sorted list: entries missing, added or changed. */
static int compare_map(int fd, const struct expected *e, bool hash, uint64_t *ret_different)
{
	struct tally t = { 0 };
	int code = hash ? tally_batches(fd, e, &t) : tally_walk(fd, e, &t);

	if (code < 0)
		return code;
	*ret_different = t.changed + (t.there - t.same - t.changed) + (e->n - t.same - t.changed);
	return 0;
}

static int compare_memory(const struct op25b_dataplane *dp, const struct op25b_plan *plan,
			  struct op25b_generation_difference *difference)
{
	size_t bytes = (size_t)plan->head.n_blocks * OP25B_BLOCK, head = sizeof(plan->head);
	OP25B_AUTO_FREE struct op25b_front *front = malloc(sizeof(*front));
	OP25B_AUTO_FREE uint8_t *image = calloc(1, bytes);

	if (!front || !image)
		return -ENOMEM;
	op25b_plan_fill(plan, front, image);
	difference->head = memcmp(&front->head, &dp->live.front->head, head) != 0;
	difference->front = memcmp((const char *)front + head, (const char *)dp->live.front + head,
				   sizeof(*front) - head) != 0;
	if (bytes > dp->live.image_bytes || memcmp(image, dp->live.image, bytes) == 0)
		return 0;
	for (size_t at = 0; at < bytes; at += OP25B_BLOCK)
		difference->blocks += memcmp(image + at, dp->live.image + at, OP25B_BLOCK) != 0;
	return 0;
}

int op25b_generation_verify(struct op25b_dataplane *dp, const struct op25b_plan *plan,
			    struct op25b_generation_difference *ret_difference,
			    struct op25b_error *error)
{
	const struct expected prefixes = {
		.list = plan->prefixes,
		.n = plan->n_prefixes,
		.stride = sizeof(struct op25b_prefix_entry),
		.key_bytes = sizeof(struct op25b_prefix_key),
		.value_at = offsetof(struct op25b_prefix_entry, value),
		.value_bytes = sizeof(uint32_t),
		.order = op25b_prefix_key_order,
	};
	const struct expected exceptions = {
		.list = plan->exceptions,
		.n = plan->n_exceptions,
		.stride = sizeof(struct op25b_exception_entry),
		.key_bytes = sizeof(struct op25b_exception_key),
		.value_at = offsetof(struct op25b_exception_entry, value),
		.value_bytes = sizeof(struct op25b_exception),
		.order = op25b_exception_key_order,
	};
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
	code = compare_memory(dp, plan, &d);
	if (code == 0)
		code = compare_map(live.prefixes, &prefixes, false, &d.prefixes);
	if (code == 0)
		code = compare_map(live.exceptions, &exceptions, true, &d.exceptions);
	if (code < 0)
		return op25b_error_set(error, code, "comparing the generation in force: %s",
				       strerror(-code));
	*ret_difference = d;
	return d.head || d.front || d.blocks || d.prefixes || d.exceptions;
}
