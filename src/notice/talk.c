/* SPDX-License-Identifier: BSD-2-Clause */
/* See talk.h. */
#include "notice/talk.h"

#include <string.h>

enum verb { QUIT, EHLO, HELO, N_VERBS };

static const char verbs[N_VERBS][4] = { [QUIT] = { 'q', 'u', 'i', 't' },
					[EHLO] = { 'e', 'h', 'l', 'o' },
					[HELO] = { 'h', 'e', 'l', 'o' } };

#define ANY_VERB ((1U << N_VERBS) - 1)

/* op25b_talk.place beyond the letters of a verb. */
enum { VERB_READ = 4, IN_ARGUMENT, CR_READ };

static void begin_line(struct op25b_talk *talk)
{
	talk->could_be = ANY_VERB;
	talk->place = 0;
}

/* Setting bit 5 of an octet makes a small letter of a letter, and of no other octet. */
static uint8_t still_possible(uint8_t could_be, uint8_t place, uint8_t octet)
{
	for (unsigned int i = 0; i < N_VERBS; i++) {
		if ((octet | 0x20) != verbs[i][place])
			could_be &= (uint8_t) ~(1U << i);
	}
	return could_be;
}

/* One octet of a line, not its LF. */
static void read_octet(struct op25b_talk *talk, uint8_t octet)
{
	if (talk->place < VERB_READ) {
		talk->could_be = still_possible(talk->could_be, talk->place, octet);
		talk->place++;
	} else if (talk->place == CR_READ) {
		talk->could_be = 0;
	} else if (talk->place == VERB_READ) {
		if (octet == '\r')
			talk->place = CR_READ;
		else if (octet == ' ' || octet == '\t')
			talk->place = IN_ARGUMENT;
		else
			talk->could_be = 0;
	}
}

static bool is_verb(const struct op25b_talk *talk, enum verb verb)
{
	return talk->place >= VERB_READ && talk->could_be & 1U << verb;
}

static void say(struct op25b_talk_says *says, enum op25b_wire_reply reply)
{
	says->replies[says->n++] = reply;
}

static void go(struct op25b_talk *talk, enum op25b_talk_state state, int64_t now)
{
	talk->state = (uint8_t)state;
	talk->deadline = now + OP25B_TALK_GRACE;
}

static void wait_for_command(struct op25b_talk *talk, int64_t now)
{
	talk->deadline = now + OP25B_TALK_PATIENCE;
	if (talk->deadline > talk->last)
		talk->deadline = talk->last;
}

void op25b_talk_begin(struct op25b_talk *talk, enum op25b_manner manner, int64_t now,
		      struct op25b_talk_says *ret)
{
	*ret = (struct op25b_talk_says){ .n = 0 };
	*talk = (struct op25b_talk){ .manner = (uint8_t)manner, .last = now + OP25B_TALK_WHOLE };
	begin_line(talk);
	say(ret, OP25B_WIRE_FIRST);
	if (manner == OP25B_LATER)
		go(talk, OP25B_TALK_LEAVING, now);
	else
		wait_for_command(talk, now);
}

/* A line has ended. */
static void answer(struct op25b_talk *talk, int64_t now, struct op25b_talk_says *says)
{
	bool quit = is_verb(talk, QUIT);

	if (talk->state == OP25B_TALK_OPEN && ++talk->commands > OP25B_TALK_COMMANDS) {
		say(says, OP25B_WIRE_LATE);
		go(talk, OP25B_TALK_LEAVING, now);
	}
	if (quit) {
		say(says, OP25B_WIRE_BYE);
		go(talk, OP25B_TALK_OVER, now);
	} else if (talk->state == OP25B_TALK_OPEN) {
		bool hello = is_verb(talk, EHLO) || is_verb(talk, HELO);

		say(says, hello && talk->manner == OP25B_HELO ? OP25B_WIRE_HELO : OP25B_WIRE_OTHER);
		wait_for_command(talk, now);
	}
}

void op25b_talk_hear(struct op25b_talk *talk, const void *data, size_t size, int64_t now,
		     struct op25b_talk_says *ret)
{
	const uint8_t *octets = data;

	*ret = (struct op25b_talk_says){ .n = 0 };
	for (size_t i = 0; i < size && talk->state != OP25B_TALK_OVER; i++) {
		if (octets[i] != '\n') {
			read_octet(talk, octets[i]);
			continue;
		}
		answer(talk, now, ret);
		begin_line(talk);
	}
}

bool op25b_talk_late(struct op25b_talk *talk, int64_t now, struct op25b_talk_says *ret)
{
	*ret = (struct op25b_talk_says){ .n = 0 };
	if (now < talk->deadline)
		return false;
	if (talk->state != OP25B_TALK_OPEN)
		return true;
	say(ret, OP25B_WIRE_LATE);
	go(talk, OP25B_TALK_LEAVING, now);
	return false;
}
