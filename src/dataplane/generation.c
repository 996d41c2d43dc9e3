/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The switch of generations. A packet reads control.slot once and then looks into that slot of the
 * four outer maps, so a slot may be written only while no packet can still be in it:
 *
 *   1. the other slot holds nothing, or the generation before, which nobody released
 *   2. the latter: wait for the packets that may have begun before the switch to ours
 *   3. put front, image, prefixes and exceptions into the other slot
 *   4. store control.slot
 *
 * and, as a step of its own, because it takes as long as all that and nobody waits for it:
 *
 *   5. wait for the packets that began before; empty the old slot
 *
 * An update of an outer map returns after a grace period of RCU, within which every packet ends;
 * that is the wait. Killed before 4 the old generation is in force, whole; after 4 the new one.
 */
#include "dataplane/generation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/fill.h"
#include "dataplane/state.h"

static const char *const outer_maps[] = { "fronts", "images", "prefixes", "exceptions" };
#define OUTER_MAPS 4U

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
	const int fds[OUTER_MAPS] = { inner->front, inner->image, inner->prefixes,
				      inner->exceptions };

	for (size_t i = 0; i < OUTER_MAPS; i++)
		if (bpf_map_update_elem(op25b_dataplane_map_fd(dp, outer_maps[i]), &slot, &fds[i],
					BPF_ANY) < 0)
			return -errno;
	return 0;
}

static void adopt(struct op25b_dataplane *dp, struct op25b_inner *inner)
{
	op25b_generation_forget(dp);
	dp->live = inner->mapped;
	inner->mapped = (struct op25b_mapped){ 0 };
	dp->prefixes = OP25B_TAKE_FD(inner->prefixes);
	dp->exceptions = OP25B_TAKE_FD(inner->exceptions);
}

int op25b_generation_put(struct op25b_dataplane *dp, const struct op25b_tables *tables,
			 struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_inner_done) struct op25b_inner inner = OP25B_INNER_NONE;
	uint32_t old = live_slot(dp), new = (old + 1) % OP25B_SLOTS;
	int code;

	code = op25b_inner_make(tables, &inner, error);
	if (code < 0)
		return code;
	code = settle_slot(dp, new);
	if (code == 0)
		code = place(dp, new, &inner);
	if (code < 0)
		return op25b_error_set(error, code, "placing the generation: %s", strerror(-code));
	__atomic_store_n(&dp->control->slot, new, __ATOMIC_RELEASE);
	adopt(dp, &inner);
	return 0;
}

int op25b_generation_release(const struct op25b_dataplane *dp, struct op25b_error *error)
{
	uint32_t live = live_slot(dp);
	int code = wait_grace(dp, live);

	if (code == 0)
		code = empty_slot(dp, (live + 1) % OP25B_SLOTS);
	if (code < 0)
		return op25b_error_set(error, code, "releasing the generation before: %s",
				       strerror(-code));
	return 0;
}

void op25b_generation_forget(struct op25b_dataplane *dp)
{
	op25b_mapped_done(&dp->live);
	op25b_cleanup_close(&dp->prefixes);
	op25b_cleanup_close(&dp->exceptions);
}

static int map_live(struct op25b_dataplane *dp, int front, int image)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(image, &info, &size) < 0)
		return -errno;
	return op25b_mapped_open(front, image, info.max_entries, &dp->live);
}

/* Open what is in force, once; a put of this handle keeps it up to date. */
static int look(struct op25b_dataplane *dp)
{
	OP25B_AUTO_CLOSE int front = -1, image = -1, prefixes = -1, exceptions = -1;
	uint32_t slot = live_slot(dp);
	int code;

	if (dp->live.front)
		return 0;
	front = open_inner(dp, "fronts", slot);
	if (front < 0)
		return front == -ENOENT ? -ENODATA : front;
	image = open_inner(dp, "images", slot);
	prefixes = open_inner(dp, "prefixes", slot);
	exceptions = open_inner(dp, "exceptions", slot);
	if (image < 0 || prefixes < 0 || exceptions < 0)
		return image < 0 ? image : prefixes < 0 ? prefixes : exceptions;
	code = map_live(dp, front, image);
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
	ret_live->front = dp->live.front;
	ret_live->image = dp->live.image;
	ret_live->prefixes = dp->prefixes;
	ret_live->exceptions = dp->exceptions;
	return 0;
}

int op25b_generation_digest(struct op25b_dataplane *dp, uint64_t *ret_digest)
{
	int code = look(dp);

	if (code < 0)
		return code;
	*ret_digest = dp->live.front->head.digest;
	return 0;
}

int op25b_generation_unit(struct op25b_dataplane *dp, uint32_t unit, uint16_t value)
{
	const struct op25b_front_head *head;
	int code = look(dp);

	if (code < 0)
		return code;
	head = &dp->live.front->head;
	if (unit / 32 >= head->n_blocks - head->units)
		return -ERANGE;
	__atomic_store_n((uint16_t *)(void *)(dp->live.image + (size_t)head->units * OP25B_BLOCK) +
				 unit,
			 value, __ATOMIC_RELEASE);
	return 0;
}

int op25b_generation_exception(struct op25b_dataplane *dp, const struct op25b_exception_key *key,
			       const struct op25b_exception *value)
{
	int code = look(dp);

	if (code < 0)
		return code;
	if (value && bpf_map_update_elem(dp->exceptions, key, value, BPF_ANY) < 0)
		return errno == E2BIG ? -ENOSPC : -errno;
	if (!value && bpf_map_delete_elem(dp->exceptions, key) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}
