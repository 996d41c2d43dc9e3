/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interfaces that the gateway file means, and whether our programs stand on them. Follows what
 * links.h tells; asks the kernel when it reconciles. An interface that can't be attached is a
 * problem that status shows, never a reason to stop.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "daemon/gateway.h"
#include "dataplane/attach.h"

struct op25b_port {
	unsigned int ifindex;
	char name[IF_NAMESIZE];
	const struct op25b_gateway_interface *entry; /* what the gateway file says */
	unsigned int master; /* it is a port of: what it brings, the host doesn't route */
	bool bar_failed;     /* the kernel was not told whether there may be notices */
	bool attached;
	struct op25b_attachment attachment; /* if attached */
	bool appeared;                      /* while this daemon ran */
	int64_t seen_ns;                    /* boot clock: when the kernel's word of it was read */
	int64_t unfiltered_ns; /* from then to the attachment; -1: was there before the daemon */
	uint32_t round;        /* of the last dump that told of it */
	bool proven;           /* of use inside op25b_ports_reconcile() */
	char problem[1024];    /* why it isn't attached as it should be; "" if it is */
	struct op25b_port *next;
};

#define OP25B_PORT_BUCKETS 256U

struct op25b_ports {
	struct op25b_dataplane *dp;          /* borrowed */
	const struct op25b_gateway *gateway; /* borrowed */
	bool enforcing;                      /* interfaces are attached as they come */
	bool started;                        /* the first dump is over */
	uint32_t round;
	uint64_t n_mended; /* attachments found missing or foreign and put back */
	struct op25b_port *buckets[OP25B_PORT_BUCKETS]; /* by ifindex */
};

/* See struct op25b_links_calls. */
void op25b_ports_seen(struct op25b_ports *ports, unsigned int ifindex, const char *name,
		      unsigned int master);
void op25b_ports_gone(struct op25b_ports *ports, unsigned int ifindex);
void op25b_ports_begin(struct op25b_ports *ports);
void op25b_ports_end(struct op25b_ports *ports);

/**
 * op25b_ports_enforce() - begin to attach: every interface there is, and from now on each as it
 * comes. A generation is in force. Returns how many could not be attached.
 */
unsigned int op25b_ports_enforce(struct op25b_ports *ports);

/**
 * op25b_ports_follow() - another gateway file, while the one before is still there.
 *
 * Detaches what it doesn't name, and changes sides and hooks in place. The next dump
 * (op25b_links_sync()) attaches what it newly names. An interface that can't be changed keeps what
 * it had, with a problem.
 */
void op25b_ports_follow(struct op25b_ports *ports, const struct op25b_gateway *gateway);

/**
 * op25b_ports_release() - end it: take our programs off every interface.
 * Returns 0 or the first error; what could be detached is, and nothing is attached from now on.
 */
int op25b_ports_release(struct op25b_ports *ports, struct op25b_error *error);

/**
 * op25b_ports_reconcile() - ask the kernel what stands where; attach what is missing, detach what
 * the gateway file doesn't name. Returns how many attachments were mended, or an error.
 */
int op25b_ports_reconcile(struct op25b_ports *ports, struct op25b_error *error);

/* Interfaces that should be attached and are not. */
unsigned int op25b_ports_failed(const struct op25b_ports *ports);

/* The port of this ifindex; NULL if the gateway file doesn't mean it. */
const struct op25b_port *op25b_ports_find(const struct op25b_ports *ports, unsigned int ifindex);

/* The next port after @port in no order of use; NULL: the first. NULL at the end. */
const struct op25b_port *op25b_ports_next(const struct op25b_ports *ports,
					  const struct op25b_port *port);

/* Frees the list; attachments stay. */
void op25b_ports_done(struct op25b_ports *ports);
