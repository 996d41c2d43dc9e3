/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said to a client: bytes and the time come in, the replies to give and the moment to end
 * come out. Nothing of what a client sends is kept but how much of the names QUIT, EHLO and HELO
 * its line has been so far: no mail, no address, no password can be in a struct op25b_talk.
 *
 *   OPEN      the first reply was given. QUIT is answered with BYE, then OVER; anything else is
 *             refused (RFC 5321 3.1). Too slow, or too many commands: LATE, then LEAVING.
 *   LEAVING   421 was said, which means that the connection ends (RFC 5321 4.2.1): only QUIT is
 *             still answered. The manner `later` begins here.
 *   OVER      221 was said; what the client sends is passed over.
 *
 * The client closes first, at once as a rule. Who does not within OP25B_TALK_GRACE is reset by the
 * caller, so that no closed connection is kept in TIME_WAIT.
 *
 * A command ends at LF. NUL, CR elsewhere than before it and octets beyond ASCII are octets of a
 * command that is none of the three. Pure: no descriptor, no clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notice/wire.h"

#define OP25B_TALK_COMMANDS 10U   /* the next one gets LATE */
#define OP25B_TALK_PATIENCE 10000 /* ms for the next command */
#define OP25B_TALK_WHOLE    30000 /* ms until LATE at most */
#define OP25B_TALK_GRACE    2000  /* ms from the last reply until the end */

/* Replies that one call can give: to each command, then LATE, then BYE. */
#define OP25B_TALK_SAYS (OP25B_TALK_COMMANDS + 2)

enum op25b_talk_state { OP25B_TALK_OPEN, OP25B_TALK_LEAVING, OP25B_TALK_OVER };

struct op25b_talk {
	int64_t last;     /* when OPEN ends, in ms */
	int64_t deadline; /* op25b_talk_late() is due */
	uint8_t manner;   /* enum op25b_manner */
	uint8_t state;    /* enum op25b_talk_state */
	uint8_t commands;
	uint8_t could_be; /* of the line: a bit for each verb that it may still be */
	uint8_t place;    /* of the line: letters of it so far, or what is behind them */
};

/* Replies to give now, in this order. */
struct op25b_talk_says {
	size_t n;
	enum op25b_wire_reply replies[OP25B_TALK_SAYS];
};

/**
 * op25b_talk_begin() - a client is there.
 * @now: ms of any clock that does not go back
 */
void op25b_talk_begin(struct op25b_talk *talk, enum op25b_manner manner, int64_t now,
		      struct op25b_talk_says *ret);

/**
 * op25b_talk_hear() - the client sent these bytes. Cost: linear.
 */
void op25b_talk_hear(struct op25b_talk *talk, const void *data, size_t size, int64_t now,
		     struct op25b_talk_says *ret);

/**
 * op25b_talk_late() - the deadline may have come.
 * Returns whether the connection ends now, by a reset.
 */
bool op25b_talk_late(struct op25b_talk *talk, int64_t now, struct op25b_talk_says *ret);
