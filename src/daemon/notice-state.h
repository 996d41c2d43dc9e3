/* SPDX-License-Identifier: BSD-2-Clause */
/* What notice.c holds and notice-status.c shows; for these two only. */
#pragma once

#include "daemon/doors.h"
#include "daemon/notice.h"
#include "daemon/responder.h"
#include "daemon/route.h"

struct op25b_notice {
	struct op25b_daemon *d;
	struct event_base *base;
	struct op25b_responder *responder; /* NULL: not configured, or see socket_problem */
	struct op25b_door_sets doors;
	bool routed;     /* it was asked for, and not taken out since */
	uint64_t coming; /* digest of the generation that was put last, or was to be */
	struct op25b_route_stands stands;
	struct op25b_route_before before;
	char socket_problem[OP25B_PROBLEM];
	char route_problem[OP25B_PROBLEM];
	char doors_problem[OP25B_PROBLEM];
};

/* Whether the policy in force, or to be, asks for notices, and the gateway file allows them. */
static inline bool op25b_notice_wanted(const struct op25b_notice *n,
				       const struct op25b_policy *policy)
{
	return n->d->gateway->notice.configured && policy && policy->uses_notice;
}
