/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What op25bd and op25b-noticed, the notice responder, tell each other: messages on a unix
 * SOCK_SEQPACKET socket that op25bd listens on.
 *
 *   op25bd:     HELLO and the page; then DOOR and its two listeners for each text there is; ALL.
 *               Later DOOR, SHUT and ALL as policies come and go.
 *   responder:  COUNTS, as they change, and as a sign of life.
 *
 * ALL: every door that is wanted has been told of since HELLO and not shut; the responder closes
 * what it has besides, i.e. from before a connection that broke. A DOOR with the id of one that is
 * there replaces it. Ids are the sender's, and mean nothing once the connection has ended.
 *
 * A door's texts are checked here, at both ends: nothing that is taken off this socket can make the
 * responder accept mail, offer an extension or speak anything but SMTP. Numbers are in host order,
 * for both ends are on one host; programs of different versions are told apart by HELLO. Encoding
 * and decoding are pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "op25b/abi.h"

#define OP25B_WIRE_VERSION 1U
#define OP25B_WIRE_SOCKET  "/run/op25b/notice.sock"
#define OP25B_WIRE_SIZE    8192U /* bytes of the longest message */
#define OP25B_WIRE_FDS     2U    /* descriptors with a message, at most */

#define OP25B_WIRE_CONNECTIONS_MAX 65536U
#define OP25B_WIRE_DOORS_MAX       8192U /* at a time, of one connection */

/* Seconds: COUNTS come so often at least; after such a silence op25bd reckons with nobody there. */
#define OP25B_WIRE_SIGN    5
#define OP25B_WIRE_SILENCE 20

enum op25b_wire_kind {
	OP25B_WIRE_HELLO = 1, /* 1 descriptor: the map of struct op25b_notice_page */
	OP25B_WIRE_DOOR,      /* 2: listening TCP sockets, IPv4 and IPv6; without IPv6 both IPv4 */
	OP25B_WIRE_ALL,
	OP25B_WIRE_SHUT,
	OP25B_WIRE_COUNTS,
};

/* The texts of a door, each a whole reply of SMTP with its CRLFs. */
enum op25b_wire_reply {
	OP25B_WIRE_FIRST, /* at once: 5xx (greeting), 421 (later), 220 (helo) */
	OP25B_WIRE_HELO,  /* to EHLO and HELO in the manner helo: 5xx; in others it may be "" */
	OP25B_WIRE_OTHER, /* to any other command: 5xx */
	OP25B_WIRE_BYE,   /* to QUIT: 221 */
	OP25B_WIRE_LATE,  /* after too long, or too many commands: 421 */
	OP25B_WIRE_N_REPLIES,
};

struct op25b_wire_hello {
	uint32_t connections; /* at a time, 1..OP25B_WIRE_CONNECTIONS_MAX */
	uint32_t per_line;    /* of one line, at least 1 */
};

struct op25b_wire_door {
	uint64_t id;
	enum op25b_manner manner;
	uint8_t v6_len; /* an IPv6 line, for per_line: 1..128 bits */
	/* NUL-terminated; of a decoded message, borrowed from its bytes. */
	const char *replies[OP25B_WIRE_N_REPLIES];
};

/* The first four are of now, the others since the responder's start. */
struct op25b_wire_counts {
	uint32_t doors;
	uint32_t open;     /* connections */
	uint32_t limit;    /* of them, as descriptors allow: `connections` or less */
	uint32_t lines;    /* that have a connection */
	uint64_t served;   /* connections that were told the first reply */
	uint64_t per_line; /* reset: the line had as many as it may */
	uint64_t full;     /* reset: `limit` reached */
	uint64_t late;     /* ended by the responder: too slow, too many commands */
	uint64_t unread;   /* ended by the responder: the client did not take what it was told */
};

struct op25b_wire_message {
	enum op25b_wire_kind kind;
	union {
		struct op25b_wire_hello hello;
		struct op25b_wire_door door;
		struct op25b_wire_counts counts;
		uint64_t shut; /* id of a door */
	};
};

/**
 * op25b_wire_fds() - how many descriptors go with a message.
 */
size_t op25b_wire_fds(enum op25b_wire_kind kind);

/**
 * op25b_wire_encode() - a message as bytes.
 * Returns how many; -EINVAL: not one that may be sent; -EMSGSIZE: the texts are too long. @error,
 * which may be NULL, says why.
 */
int op25b_wire_encode(const struct op25b_wire_message *message, uint8_t ret[static OP25B_WIRE_SIZE],
		      struct op25b_error *error);

/**
 * op25b_wire_decode() - the message that @size bytes are.
 * @ret: texts point into @data
 * Returns 0; -EBADMSG: none; -EPROTONOSUPPORT: HELLO of another version. @error says why.
 */
int op25b_wire_decode(const void *data, size_t size, struct op25b_wire_message *ret,
		      struct op25b_error *error);

/**
 * op25b_wire_send() - send one message, without waiting.
 * @fds: as many as op25b_wire_fds() says; still the caller's afterwards. NULL if none
 * Returns 0; -EAGAIN: the other end does not keep up; -EINVAL, -EMSGSIZE as encoding; else of
 * sendmsg().
 */
int op25b_wire_send(int socket, const struct op25b_wire_message *message, const int *fds,
		    struct op25b_error *error);

/**
 * op25b_wire_receive() - take one message, without waiting.
 * @buffer:  its bytes, which texts of @ret point into
 * @ret_fds: its descriptors, close-on-exec, which are the caller's from now on; -1 where none
 * Returns 0; -EAGAIN: there is none; -EPIPE: the other end is gone; -EBADMSG, -EPROTONOSUPPORT as
 * decoding, or its descriptors are more or fewer than go with it; -EMFILE: the process may have no
 * more of them; else of recvmsg(). After an error the caller has no descriptor.
 */
int op25b_wire_receive(int socket, uint8_t buffer[static OP25B_WIRE_SIZE],
		       struct op25b_wire_message *ret, int ret_fds[static OP25B_WIRE_FDS],
		       struct op25b_error *error);
