/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inner maps from tables. Front and image are written as memory; the trie and the hash, which have
 * no memory to show, take batches. Some kernels fail a batch halfway with ENOMEM although there is
 * memory (they allocate without waiting): what is left of it then goes one by one.
 */
#include "dataplane/fill.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"

#define BATCH 4096U

/* Entries of any two fixed sizes, value behind key. */
struct entries {
	const void *list;
	size_t n, stride, key_bytes, value_at, value_bytes;
};

static int update_singly(int fd, const struct entries *e, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++) {
		const char *entry = (const char *)e->list + i * e->stride;

		if (bpf_map_update_elem(fd, entry, entry + e->value_at, BPF_ANY) < 0)
			return -errno;
	}
	return 0;
}

static int update_all(int fd, const struct entries *e)
{
	OP25B_AUTO_FREE char *keys = malloc(BATCH * e->key_bytes);
	OP25B_AUTO_FREE char *values = malloc(BATCH * e->value_bytes);
	int code = 0;

	if (!keys || !values)
		return -ENOMEM;
	for (size_t first = 0, n; code == 0 && first < e->n; first += n) {
		__u32 done;

		n = e->n - first < BATCH ? e->n - first : BATCH;
		for (size_t i = 0; i < n; i++) {
			const char *entry = (const char *)e->list + (first + i) * e->stride;

			memcpy(keys + i * e->key_bytes, entry, e->key_bytes);
			memcpy(values + i * e->value_bytes, entry + e->value_at, e->value_bytes);
		}
		done = (__u32)n;
		if (bpf_map_update_batch(fd, keys, values, &done, NULL) < 0)
			code = update_singly(fd, e, first, n);
	}
	return code;
}

/* @max: of entries that the map may have later on. */
static int make_map(enum bpf_map_type type, const char *name, const struct entries *e, size_t max,
		    const char *what, int *ret_fd, struct op25b_error *error)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	OP25B_AUTO_CLOSE int fd = -1;
	int code;

	if (max > INT32_MAX)
		return op25b_error_set(error, -E2BIG, "%zu %s", max, what);
	fd = bpf_map_create(type, name, (__u32)e->key_bytes, (__u32)e->value_bytes,
			    max ? (__u32)max : 1, &opts);
	code = fd < 0 ? -errno : update_all(fd, e);
	if (code < 0)
		return op25b_error_set(error, code, "table of %zu %s: %s", e->n, what,
				       strerror(-code));
	*ret_fd = OP25B_TAKE_FD(fd);
	return 0;
}

