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

/* As op25b_xdp_find(). */
int op25b_tc_find(const struct op25b_dataplane *dp, unsigned int ifindex,
		  struct op25b_attachment *ret_attachment);

/* -EBUSY: a program not ours, but with such a name, is at our place; @error says how to end it. */
int op25b_tc_stranger(const struct op25b_dataplane *dp, unsigned int ifindex, const char *name,
		      struct op25b_error *error);

/* As op25b_xdp_attach(). */
int op25b_tc_attach(struct op25b_dataplane *dp, const struct op25b_device *device,
		    enum op25b_side side, struct op25b_error *error);

/* As op25b_xdp_detach(); with the clsact qdisc, if that is ours and empty. */
int op25b_tc_detach(struct op25b_dataplane *dp, unsigned int ifindex, struct op25b_error *error);
