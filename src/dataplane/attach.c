/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which hook an interface gets, and the steps between two hooks. What leaves goes after what comes
 * stands; for the moment both judge, and they judge alike.
 */
#include "dataplane/attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dataplane/device.h"
#include "dataplane/filters.h"
#include "dataplane/generation.h"
#include "dataplane/hooks.h"
#include "dataplane/log.h"
#include "dataplane/notice-port.h"
#include "dataplane/xdp-query.h"

/* linux/bpf.h of Debian 12 does not know it yet; a kernel that does not either says -EINVAL. */
#define TCX_INGRESS 46

static const char *const hook_names[] = {
	[OP25B_HOOK_AUTO] = "auto",
	[OP25B_HOOK_XDP] = "xdp",
	[OP25B_HOOK_XDP_GENERIC] = "xdp-generic",
	[OP25B_HOOK_TC] = "tc",
};

const char *op25b_hook_name(enum op25b_hook hook)
{
	return hook_names[hook];
}

int op25b_hook_parse(const char *word, enum op25b_hook *ret_hook)
{
	for (unsigned int i = 0; i < sizeof(hook_names) / sizeof(hook_names[0]); i++) {
		if (strcmp(word, hook_names[i]) == 0) {
			*ret_hook = (enum op25b_hook)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* Native XDP on veth and tun costs more than it saves: their packets are socket buffers already. */
static bool wants_tc(const struct op25b_device *device)
{
	return !device->ethernet || strcmp(device->driver, "veth") == 0 ||
	       strcmp(device->driver, "tun") == 0;
}

static bool has_tcx(unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_prog_query_opts, tcx);

	return bpf_prog_query_opts((int)ifindex, (enum bpf_attach_type)TCX_INGRESS, &tcx) == 0 &&
	       tcx.prog_cnt;
}

static uint32_t find_notes(const struct op25b_dataplane *dp, const struct op25b_attachment *a)
{
	struct op25b_device device;
	struct op25b_filters filters = { 0 };
	uint32_t notes = 0;
	struct op25b_xdp_state xdp = { 0 };

	if (a->hook != OP25B_HOOK_TC) {
		if (op25b_device_read(a->name, &device, NULL) == 0 && device.vlan_stripping)
			notes |= OP25B_NOTE_VLAN_STRIPPED;
		if (!op25b_notice_port_has(dp, a->ifindex, OP25B_NOTICE_BELOW))
			return notes;
		if ((op25b_filters_count(a->ifindex, 0, OP25B_TC_HALF, &filters) == 0 &&
		     filters.before) ||
		    has_tcx(a->ifindex))
			notes |= OP25B_NOTE_NOTICE_BEHIND;
		return notes;
	}
	if (op25b_xdp_query(a->ifindex, &xdp) == 0 && xdp.prog_id)
		notes |= OP25B_NOTE_FOREIGN_XDP;
	if (op25b_filters_count(a->ifindex, 0, OP25B_TC_HANDLE, &filters) == 0 && filters.others)
		notes |= OP25B_NOTE_FOREIGN_TC;
	if (filters.before)
		notes |= OP25B_NOTE_TC_BEFORE;
	if (has_tcx(a->ifindex))
		notes |= OP25B_NOTE_FOREIGN_TC | OP25B_NOTE_TC_BEFORE;
	return notes;
}

int op25b_attach_find(struct op25b_dataplane *dp, unsigned int ifindex,
		      struct op25b_attachment *ret_attachment, struct op25b_error *error)
{
	struct op25b_attachment a = { 0 };
	bool held = false;
	int code;

	op25b_log_begin();
	code = op25b_xdp_find(dp, ifindex, &a);
	if (code == 0 && op25b_half_is_due(dp, ifindex, a.side, &held))
		a.current = false;
	if (code == -ENOENT)
		code = op25b_tc_find(dp, ifindex, OP25B_TC_HANDLE, &a);
	if (code < 0)
		return op25b_log_error(error, code, "interface %u: %s", ifindex,
				       code == -ENOENT ? "nothing of op25b is attached" :
							 strerror(-code));
	if (!if_indextoname(ifindex, a.name))
		return op25b_error_set(error, -ENOENT, "interface %u is gone", ifindex);
	a.notes = find_notes(dp, &a) | (held ? OP25B_NOTE_NOTICE_HELD : 0);
	*ret_attachment = a;
	return 0;
}

/* The kernel allows one XDP mode at a time, so tc judges while the mode changes. */
static int attach_xdp(struct op25b_dataplane *dp, const struct op25b_device *device,
		      enum op25b_side side, enum op25b_hook hook, uint32_t *notes,
		      struct op25b_error *error)
{
	struct op25b_attachment there;
	int code;

	if (!device->ethernet)
		return op25b_error_set(error, -EOPNOTSUPP,
				       "%s: its frames have no Ethernet header; choose tc or auto",
				       device->name);
	if (op25b_xdp_find(dp, device->ifindex, &there) == 0 && there.hook != hook) {
		code = op25b_tc_attach(dp, device, OP25B_TC_HANDLE, side, error);
		if (code < 0)
			return code;
	}
	code = op25b_xdp_attach(dp, device, side, hook, error);
	if (code == 0)
		code = op25b_half_attach(dp, device, side, notes, error);
	return code < 0 ? code : op25b_tc_detach(dp, device->ifindex, OP25B_TC_HANDLE, error);
}

static int attach_tc(struct op25b_dataplane *dp, const struct op25b_device *device,
		     enum op25b_side side, struct op25b_error *error)
{
	int code = op25b_tc_attach(dp, device, OP25B_TC_HANDLE, side, error);

	if (code == 0)
		code = op25b_half_detach(dp, device->ifindex, error);
	return code < 0 ? code : op25b_xdp_detach(dp, device->ifindex, error);
}

static int attach_auto(struct op25b_dataplane *dp, const struct op25b_device *device,
		       enum op25b_side side, uint32_t *notes, struct op25b_error *error)
{
	int code;

	if (wants_tc(device))
		return attach_tc(dp, device, side, error);
	code = attach_xdp(dp, device, side, OP25B_HOOK_XDP, notes, error);
	if (code == 0 || code == -EBUSY || code == -EPERM || code == -ENOENT)
		return code;
	if (code != -EOPNOTSUPP)
		*notes |= OP25B_NOTE_NATIVE_REFUSED;
	return attach_tc(dp, device, side, error);
}

int op25b_attach(struct op25b_dataplane *dp, const char *name, enum op25b_side side,
		 enum op25b_hook hook, struct op25b_attachment *ret_attachment,
		 struct op25b_error *error)
{
	struct op25b_attachment a = { 0 };
	struct op25b_device device;
	uint32_t notes = 0;
	uint64_t digest;
	int code;

	op25b_log_begin();
	code = op25b_generation_digest(dp, &digest);
	if (code < 0)
		return op25b_error_set(error, code, "%s: no policy is in force yet: %s", name,
				       strerror(-code));
	code = op25b_device_read(name, &device, error);
	if (code < 0)
		return code;
	if (hook == OP25B_HOOK_AUTO)
		code = attach_auto(dp, &device, side, &notes, error);
	else if (hook == OP25B_HOOK_TC)
		code = attach_tc(dp, &device, side, error);
	else
		code = attach_xdp(dp, &device, side, hook, &notes, error);
	if (code == 0)
		code = op25b_attach_find(dp, device.ifindex, &a, error);
	if (code < 0)
		return code;
	a.notes |= notes;
	if (ret_attachment)
		*ret_attachment = a;
	return 0;
}

int op25b_detach(struct op25b_dataplane *dp, unsigned int ifindex, struct op25b_error *error)
{
	int xdp, tc, half;

	op25b_log_begin();
	half = op25b_half_detach(dp, ifindex, error);
	tc = op25b_tc_detach(dp, ifindex, OP25B_TC_HANDLE, error);
	xdp = op25b_xdp_detach(dp, ifindex, error);
	return xdp < 0 ? xdp : tc < 0 ? tc : half;
}
