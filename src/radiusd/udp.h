/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where packets come in. Each address listened on has several sockets, and the kernel puts a packet
 * into the queue of one of them by its sender's address: who floods fills that queue only, and the
 * others are emptied as before. Answers leave from the address that the request came to, also where
 * every one is listened on.
 */
#pragma once

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "policy/policy.h"
#include "session/radius.h"

#define OP25B_UDP_BATCH  64 /* datagrams a call of the kernel */
#define OP25B_UDP_QUEUES 16 /* sockets an address listened on; 2^n */

struct op25b_endpoint;

/* One datagram, with its sender and the address it came to. */
struct op25b_datagram {
	struct op25b_udp *udp;       /* it came in by */
	struct op25b_prefix address; /* of the sender, whole */
	uint16_t port;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} from;
	union {
		struct in_pktinfo v4;
		struct in6_pktinfo v6;
	} to;
	size_t size; /* one more than fits in a RADIUS packet: there was more */
	uint8_t octets[OP25B_RADIUS_PACKET + 1];
};

/* An answer on its way out. */
struct op25b_response {
	const struct op25b_datagram *to;
	size_t size;
	uint8_t octets[OP25B_RADIUS_PACKET];
};

/* One address listened on. */
struct op25b_udp {
	int fds[OP25B_UDP_QUEUES];
	uint32_t dropped[OP25B_UDP_QUEUES]; /* by the kernel, of a full queue, since the start */
	int ready_fd;                       /* readable while any of them has something */
	int room;                           /* octets of one queue, as the kernel counts them */
	struct op25b_response *out;         /* the caller fills them, OP25B_UDP_BATCH at most */
	size_t n_out;
};

/**
 * op25b_udp_open() - listen.
 * @ret_udp: op25b_udp_close(); its place must not change while datagrams point to it
 *
 * Returns 0; -EADDRINUSE, -EADDRNOTAVAIL, -EACCES, -ENOMEM and others of bind().
 */
int op25b_udp_open(const struct op25b_endpoint *listen, struct op25b_udp *ret_udp,
		   struct op25b_error *error);

/* Once, whether op25b_udp_open() was successful or not. */
void op25b_udp_close(struct op25b_udp *udp);

/**
 * op25b_udp_ready() - which of the queues have something.
 * @ret: their indices
 *
 * Returns how many.
 */
size_t op25b_udp_ready(const struct op25b_udp *udp, unsigned int ret[static OP25B_UDP_QUEUES]);

/**
 * op25b_udp_receive() - take what has come into one queue, without waiting.
 * @into: OP25B_UDP_BATCH places
 *
 * Returns how many were filled, from the first on.
 */
size_t op25b_udp_receive(struct op25b_udp *udp, unsigned int queue,
			 struct op25b_datagram *const into[static OP25B_UDP_BATCH]);

/* Packets that the kernel did not keep because their queue was full, since the start. */
uint64_t op25b_udp_dropped(const struct op25b_udp *udp);

/**
 * op25b_udp_flush() - send what is in `out`, without waiting; then it is empty.
 *
 * Returns how many the kernel did not take: whoever gets none asks again.
 */
size_t op25b_udp_flush(struct op25b_udp *udp);
