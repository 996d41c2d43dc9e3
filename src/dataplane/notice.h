/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the programs need to answer with words: the doors, which are listening sockets that the
 * host's own TCP takes refused connections into, and where this may be done. They are asked only
 * while op25b_settings.notice_mark is not 0; op25b_attach() then puts a tc half beside XDP too.
 *
 * Who routes marked packets to the host, and who answers at the doors, is not this folder's matter.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/load.h"

/**
 * op25b_door_put() - have a socket answer what is refused with this key.
 * @key:  of a generation in force or one that is put later
 * @over: replaces the door it has; else that one stays, and 0 is returned
 * @fd:   a TCP socket that listens, of the network namespace of the interfaces, without
 *        SO_REUSEPORT, transparent (IP_TRANSPARENT or IPV6_TRANSPARENT); SO_REUSEADDR keeps its
 *        connections, whose own port is 25, out of the way of a server that begins there. Not
 *        kept: the caller may close it once somebody else has it
 *
 * The door goes when the last descriptor of the socket is closed, also by the death of its holder.
 *
 * Returns 0; -EOPNOTSUPP: not such a socket; -ENOTSOCK; -E2BIG: OP25B_DOORS are there; -EPERM;
 * other errors of the kernel. Two system calls.
 */
int op25b_door_put(struct op25b_dataplane *dp, const struct op25b_door_key *key, int fd, bool over,
		   struct op25b_error *error);

/**
 * op25b_door_keep() - take out every door whose digest is none of these.
 * @digests: @n of them; may be NULL if @n is 0: all doors go
 * Returns 0; errors of the kernel. Cost: a walk over the doors.
 */
int op25b_door_keep(struct op25b_dataplane *dp, const uint64_t *digests, size_t n,
		    struct op25b_error *error);

/* How many doors are there. Returns 0; errors of the kernel. Cost: a walk over them. */
int op25b_door_count(struct op25b_dataplane *dp, size_t *ret_n, struct op25b_error *error);

/**
 * op25b_notice_port_set() - say whether the host routes what comes in on an interface.
 * @barred: it doesn't (a port of a bridge, a bond, a VRF): what is refused there is reset
 * Returns 0; errors of the kernel. Idempotent.
 */
int op25b_notice_port_set(struct op25b_dataplane *dp, unsigned int ifindex, bool barred,
			  struct op25b_error *error);

/**
 * op25b_notice_port_forget() - nothing is known of an interface any more: it is gone, and another
 * may get its number. Where our programs stand yet, XDP answers with resets until op25b_attach().
 */
void op25b_notice_port_forget(struct op25b_dataplane *dp, unsigned int ifindex);

/*
 * Descriptor of the map whose one value is the struct op25b_notice_page that the responder writes,
 * by mmap(). Owned by the handle; the same map as long as the pins live and the ABI stays.
 */
int op25b_notice_page(const struct op25b_dataplane *dp);
