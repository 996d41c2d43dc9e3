/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The switch of generations. A packet reads control.slot once and then looks into that slot of the
 * three outer maps, so a slot may be written only while no packet can still be in it:
 *
 *   1. the other slot holds nothing, or leftovers of a process killed in step 5
 *   2. leftovers: wait for the packets that may have begun before that process's switch
 *   3. put image, prefixes and exceptions into the other slot
 *   4. store control.slot
 *   5. wait for the packets that began before; empty the old slot
 *
 * An update of an outer map returns after a grace period of RCU, within which every packet ends;
 * that is the wait. Killed before 4 the old generation is in force, whole; after 4 the new one.
 */
#include "dataplane/generation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/fill.h"
#include "dataplane/state.h"

static const char *const outer_maps[] = { "images", "prefixes", "exceptions" };
#define OUTER_MAPS 3U

static uint32_t live_slot(const struct op25b_dataplane *dp)
{
	return __atomic_load_n(&dp->control->slot, __ATOMIC_ACQUIRE) % OP25B_SLOTS;
}

/* The inner map in a slot, as a new descriptor. -ENOENT: the slot is empty. */
static int open_inner(const struct op25b_dataplane *dp, const char *outer, uint32_t slot)
{
	__u32 id;
	int fd;

	if (bpf_map_lookup_elem(op25b_dataplane_map_fd(dp, outer), &slot, &id) < 0)
		return -errno;
	fd = bpf_map_get_fd_by_id(id);
	return fd < 0 ? -errno : fd;
}

/* Wait for every packet that is judged now, by putting a slot's image where it is already. */
static int wait_grace(const struct op25b_dataplane *dp, uint32_t slot)
{
	OP25B_AUTO_CLOSE int fd = open_inner(dp, "images", slot);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	return bpf_map_update_elem(op25b_dataplane_map_fd(dp, "images"), &slot, &fd, BPF_ANY) < 0 ?
		       -errno :
		       0;
}

static int empty_slot(const struct op25b_dataplane *dp, uint32_t slot)
{
	int code = 0;

	for (size_t i = 0; i < OUTER_MAPS; i++)
		if (bpf_map_delete_elem(op25b_dataplane_map_fd(dp, outer_maps[i]), &slot) < 0 &&
		    errno != ENOENT)
			code = -errno;
	return code;
}

/* Step 2. An empty slot needs no wait: whoever emptied it had waited. */
static int settle_slot(const struct op25b_dataplane *dp, uint32_t slot)
{
	__u32 id;

	for (size_t i = 0; i < OUTER_MAPS; i++)
		if (bpf_map_lookup_elem(op25b_dataplane_map_fd(dp, outer_maps[i]), &slot, &id) == 0)
			return wait_grace(dp, live_slot(dp));
	return 0;
}

static int place(const struct op25b_dataplane *dp, uint32_t slot, const struct op25b_inner *inner)
{
	const int fds[OUTER_MAPS] = { inner->image, inner->prefixes, inner->exceptions };

	for (size_t i = 0; i < OUTER_MAPS; i++)
		if (bpf_map_update_elem(op25b_dataplane_map_fd(dp, outer_maps[i]), &slot, &fds[i],
					BPF_ANY) < 0)
			return -errno;
	return 0;
}

static void adopt(struct op25b_dataplane *dp, struct op25b_inner *inner)
{
	op25b_generation_forget(dp);
	dp->image = OP25B_TAKE_PTR(inner->mapped);
	dp->image_bytes = inner->bytes;
	dp->prefixes = OP25B_TAKE_FD(inner->prefixes);
	dp->exceptions = OP25B_TAKE_FD(inner->exceptions);
}

int op25b_generation_put(struct op25b_dataplane *dp, const struct op25b_plan *plan,
			 struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_inner_done) struct op25b_inner inner = OP25B_INNER_NONE;
	uint32_t old = live_slot(dp), new = (old + 1) % OP25B_SLOTS;
	int code;

	code = op25b_inner_make(plan, &inner, error);
	if (code < 0)
		return code;
	code = settle_slot(dp, new);
	if (code == 0)
		code = place(dp, new, &inner);
	if (code < 0)
		return op25b_error_set(error, code, "placing the generation: %s", strerror(-code));
	__atomic_store_n(&dp->control->slot, new, __ATOMIC_RELEASE);
	adopt(dp, &inner);
	code = wait_grace(dp, new);
	if (code == 0)
		code = empty_slot(dp, old);
	if (code < 0)
		return op25b_error_set(error, code, "switched; releasing the generation before: %s",
				       strerror(-code));
	return 0;
}

void op25b_generation_forget(struct op25b_dataplane *dp)
{
	if (dp->image)
		munmap(dp->image, dp->image_bytes);
	dp->image = NULL;
	dp->image_bytes = 0;
	op25b_cleanup_close(&dp->prefixes);
	op25b_cleanup_close(&dp->exceptions);
}

static int map_image(int fd, uint8_t **ret_image, size_t *ret_bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes;
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	void *mapped;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return -errno;
	bytes = ((size_t)info.max_entries * OP25B_BLOCK + page - 1) / page * page;
	mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		return -errno;
	*ret_image = mapped;
	*ret_bytes = bytes;
	return 0;
}

/* Open what is in force, once; a put of this handle keeps it up to date. */
static int look(struct op25b_dataplane *dp)
{
	OP25B_AUTO_CLOSE int image = -1, prefixes = -1, exceptions = -1;
	uint32_t slot = live_slot(dp);
	int code;

	if (dp->image)
		return 0;
	image = open_inner(dp, "images", slot);
	if (image < 0)
		return image == -ENOENT ? -ENODATA : image;
	prefixes = open_inner(dp, "prefixes", slot);
	exceptions = open_inner(dp, "exceptions", slot);
	if (prefixes < 0 || exceptions < 0)
		return prefixes < 0 ? prefixes : exceptions;
	code = map_image(image, &dp->image, &dp->image_bytes);
	if (code < 0)
		return code;
	dp->prefixes = OP25B_TAKE_FD(prefixes);
	dp->exceptions = OP25B_TAKE_FD(exceptions);
	return 0;
}

int op25b_generation_live(struct op25b_dataplane *dp, struct op25b_generation_live *ret_live,
			  struct op25b_error *error)
{
	int code = look(dp);

	if (code < 0)
		return op25b_error_set(error, code, "generation in force: %s",
				       code == -ENODATA ? "none" : strerror(-code));
	ret_live->image = dp->image;
	ret_live->n_blocks = ((const struct op25b_image_head *)(const void *)dp->image)->n_blocks;
	ret_live->prefixes = dp->prefixes;
	ret_live->exceptions = dp->exceptions;
	return 0;
}

int op25b_generation_digest(struct op25b_dataplane *dp, uint64_t *ret_digest)
{
	int code = look(dp);

	if (code < 0)
		return code;
	*ret_digest = ((const struct op25b_image_head *)(const void *)dp->image)->digest;
	return 0;
}
