/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Per-CPU records read and summed. The kernel hands out one record for each possible CPU.
 */
#include "dataplane/counters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dataplane/state.h"

#define COUNTER_WORDS (sizeof(struct op25b_counter) / sizeof(uint64_t))

/* Room for one slot of a per-CPU map whose records have `words` words. */
static uint64_t *make_room(size_t words, int *ret_cpus)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0)
		return NULL;
	*ret_cpus = cpus;
	return calloc((size_t)cpus, words * sizeof(uint64_t));
}

static void add_cpus(const uint64_t *records, int cpus, size_t words, uint64_t *sum)
{
	memset(sum, 0, words * sizeof(*sum));
	for (size_t cpu = 0; cpu < (size_t)cpus; cpu++)
		for (size_t i = 0; i < words; i++)
			sum[i] += records[cpu * words + i];
}

int op25b_counters_read(const struct op25b_dataplane *dp, uint32_t first, uint32_t n,
			struct op25b_counter *ret_sums)
{
	OP25B_AUTO_FREE uint64_t *records = NULL;
	int fd = op25b_dataplane_map_fd(dp, "counters"), cpus = 0;

	if (first > OP25B_COUNTER_SLOTS || n > OP25B_COUNTER_SLOTS - first)
		return -EINVAL;
	records = make_room(COUNTER_WORDS, &cpus);
	if (!records)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t slot = first + i;
		uint64_t sum[COUNTER_WORDS];

		if (bpf_map_lookup_elem(fd, &slot, records) < 0)
			return -errno;
		add_cpus(records, cpus, COUNTER_WORDS, sum);
		memcpy(&ret_sums[i], sum, sizeof(sum));
	}
	return 0;
}

int op25b_counters_clear(const struct op25b_dataplane *dp, uint32_t slot)
{
	OP25B_AUTO_FREE uint64_t *records = NULL;
	int cpus = 0;

	if (slot >= OP25B_COUNTER_SLOTS)
		return -EINVAL;
	records = make_room(COUNTER_WORDS, &cpus);
	if (!records)
		return -ENOMEM;
	return bpf_map_update_elem(op25b_dataplane_map_fd(dp, "counters"), &slot, records,
				   BPF_ANY) < 0 ?
		       -errno :
		       0;
}

int op25b_counters_answers(const struct op25b_dataplane *dp, uint64_t *ret_sums)
{
	OP25B_AUTO_FREE uint64_t *records = NULL;
	int fd = op25b_dataplane_map_fd(dp, "answers"), cpus = 0;

	records = make_room(1, &cpus);
	if (!records)
		return -ENOMEM;
	for (uint32_t i = 0; i < OP25B_ANSWER_COUNT; i++) {
		if (bpf_map_lookup_elem(fd, &i, records) < 0)
			return -errno;
		add_cpus(records, cpus, 1, &ret_sums[i]);
	}
	return 0;
}

static int copy_map(int from, int to)
{
	OP25B_AUTO_FREE uint64_t *records = NULL;
	struct bpf_map_info old = { 0 }, new = { 0 };
	__u32 size = sizeof(old);
	int cpus = 0;

	if (bpf_obj_get_info_by_fd(from, &old, &size) < 0 ||
	    bpf_obj_get_info_by_fd(to, &new, &size) < 0)
		return -errno;
	if (old.type != new.type || old.value_size != new.value_size ||
	    old.max_entries > new.max_entries)
		return 0;
	records = make_room((old.value_size + 7) / 8, &cpus);
	if (!records)
		return -ENOMEM;
	for (uint32_t i = 0; i < old.max_entries; i++)
		if (bpf_map_lookup_elem(from, &i, records) < 0 ||
		    bpf_map_update_elem(to, &i, records, BPF_ANY) < 0)
			return -errno;
	return 0;
}

int op25b_counters_import(const struct op25b_dataplane *dp, const char *folder, const char *set)
{
	static const char *const maps[] = { "counters", "answers" };
	char path[OP25B_PIN_PATH];
	int code = 0;

	for (size_t i = 0; code == 0 && i < sizeof(maps) / sizeof(maps[0]); i++) {
		OP25B_AUTO_CLOSE int fd = -1;

		snprintf(path, sizeof(path), "%s/%s/%s", folder, set, maps[i]);
		fd = bpf_obj_get(path);
		if (fd >= 0)
			code = copy_map(fd, op25b_dataplane_map_fd(dp, maps[i]));
		else if (errno != ENOENT)
			code = -errno;
	}
	return code;
}
