/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What op25bd holds while it runs. Everything happens in one thread, one event after another, so
 * nothing here needs a lock; and nothing here is needed for enforcement, which is the kernel's.
 */
#pragma once

#include <stdint.h>

#include "daemon/enforcer.h"
#include "daemon/gateway.h"
#include "daemon/ports.h"
#include "daemon/store.h"

#define OP25B_PROBLEM 1024

struct op25b_daywatch;
struct op25b_feed;
struct op25b_links;
struct op25b_monitor;
struct op25b_notice;
struct op25b_witness;

struct op25b_daemon {
	const struct op25b_gateway *gateway;       /* in force */
	const struct op25b_gateway *first_gateway; /* of the start; borrowed */
	struct op25b_gateway *reloaded;            /* owned; NULL: gateway is first_gateway */
	const char *gateway_path;
	struct op25b_store *store;
	struct op25b_state state;
	struct op25b_dataplane *dp;
	struct op25b_enforcer enforcer;
	struct op25b_ports ports;
	struct op25b_links *links;
	struct op25b_witness *witness;
	struct op25b_monitor *monitor;
	struct op25b_feed *feed;
	struct op25b_notice *notice;
	struct op25b_daywatch *days;
	int wall_fd; /* goes off at the policy's next change, and when the clock is set */
	int boot_fd; /* goes off when an apply that was not confirmed goes back */
	int64_t started_at;
	/* What is wrong, for status; "" if nothing is. */
	char state_problem[OP25B_PROBLEM];     /* the state folder doesn't say what is in force */
	char sync_problem[OP25B_PROBLEM];      /* it does not yet, or may not after a crash */
	char release_problem[OP25B_PROBLEM];   /* nothing is in force, but something is attached */
	char stage_problem[OP25B_PROBLEM];     /* a stage or a rollback could not be put in force */
	char reconcile_problem[OP25B_PROBLEM]; /* the kernel could not be asked */
	char reload_problem[OP25B_PROBLEM];    /* the gateway file is not followed, or not in all */
};
