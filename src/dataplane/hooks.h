/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two places a program can stand, with the same verbs for each. Private to this folder.
 */
#pragma once

#include "dataplane/attach.h"
#include "dataplane/device.h"
#include "dataplane/state.h"

/* What of ours is there, without name and notes. Returns 0; -ENOENT: nothing of ours. */
int op25b_xdp_find(const struct op25b_dataplane *dp, unsigned int ifindex,
		   struct op25b_attachment *ret_attachment);

/* In place of ours, or new. Errors as op25b_attach(). */
int op25b_xdp_attach(struct op25b_dataplane *dp, const struct op25b_device *device,
		     enum op25b_side side, enum op25b_hook hook, struct op25b_error *error);

/* Returns 0 also if nothing of ours is there. */
int op25b_xdp_detach(struct op25b_dataplane *dp, unsigned int ifindex, struct op25b_error *error);

/* Remove the pin of a link that stands on no interface any more, in whatever network namespace. */
void op25b_xdp_drop_dead(struct op25b_dataplane *dp, unsigned int ifindex);

/* As op25b_xdp_find(). @handle: OP25B_TC_HANDLE or OP25B_TC_HALF. */
int op25b_tc_find(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t handle,
		  struct op25b_attachment *ret_attachment);

/* Whether a filter is there, whoever's. */
bool op25b_tc_is_held(unsigned int ifindex, uint32_t handle);

/* -EBUSY: a program not ours, but with such a name, is at our place; @error says how to end it. */
int op25b_tc_stranger(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t handle,
		      const char *name, struct op25b_error *error);

/* As op25b_xdp_attach(). */
int op25b_tc_attach(struct op25b_dataplane *dp, const struct op25b_device *device, uint32_t handle,
		    enum op25b_side side, struct op25b_error *error);

/* As op25b_xdp_detach(); with the clsact qdisc, if that is ours and empty. */
int op25b_tc_detach(struct op25b_dataplane *dp, unsigned int ifindex, uint32_t handle,
		    struct op25b_error *error);

/* Whether XDP for that side is to have a half below it. */
bool op25b_half_is_wanted(const struct op25b_dataplane *dp, enum op25b_side side);

/*
 * Whether op25b_half_attach() has something to do where XDP stands for that side: the half is
 * missing, or there without need, or of before, or XDP doesn't know of it.
 * @ret_held: it is wanted, but somebody else's filter has its place
 */
bool op25b_half_is_due(const struct op25b_dataplane *dp, unsigned int ifindex, enum op25b_side side,
		       bool *ret_held);

/*
 * Where the half can't stand, XDP is told so and answers alone: that is no error, but a note with
 * its reason in @error, unless somebody else's filter has the place.
 */
int op25b_half_attach(struct op25b_dataplane *dp, const struct op25b_device *device,
		      enum op25b_side side, uint32_t *notes, struct op25b_error *error);

/* Before XDP goes. Returns 0 also if there is none. */
int op25b_half_detach(struct op25b_dataplane *dp, unsigned int ifindex, struct op25b_error *error);
