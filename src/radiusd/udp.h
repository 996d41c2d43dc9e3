/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sockets that packets come in by. Answers leave from the address that the request came to,
 * also where a socket listens on every one.
 */
#pragma once

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "policy/policy.h"
#include "session/radius.h"

#define OP25B_UDP_BATCH 64 /* datagrams a call of the kernel */

struct op25b_listen;

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

struct op25b_udp {
	int fd;
	uint32_t dropped; /* by the kernel, of a full receive queue, since it was opened */
	int room;         /* octets of the receive queue, as the kernel counts them */
	struct op25b_response *out; /* the caller fills them, OP25B_UDP_BATCH at most */
	size_t n_out;
};

/**
 * op25b_udp_open() - listen.
 * @ret_udp: op25b_udp_close(); its place must not change while datagrams point to it
 *
 * Returns 0; -EADDRINUSE, -EADDRNOTAVAIL, -EACCES, -ENOMEM and others of bind().
 */
int op25b_udp_open(const struct op25b_listen *listen, struct op25b_udp *ret_udp,
		   struct op25b_error *error);

/* fd is -1 after it. */
void op25b_udp_close(struct op25b_udp *udp);

/**
 * op25b_udp_receive() - take what has come, without waiting.
 * @into: @n places, at most OP25B_UDP_BATCH
 *
 * Returns how many were filled, from the first on.
 */
size_t op25b_udp_receive(struct op25b_udp *udp, struct op25b_datagram *const *into, size_t n);

/**
 * op25b_udp_flush() - send what is in `out`, without waiting; then it is empty.
 *
 * Returns how many the kernel did not take: whoever gets none asks again.
 */
size_t op25b_udp_flush(struct op25b_udp *udp);
