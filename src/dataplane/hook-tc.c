/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tc by a filter in the clsact qdisc, at one priority and a handle: one for the program that judges
 * all, one for the half below XDP. A filter belongs to its interface, so no pin is needed;
 * replacing it is one netlink message and leaves no gap. That we made the qdisc is marked by a
 * directory beside the links: bpffs keeps no other kind of note.
 */
#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/filters.h"
#include "dataplane/hooks.h"
#include "dataplane/log.h"
#include "dataplane/program.h"

static void mark_path(const struct op25b_dataplane *dp, unsigned int ifindex,
		      char path[OP25B_PIN_PATH])
{
	snprintf(path, OP25B_PIN_PATH, "%s/links/clsact-%u", dp->pins, ifindex);
}

static int mark_clsact(struct op25b_dataplane *dp, unsigned int ifindex)
{
	char path[OP25B_PIN_PATH];
	unsigned int *list;

	if (dp->pins) {
		mark_path(dp, ifindex, path);
		return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
	}
	list = reallocarray(dp->clsacts, dp->n_clsacts + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	list[dp->n_clsacts++] = ifindex;
	dp->clsacts = list;
	return 0;
}

/* Returns whether it was marked. */
static bool unmark_clsact(struct op25b_dataplane *dp, unsigned int ifindex)
{
	char path[OP25B_PIN_PATH];
	bool marked = false;

	if (dp->pins) {
		mark_path(dp, ifindex, path);
		return rmdir(path) == 0;
	}
	for (size_t i = 0; i < dp->n_clsacts; i++) {
		if (dp->clsacts[i] != ifindex)
			continue;
		dp->clsacts[i--] = dp->clsacts[--dp->n_clsacts];
		marked = true;
	}
	return marked;
}

/* The program at our place, whoever's. -ENOENT: none, or no clsact, or no interface. */
static int query(unsigned int ifindex, uint32_t handle, uint32_t *ret_prog)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, place, .handle = handle, .priority = OP25B_TC_PRIORITY);
	int code = bpf_tc_query(&hook, &place);

	if (code == -EINVAL || code == -ENODEV)
		return -ENOENT;
	if (code < 0)
		return code;
	*ret_prog = place.prog_id;
	return 0;
}

int op25b_tc_find(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t handle,
		  struct op25b_attachment *ret_attachment)
{
	struct op25b_attachment a = { .ifindex = ifindex, .hook = OP25B_HOOK_TC };
	struct op25b_program program = { 0 };
	int code = query(ifindex, handle, &a.prog_id);

	if (code == 0)
		code = op25b_program_read(dp, a.prog_id, &program);
	if (code < 0)
		return code;
	if (!program.ours)
		return -ENOENT;
	a.side = program.side;
	a.layer3 = program.place == OP25B_PLACE_TC_L3;
	a.current = program.current;
	*ret_attachment = a;
	return 0;
}

bool op25b_tc_is_held(unsigned int ifindex, uint32_t handle)
{
	uint32_t prog;

	return query(ifindex, handle, &prog) == 0;
}

int op25b_tc_stranger(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t handle,
		      const char *name, struct op25b_error *error)
{
	struct op25b_program program = { 0 };
	uint32_t id;

	if (query(ifindex, handle, &id) < 0 || op25b_program_read(dp, id, &program) < 0 ||
	    program.ours || !op25b_program_named(&program))
		return 0;
	return op25b_error_set(error, -EBUSY,
			       "%s: program %u (%s) stays: it is of an op25bd whose pins were "
			       "lost; to take it off: tc filter del dev %s ingress pref %u",
			       name, id, program.name, name, OP25B_TC_PRIORITY);
}

static int make_clsact(struct op25b_dataplane *dp, const struct op25b_device *device,
		       struct op25b_error *error)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)device->ifindex,
		    .attach_point = BPF_TC_INGRESS);
	int code = bpf_tc_hook_create(&hook);

	if (code == 0)
		code = mark_clsact(dp, device->ifindex);
	else if (code == -EEXIST)
		code = 0;
	if (code < 0)
		return op25b_log_error(error, code, "%s: clsact qdisc: %s", device->name,
				       strerror(-code));
	return 0;
}

static const char *program_name(const struct op25b_device *device, uint32_t handle,
				enum op25b_side side)
{
	if (handle == OP25B_TC_HALF)
		return op25b_program_name(OP25B_PLACE_HALF, side);
	return op25b_program_name(device->ethernet ? OP25B_PLACE_TC : OP25B_PLACE_TC_L3, side);
}

int op25b_tc_attach(struct op25b_dataplane *dp, const struct op25b_device *device, uint32_t handle,
		    enum op25b_side side, struct op25b_error *error)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)device->ifindex,
		    .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, place, .handle = handle, .priority = OP25B_TC_PRIORITY);
	int prog = op25b_program_load(dp, program_name(device, handle, side), error), code;
	struct op25b_attachment there;
	char hook_name[48];
	uint32_t foreign;

	if (prog < 0)
		return prog;
	code = make_clsact(dp, device, error);
	if (code < 0)
		return code;
	code = query(device->ifindex, handle, &foreign);
	if (code == 0) {
		if (op25b_tc_find(dp, device->ifindex, handle, &there) == -ENOENT) {
			snprintf(hook_name, sizeof(hook_name), "tc ingress, priority 1, handle %u",
				 handle);
			return op25b_program_foreign(dp, device->name, hook_name, foreign, error);
		}
		place.flags = BPF_TC_F_REPLACE;
	} else if (code != -ENOENT) {
		return op25b_log_error(error, code, "%s: asking for the tc filter: %s",
				       device->name, strerror(-code));
	}
	place.prog_fd = prog;
	code = bpf_tc_attach(&hook, &place);
	if (code < 0)
		return op25b_log_error(error, code, "%s: tc filter: %s", device->name,
				       strerror(-code));
	return 0;
}

/* Only a qdisc we made, the last of ours is out of it, and only with nobody's filter in it. */
static void remove_clsact(struct op25b_dataplane *dp, unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex,
		    .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	struct op25b_filters ingress = { 0 }, egress = { 0 };
	struct op25b_attachment there;

	if (op25b_tc_find(dp, ifindex, OP25B_TC_HANDLE, &there) == 0 ||
	    op25b_tc_find(dp, ifindex, OP25B_TC_HALF, &there) == 0 || !unmark_clsact(dp, ifindex))
		return;
	if (op25b_filters_count(ifindex, 0, 0, &ingress) == 0 &&
	    op25b_filters_count(ifindex, 1, 0, &egress) == 0 && !ingress.others && !egress.others)
		bpf_tc_hook_destroy(&hook);
}

int op25b_tc_detach(struct op25b_dataplane *dp, unsigned int ifindex, uint32_t handle,
		    struct op25b_error *error)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, place, .handle = handle, .priority = OP25B_TC_PRIORITY);
	struct op25b_attachment there;
	int code;

	code = op25b_tc_find(dp, ifindex, handle, &there);
	if (code == 0)
		code = bpf_tc_detach(&hook, &place);
	if (code < 0 && code != -ENOENT)
		return op25b_log_error(error, code, "tc filter of interface %u: %s", ifindex,
				       strerror(-code));
	remove_clsact(dp, ifindex);
	return 0;
}
