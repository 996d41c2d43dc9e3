/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of an upgrade to another ABI, and the end of all. The pins of both sets are exchanged in
 * one step, so at no moment is `now` missing; what is left under `next` then is the old set.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/attach.h"
#include "dataplane/generation.h"
#include "dataplane/hooks.h"
#include "dataplane/pins.h"
#include "dataplane/state.h"

static int check_ready(struct op25b_dataplane *dp, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_attachment *list = NULL;
	uint64_t digest;
	size_t n = 0;
	int code;

	code = op25b_generation_digest(dp, &digest);
	if (code < 0)
		return op25b_error_set(error, code,
				       "upgrade: no policy is in force in the new "
				       "tables yet");
	code = op25b_attach_list(dp, &list, &n, error);
	if (code < 0)
		return code;
	for (size_t i = 0; i < n; i++)
		if (!list[i].current)
			return op25b_error_set(error, -EBUSY,
					       "upgrade: %s still runs a program of before",
					       list[i].name);
	return 0;
}

static int take_over_pins(const struct op25b_dataplane *dp)
{
	char now[OP25B_PIN_PATH], next[OP25B_PIN_PATH];

	snprintf(now, sizeof(now), "%s/now", dp->pins);
	snprintf(next, sizeof(next), "%s/next", dp->pins);
	if (access(now, F_OK) < 0)
		return rename(next, now) < 0 ? -errno : 0;
	return renameat2(AT_FDCWD, next, AT_FDCWD, now, RENAME_EXCHANGE) < 0 ? -errno : 0;
}

int op25b_dataplane_commit(struct op25b_dataplane *dp, struct op25b_error *error)
{
	int code;

	if (!dp->pins || (!dp->in_next && !dp->old_control_ids[1]))
		return 0;
	code = check_ready(dp, error);
	if (code < 0)
		return code;
	if (dp->in_next) {
		code = take_over_pins(dp);
		if (code < 0)
			return op25b_error_set(error, code, "exchanging the pins in %s: %s",
					       dp->pins, strerror(-code));
	}
	dp->in_next = false;
	dp->state = OP25B_LOAD_TAKEN_OVER;
	code = op25b_pins_clear(dp->pins, "next", error);
	if (code == 0)
		memset(dp->old_control_ids, 0, sizeof(dp->old_control_ids));
	return code;
}

static bool is_pinned(const struct op25b_dataplane *dp, const char *set)
{
	char path[OP25B_PIN_PATH];

	snprintf(path, sizeof(path), "%s/links", dp->pins);
	if (access(path, F_OK) < 0)
		return false;
	for (size_t i = 0; i < OP25B_PINNED_MAPS; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", dp->pins, set, op25b_pinned_maps[i]);
		if (access(path, F_OK) < 0)
			return false;
	}
	return true;
}

int op25b_dataplane_repin(struct op25b_dataplane *dp, struct op25b_error *error)
{
	const char *set = dp->in_next ? "next" : "now";
	char links[OP25B_PIN_PATH];
	int code = 0, lock;

	if (!dp->pins || is_pinned(dp, set))
		return 0;
	if (access(dp->pins, F_OK) < 0) {
		/* The lock is on the folder that is gone. */
		code = op25b_pins_lock(dp->pins, &lock, error);
		if (code < 0)
			return code;
		op25b_cleanup_close(&dp->lock);
		dp->lock = lock;
	}
	snprintf(links, sizeof(links), "%s/links", dp->pins);
	if (mkdir(links, 0700) < 0 && errno != EEXIST)
		return op25b_error_set(error, -errno, "%s: %s", links, strerror(errno));
	code = op25b_pins_clear(dp->pins, set, error);
	code = code ? code : op25b_pins_write(dp->pins, set, dp->object, error);
	return code < 0 ? code : 1;
}

/* Programs of a process whose pins were lost: not known as ours, so they stay. */
static int tell_strangers(struct op25b_dataplane *dp, struct op25b_error *error)
{
	struct if_nameindex *names = if_nameindex();
	int code = 0;

	for (const struct if_nameindex *i = names; i && code == 0 && i->if_index; i++) {
		code = op25b_tc_stranger(dp, i->if_index, OP25B_TC_HANDLE, i->if_name, error);
		if (code == 0)
			code = op25b_tc_stranger(dp, i->if_index, OP25B_TC_HALF, i->if_name, error);
	}
	if (names)
		if_freenameindex(names);
	return code;
}

/* Of every interface: a tc half whose XDP somebody took off is in no list. */
static int detach_everywhere(struct op25b_dataplane *dp, struct op25b_error *error)
{
	struct if_nameindex *names = if_nameindex();
	struct op25b_error first = { "" };
	int failed = 0;

	if (!names)
		return op25b_error_set(error, -errno, "list of interfaces: %s", strerror(errno));
	for (const struct if_nameindex *i = names; i->if_index; i++)
		if (op25b_detach(dp, i->if_index, failed ? NULL : &first) < 0)
			failed = -EIO;
	if_freenameindex(names);
	return failed ? op25b_error_set(error, failed, "%s", first.text) : 0;
}

int op25b_dataplane_remove(struct op25b_dataplane *dp, struct op25b_error *error)
{
	static const char *const sets[] = { "links", "making", "next", "now" };
	int code = detach_everywhere(dp, error);

	if (code < 0 || !dp->pins)
		return code;
	for (size_t i = 0; code == 0 && i < sizeof(sets) / sizeof(sets[0]); i++)
		code = op25b_pins_clear(dp->pins, sets[i], error);
	if (code == 0 && rmdir(dp->pins) < 0)
		code = op25b_error_set(error, -errno, "%s: %s", dp->pins, strerror(errno));
	return code ? code : tell_strangers(dp, error);
}
