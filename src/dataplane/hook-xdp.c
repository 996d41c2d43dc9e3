/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XDP by bpf_link. While the link lives nobody can put another program on the hook; a forced
 * detach or the end of the interface leaves a link without interface, which counts as nothing. A
 * link is replaced in place only from the program it was seen with, so two processes cannot cross.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/hooks.h"
#include "dataplane/log.h"
#include "dataplane/notice-port.h"
#include "dataplane/program.h"
#include "dataplane/xdp-query.h"

static void pin_path(const struct op25b_dataplane *dp, unsigned int ifindex,
		     char path[OP25B_PIN_PATH])
{
	snprintf(path, OP25B_PIN_PATH, "%s/links/xdp-%u", dp->pins, ifindex);
}

/* A new descriptor of our link. -ENOENT: there is none. */
static int open_link(const struct op25b_dataplane *dp, unsigned int ifindex)
{
	char path[OP25B_PIN_PATH];
	int fd;

	if (dp->pins) {
		pin_path(dp, ifindex, path);
		fd = bpf_obj_get(path);
		return fd < 0 ? -errno : fd;
	}
	for (size_t i = 0; i < dp->n_links; i++) {
		if (dp->links[i].ifindex != ifindex)
			continue;
		fd = dup(dp->links[i].fd);
		return fd < 0 ? -errno : fd;
	}
	return -ENOENT;
}

static int keep_link(struct op25b_dataplane *dp, unsigned int ifindex, int fd)
{
	struct op25b_private_link *links;
	char path[OP25B_PIN_PATH];

	if (dp->pins) {
		pin_path(dp, ifindex, path);
		return bpf_obj_pin(fd, path) < 0 ? -errno : 0;
	}
	links = reallocarray(dp->links, dp->n_links + 1, sizeof(*links));
	if (!links)
		return -ENOMEM;
	dp->links = links;
	links[dp->n_links].ifindex = ifindex;
	links[dp->n_links].fd = dup(fd);
	return links[dp->n_links].fd < 0 ? -errno : (dp->n_links++, 0);
}

static int drop_link(struct op25b_dataplane *dp, unsigned int ifindex)
{
	char path[OP25B_PIN_PATH];

	if (dp->pins) {
		pin_path(dp, ifindex, path);
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	}
	for (size_t i = 0; i < dp->n_links; i++) {
		if (dp->links[i].ifindex != ifindex)
			continue;
		close(dp->links[i].fd);
		dp->links[i--] = dp->links[--dp->n_links];
	}
	return 0;
}

/* The link's program, if it still stands on the interface. */
static int read_link(int fd, unsigned int ifindex, uint32_t *ret_prog)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return -errno;
	if (info.type != BPF_LINK_TYPE_XDP || info.xdp.ifindex != ifindex)
		return -ENOENT;
	*ret_prog = info.prog_id;
	return 0;
}

static enum op25b_hook attached_mode(unsigned int ifindex)
{
	struct op25b_xdp_state state = { 0 };

	if (op25b_xdp_query(ifindex, &state) == 0 && state.generic)
		return OP25B_HOOK_XDP_GENERIC;
	return OP25B_HOOK_XDP;
}

static enum op25b_place place_of(const struct op25b_dataplane *dp, enum op25b_side side,
				 enum op25b_hook hook)
{
	return hook == OP25B_HOOK_XDP_GENERIC && op25b_half_is_wanted(dp, side) ?
		       OP25B_PLACE_XDP_LINEAR :
		       OP25B_PLACE_XDP;
}

int op25b_xdp_find(const struct op25b_dataplane *dp, unsigned int ifindex,
		   struct op25b_attachment *ret_attachment)
{
	OP25B_AUTO_CLOSE int fd = open_link(dp, ifindex);
	struct op25b_attachment a = { .ifindex = ifindex };
	struct op25b_program program = { 0 };
	int code;

	if (fd < 0)
		return fd;
	code = read_link(fd, ifindex, &a.prog_id);
	if (code == 0)
		code = op25b_program_read(dp, a.prog_id, &program);
	if (code < 0)
		return code;
	a.hook = attached_mode(ifindex);
	a.side = program.side;
	a.current = program.current && program.place == place_of(dp, a.side, a.hook);
	*ret_attachment = a;
	return 0;
}