static size_t whole_pages(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

int op25b_mapped_open(int front_fd, int image_fd, uint32_t n_blocks, struct op25b_mapped *ret)
{
	size_t front_bytes = whole_pages(sizeof(struct op25b_front));
	size_t image_bytes = whole_pages((size_t)n_blocks * OP25B_BLOCK);
	void *front, *image;

	front = mmap(NULL, front_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, front_fd, 0);
	if (front == MAP_FAILED)
		return -errno;
	image = mmap(NULL, image_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, image_fd, 0);
	if (image == MAP_FAILED) {
		int code = -errno;

		munmap(front, front_bytes);
		return code;
	}
	*ret = (struct op25b_mapped){ front, image, image_bytes };
	return 0;
}

void op25b_mapped_done(struct op25b_mapped *mapped)
{
	if (mapped->front)
		munmap(mapped->front, whole_pages(sizeof(*mapped->front)));
	if (mapped->image)
		munmap(mapped->image, mapped->image_bytes);
	*mapped = (struct op25b_mapped){ 0 };
}

/* Leaves alone what holds nothing: the map is zero, and most of a large image may be. */
static void copy_pages(uint8_t *to, const uint8_t *from, size_t bytes)
{
	static const uint8_t nothing[4096];

	for (size_t at = 0, n; at < bytes; at += n) {
		n = bytes - at < sizeof(nothing) ? bytes - at : sizeof(nothing);
		if (memcmp(from + at, nothing, n) != 0)
			memcpy(to + at, from + at, n);
	}
}

static int make_memory(const struct op25b_tables *tables, struct op25b_inner *inner,
		       struct op25b_error *error)
{
	LIBBPF_OPTS(bpf_map_create_opts, front, .map_flags = BPF_F_MMAPABLE);
	LIBBPF_OPTS(bpf_map_create_opts, image, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	uint32_t n_blocks = tables->plan.head.n_blocks;
	int code;

	inner->front = bpf_map_create(BPF_MAP_TYPE_ARRAY, "front", sizeof(__u32),
				      sizeof(struct op25b_front), 1, &front);
	if (inner->front < 0)
		return op25b_error_set(error, -errno, "front of a generation: %s", strerror(errno));
	inner->image = bpf_map_create(BPF_MAP_TYPE_ARRAY, "image", sizeof(__u32), OP25B_BLOCK,
				      n_blocks, &image);
	if (inner->image < 0)
		return op25b_error_set(error, -errno, "image of %u blocks: %s", n_blocks,
				       strerror(errno));
	code = op25b_mapped_open(inner->front, inner->image, n_blocks, &inner->mapped);
	if (code < 0)
		return op25b_error_set(error, code, "mapping the image of %u blocks: %s", n_blocks,
				       strerror(-code));
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): mmap() never gives NULL */
	memcpy(inner->mapped.front, tables->front, sizeof(*tables->front));
	copy_pages(inner->mapped.image, tables->image, (size_t)n_blocks * OP25B_BLOCK);
	return 0;
}

static int make_prefixes(const struct op25b_plan *plan, int *ret_fd, struct op25b_error *error)
{
	const struct entries prefixes = {
		.list = plan->prefixes,
		.n = plan->n_prefixes,
		.stride = sizeof(struct op25b_prefix_entry),
		.key_bytes = sizeof(struct op25b_prefix_key),
		.value_at = offsetof(struct op25b_prefix_entry, value),
		.value_bytes = sizeof(uint32_t),
	};

	return make_map(BPF_MAP_TYPE_LPM_TRIE, "prefix", &prefixes, prefixes.n, "prefixes", ret_fd,
			error);
}

/* Those of live sessions after the plan's: they stand instead of a plan's of the same key. */
static int put_live(int fd, const struct op25b_prefix_table *live)
{
	const struct op25b_exception_entry *from = NULL;
	OP25B_AUTO_FREE struct op25b_exception_entry *list = calloc(BATCH, sizeof(*list));
	struct entries e = { .list = list,
			     .stride = sizeof(*list),
			     .key_bytes = sizeof(list->key),
			     .value_at = offsetof(struct op25b_exception_entry, value),
			     .value_bytes = sizeof(list->value) };
	int code = 0;

	if (!list)
		return -ENOMEM;
	do {
		for (e.n = 0; e.n < BATCH; e.n++) {
			from = op25b_prefix_table_next(live, from);
			if (!from)
				break;
			list[e.n] = *from;
		}
		code = update_all(fd, &e);
	} while (code == 0 && from);
	return code;
}

static int make_exceptions(const struct op25b_tables *tables, int *ret_fd,
			   struct op25b_error *error)
{
	const struct entries exceptions = {
		.list = tables->plan.exceptions,
		.n = tables->plan.n_exceptions,
		.stride = sizeof(struct op25b_exception_entry),
		.key_bytes = sizeof(struct op25b_exception_key),
		.value_at = offsetof(struct op25b_exception_entry, value),
		.value_bytes = sizeof(struct op25b_exception),
	};
	int code = make_map(BPF_MAP_TYPE_HASH, "exception", &exceptions,
			    op25b_tables_exceptions(tables) + tables->room, "exceptions", ret_fd,
			    error);

	if (code == 0 && tables->live.n) {
		code = put_live(*ret_fd, &tables->live);
		if (code < 0)
			op25b_error_set(error, code, "exceptions of sessions: %s", strerror(-code));
	}
	return code;
}

int op25b_inner_make(const struct op25b_tables *tables, struct op25b_inner *ret_inner,
		     struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_inner_done) struct op25b_inner inner = OP25B_INNER_NONE;
	int code = make_memory(tables, &inner, error);

	if (code == 0)
		code = make_prefixes(&tables->plan, &inner.prefixes, error);
	if (code == 0)
		code = make_exceptions(tables, &inner.exceptions, error);
	if (code < 0)
		return code;
	*ret_inner = inner;
	/* cppcheck-suppress unreadVariable ; the cleanup reads it */
	inner = (struct op25b_inner)OP25B_INNER_NONE;
	return 0;
}

void op25b_inner_done(struct op25b_inner *inner)
{
	op25b_mapped_done(&inner->mapped);
	op25b_cleanup_close(&inner->front);
	op25b_cleanup_close(&inner->image);
	op25b_cleanup_close(&inner->prefixes);
	op25b_cleanup_close(&inner->exceptions);
	*inner = (struct op25b_inner)OP25B_INNER_NONE;
}
