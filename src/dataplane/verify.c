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

struct expected {
	const void *list; /* sorted by key, bytewise */
	size_t n, stride, key_bytes, value_at, value_bytes;
};

/* bsearch() hands no context down, so the key carries its own length. */
struct wanted_key {
	size_t bytes;
	char key[KEY_BYTES_MAX];
};

static int compare_key(const void *wanted, const void *entry)
{
	const struct wanted_key *key = wanted;

	return memcmp(key->key, entry, key->bytes);
}

/* Differences between a map and a sorted list: entries missing, added or changed. */
static int compare_map(int fd, const struct expected *e, uint64_t *ret_different)
{
	uint64_t same = 0, there = 0, changed = 0;
	char value[VALUE_BYTES_MAX];
	struct wanted_key at = { .bytes = e->key_bytes };
	void *before = NULL;

	while (bpf_map_get_next_key(fd, before, at.key) == 0) {
		const char *entry =
			bsearch(&at, e->list ? e->list : "", e->n, e->stride, compare_key);

		there++;
		before = at.key;
		if (bpf_map_lookup_elem(fd, at.key, value) < 0)
			return -errno;
		if (entry && memcmp(entry + e->value_at, value, e->value_bytes) == 0)
			same++;
		else if (entry)
			changed++;
	}
	if (errno != ENOENT)
		return -errno;
	*ret_different = changed + (there - same - changed) + (e->n - same - changed);
	return 0;
}

static int compare_image(const struct op25b_dataplane *dp, const struct op25b_plan *plan,
			 struct op25b_generation_difference *difference)
{
	size_t bytes = (size_t)plan->head.n_blocks * OP25B_BLOCK;
	OP25B_AUTO_FREE uint8_t *should = NULL;

	if (bytes > dp->image_bytes) {
		difference->head = true;
		return 0;
	}
	should = calloc(1, bytes);
	if (!should)
		return -ENOMEM;
	op25b_plan_fill(plan, should);
	difference->head = memcmp(should, dp->image, OP25B_BLOCK) != 0;
	if (memcmp(should, dp->image, bytes) != 0)
		for (size_t at = OP25B_BLOCK; at < bytes; at += OP25B_BLOCK)
			difference->blocks += memcmp(should + at, dp->image + at, OP25B_BLOCK) != 0;
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
	};
	const struct expected exceptions = {
		.list = plan->exceptions,
		.n = plan->n_exceptions,
		.stride = sizeof(struct op25b_exception_entry),
		.key_bytes = sizeof(struct op25b_exception_key),
		.value_at = offsetof(struct op25b_exception_entry, value),
		.value_bytes = sizeof(struct op25b_exception),
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
	code = compare_image(dp, plan, &d);
	if (code == 0)
		code = compare_map(live.prefixes, &prefixes, &d.prefixes);
	if (code == 0)
		code = compare_map(live.exceptions, &exceptions, &d.exceptions);
	if (code < 0)
		return op25b_error_set(error, code, "comparing the generation in force: %s",
				       strerror(-code));
	*ret_difference = d;
	return d.head || d.blocks || d.prefixes || d.exceptions;
}
