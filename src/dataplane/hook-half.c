/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tc half of notices, below XDP: XDP leaves packets to it only while OP25B_NOTICE_BELOW is set,
 * and that is set after the half stands and cleared before it goes. A packet that was on its way
 * from one to the other has a TTL of 1 and ends on this host.
 */
#include <errno.h>
#include <string.h>

#include "dataplane/hooks.h"
#include "dataplane/notice-port.h"

bool op25b_half_is_wanted(const struct op25b_dataplane *dp, enum op25b_side side)
{
	return dp->control->notice_mark && side != OP25B_UPSTREAM;
}

bool op25b_half_is_due(const struct op25b_dataplane *dp, unsigned int ifindex, enum op25b_side side,
		       bool *ret_held)
{
	bool below = op25b_notice_port_has(dp, ifindex, OP25B_NOTICE_BELOW);
	bool stands, wanted = op25b_half_is_wanted(dp, side);
	struct op25b_attachment half = { 0 };

	stands = op25b_tc_find(dp, ifindex, OP25B_TC_HALF, &half) == 0;
	*ret_held = wanted && !stands && op25b_tc_is_held(ifindex, OP25B_TC_HALF);
	if (!wanted || *ret_held)
		return stands || below;
	return !stands || !below || !half.current || half.side != side;
}

int op25b_half_attach(struct op25b_dataplane *dp, const struct op25b_device *device,
		      enum op25b_side side, uint32_t *notes, struct op25b_error *error)
{
	int code;

	if (!op25b_half_is_wanted(dp, side))
		return op25b_half_detach(dp, device->ifindex, error);
	code = op25b_tc_attach(dp, device, OP25B_TC_HALF, side, error);
	if (code < 0) {
		if (code != -EBUSY)
			*notes |= OP25B_NOTE_NOTICE_FAILED;
		return op25b_half_detach(dp, device->ifindex, error);
	}
	code = op25b_notice_port_change(dp, device->ifindex, OP25B_NOTICE_BELOW, true);
	return code < 0 ? op25b_error_set(error, code, "%s: notices below XDP: %s", device->name,
					  strerror(-code)) :
			  0;
}

int op25b_half_detach(struct op25b_dataplane *dp, unsigned int ifindex, struct op25b_error *error)
{
	int code = op25b_notice_port_change(dp, ifindex, OP25B_NOTICE_BELOW, false);

	if (code < 0)
		return op25b_error_set(error, code, "notices of interface %u: %s", ifindex,
				       strerror(-code));
	return op25b_tc_detach(dp, ifindex, OP25B_TC_HALF, error);
}
