/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bed of tests with real conversations: net.h's line and gateway, and on the gateway all that
 * notices need, as op25bd makes it: doors, a rule, a route. What the gateway forwards goes out
 * on `up0`, is seen at `up1` and ends there. Its own server listens on port 25 of every address:
 * nothing refused may come to it.
 */
#pragma once

#include <stdbool.h>

#include "dataplane/attach.h"
#include "dataplane/notice.h"
#include "tests/packet/cases.h"
#include "tests/packet/net.h"
#include "tests/packet/world.h"

#define BED_MARK "0x25250019"
#define NOBODY   "198.19.7.77" /* an address that no host has */
#define NOBODY6  "2001:db8:ffff::77"
#define WORDS    "554 5.7.1 port 25 is closed on this line\r\n"

struct notice_bed {
	struct world world;
	struct net net;
	int own;                       /* listens on port 25, for every address */
	int doors[OP25B_FAMILY_COUNT]; /* by family; -1: none */
	struct op25b_notice_page *page;
	int up; /* sees what is forwarded */
};

/* 0; -EPERM without root; other errors, with the reason on standard error. */
int notice_bed_open(struct notice_bed *bed);
void notice_bed_close(struct notice_bed *bed);

/* All as it is in service; the hook may be changed. Plenty of answers and notices. */
void notice_bed_begin(struct notice_bed *bed, enum op25b_hook hook);
/* Close the doors and see that nobody came to the gateway's own server. */
void notice_bed_end(struct notice_bed *bed);

void notice_bed_attach(struct notice_bed *bed, enum op25b_hook hook);
void notice_bed_set(struct notice_bed *bed, uint32_t answers, uint32_t notices);

/* A connection: the line's end and the responder's. */
struct talk {
	int line, door;
};

/* Connect from the line, see the door take it, and read its words. Fails the test if not so. */
struct talk talk_begin(struct notice_bed *bed, const char *from, uint16_t port, const char *to);
/* A word there and one back. */
void talk_on(const struct talk *talk);
/* The line closes first, the door after it. */
void talk_end(struct talk *talk);

/* What connecting says; -EISCONN: it was made. */
int try_connect(struct notice_bed *bed, const char *from, const char *to);

/* Whether a frame to port 25 put on the wire is forwarded; one to port 587 behind it must be. */
bool is_forwarded(struct notice_bed *bed, const struct layer *frame, const struct layer *marker);

uint64_t tally(struct notice_bed *bed, enum op25b_answer answer);

/* Wait until a descriptor can be read; fails the test after five seconds. */
void wait_readable(int fd);

/* Until the gateway has a connection from that port in TIME_WAIT, state 6 of /proc/net/@file. */
void wait_for_time_wait(struct notice_bed *bed, const char *file, uint16_t port);

/* A line behind a device without Ethernet header, 198.18.7.9; skips the test where none can be. */
int open_tun(struct notice_bed *bed);
void write_packet(int tun, const struct layer *layers);
