/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notices: what the gateway file and the policy in force ask for, brought about with rule and route
 * (route.h), doors (doors.h) and the responder (responder.h). None of it is needed for enforcement:
 * where a part is missing, what is refused with `how: notice` is reset. Nothing is taken down when
 * op25bd ends: what is served goes on.
 *
 * The order of a change is always: doors of the new generation, the switch, the old one released,
 * its doors out.
 */
#pragma once

#include <event2/event.h>
#include <jansson.h>

#include "daemon/daemon.h"

struct op25b_notice;

/**
 * op25b_notice_open() - before the first policy is put in force; the enforcer calls from then on.
 * A socket that can't be had is a problem of status. Returns 0; -ENOMEM.
 */
int op25b_notice_open(struct op25b_daemon *d, struct event_base *base,
		      struct op25b_notice **ret_notice, struct op25b_error *error);

/* The responder is left alone with what it has. NULL-safe; sets *notice to NULL. */
void op25b_notice_close(struct op25b_notice **notice);

/* Another gateway file is in force: op25b_notice_reconcile() is to follow. */
void op25b_notice_reload(struct op25b_notice *notice, const struct op25b_gateway_notice *old);

/**
 * op25b_notice_reconcile() - bring everything in line with the policy in force, which may have
 * come or gone, and with the kernel. What is not known (a generation of a daemon before) is left.
 */
void op25b_notice_reconcile(struct op25b_notice *notice);

/* The object "notice" of op25b.status/1. */
json_t *op25b_notice_status(const struct op25b_notice *notice);

/**
 * op25b_notice_problem() - what an operator has to mend.
 * Returns @buffer, "" if there is nothing.
 */
const char *op25b_notice_problem(const struct op25b_notice *notice,
				 char buffer[static OP25B_PROBLEM]);

/*
 * Whether the policy in force asks for notices and no responder is connected. Not among
 * op25b_notice_problem(): it mends itself when the responder comes.
 */
bool op25b_notice_away(const struct op25b_notice *notice);

/**
 * op25b_notice_warnings() - an array of texts: where the policy in force says `how: notice`, and
 * a reset is sent all the same.
 */
json_t *op25b_notice_warnings(const struct op25b_notice *notice);
