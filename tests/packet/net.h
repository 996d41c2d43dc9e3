/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line and a gateway in two network namespaces, joined by a veth pair, with the addresses of the
 * packet tests' policy. Nothing outside the two namespaces changes; both go at the end, also where
 * a test fails.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/packet/frame.h"

enum net_place { NET_LINE, NET_GATE, NET_PLACES };

struct net {
	char names[NET_PLACES][32];
	int namespaces[NET_PLACES]; /* descriptors, -1 */
	int home;                   /* where the process was */
	int wire;                   /* packet socket on line0, -1 */
};

#define NET_LINE_DEVICE "line0" /* 02:00:00:00:00:01 */
#define NET_GATE_DEVICE "gate0" /* 02:00:00:00:00:02 */

/* 0; -EPERM without the right to make namespaces; -EIO with what failed on standard error. */
int net_open(struct net *net);
void net_close(struct net *net);

/* Be in one of the namespaces from here on. */
void net_enter(const struct net *net, enum net_place place);

/* Run a command with a shell, in the namespace the process is in. Returns its status. */
int net_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Listen in the gateway's namespace, on any address. Returns a socket. */
int net_listen(const struct net *net, uint16_t port);

/*
 * Connect from the line's namespace; 0, or the error that TCP reports, -ETIMEDOUT after five
 * seconds.
 */
int net_connect(const struct net *net, const char *source, const char *target, uint16_t port);

/* The same from a port, 0: any; *ret_fd is then the connection. */
int net_dial(const struct net *net, const char *source, uint16_t source_port, const char *target,
	     uint16_t port, int *ret_fd);

/*
 * What native XDP_TX sends over veth waits until the other end is looked at, which the kernel does
 * at once only if that end runs XDP as well: have it run, or not.
 */
void net_xdp_at_the_line(const struct net *net, bool run);

/* Put a frame on the wire at the line's end. */
void net_send(const struct net *net, const struct frame *frame);

/*
 * The same with a checksum still to be finished, from `start` on into the field `offset` behind it,
 * as from a virtual machine.
 */
void net_send_partial(const struct net *net, const struct frame *frame, size_t start,
		      size_t offset);

/* Forget what came in at the line's end. */
void net_drain(const struct net *net);

/*
 * The next frame that came in at the line's end and carries IP with TCP or an ICMP error in it,
 * with a tag that the kernel took off put back. 0, or -ETIMEDOUT after five seconds.
 */
int net_receive(const struct net *net, struct frame *ret_frame);