static int update_link(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t old_id,
		       int prog)
{
	OP25B_AUTO_CLOSE int link = open_link(dp, ifindex);
	OP25B_AUTO_CLOSE int old = bpf_prog_get_fd_by_id(old_id);
	LIBBPF_OPTS(bpf_link_update_opts, update, .flags = BPF_F_REPLACE,
		    .old_prog_fd = (__u32)old);

	if (link < 0)
		return link;
	if (old < 0)
		return -errno;
	return bpf_link_update(link, prog, &update) < 0 ? -errno : 0;
}

static int explain_refusal(const struct op25b_device *device, enum op25b_hook hook, int code,
			   struct op25b_error *error)
{
	bool native = hook == OP25B_HOOK_XDP;

	return op25b_log_error(error, code, "%s: the %s refuses %s XDP: %s (driver %s, MTU %u)%s",
			       device->name, native ? "driver" : "kernel",
			       native ? "native" : "generic", strerror(-code),
			       *device->driver ? device->driver : "unknown", device->mtu,
			       native ? "; a smaller MTU, or the hook tc, may do" : "");
}

static int create_link(struct op25b_dataplane *dp, const struct op25b_device *device,
		       enum op25b_hook hook, int prog, struct op25b_error *error)
{
	LIBBPF_OPTS(bpf_link_create_opts, create,
		    .flags = hook == OP25B_HOOK_XDP ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE);
	OP25B_AUTO_CLOSE int link = -1;
	struct op25b_xdp_state there = { 0 };
	int code;

	if (op25b_xdp_query(device->ifindex, &there) == 0 && there.prog_id)
		return op25b_program_foreign(dp, device->name, "XDP", there.prog_id, error);
	link = bpf_link_create(prog, (int)device->ifindex, BPF_XDP, &create);
	if (link < 0)
		return explain_refusal(device, hook, -errno, error);
	code = keep_link(dp, device->ifindex, link);
	if (code < 0)
		return op25b_error_set(error, code, "%s: pinning the link: %s", device->name,
				       strerror(-code));
	return 0;
}

int op25b_xdp_detach(struct op25b_dataplane *dp, unsigned int ifindex, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int link = open_link(dp, ifindex);
	int code;

	if (link < 0)
		return link == -ENOENT ?
			       0 :
			       op25b_error_set(error, link, "XDP link of interface %u: %s", ifindex,
					       strerror(-link));
	/* Giving a link up takes effect later, or never while somebody holds a descriptor. */
	if (bpf_link_detach(link) < 0 && errno != ENOLINK)
		return op25b_error_set(error, -errno, "XDP link of interface %u: %s", ifindex,
				       strerror(errno));
	code = drop_link(dp, ifindex);
	return code < 0 ? op25b_error_set(error, code, "pin of interface %u: %s", ifindex,
					  strerror(-code)) :
			  0;
}

int op25b_xdp_attach(struct op25b_dataplane *dp, const struct op25b_device *device,
		     enum op25b_side side, enum op25b_hook hook, struct op25b_error *error)
{
	const char *name = op25b_program_name(place_of(dp, side, hook), side);
	int prog = op25b_program_load(dp, name, error), code;
	struct op25b_attachment there;

	if (prog < 0)
		return prog;
	code = op25b_xdp_find(dp, device->ifindex, &there);
	if (code == 0 && there.hook == hook) {
		code = update_link(dp, device->ifindex, there.prog_id, prog);
		if (code < 0)
			return op25b_error_set(error, code, "%s: replacing the program: %s",
					       device->name, strerror(-code));
		return 0;
	}
	/* Of a dead link, or of one in the other mode. */
	code = op25b_xdp_detach(dp, device->ifindex, error);
	return code < 0 ? code : create_link(dp, device, hook, prog, error);
}

void op25b_xdp_drop_dead(struct op25b_dataplane *dp, unsigned int ifindex)
{
	OP25B_AUTO_CLOSE int fd = open_link(dp, ifindex);
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0 ||
	    info.type != BPF_LINK_TYPE_XDP || info.xdp.ifindex)
		return;
	op25b_notice_port_change(dp, ifindex, OP25B_NOTICE_BELOW, false);
	drop_link(dp, ifindex);
}
