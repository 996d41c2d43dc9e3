/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bed for tests of src/dataplane on the running kernel: a network and a mount namespace that end
 * with the process, a bpffs of their own, a veth pair whose first end is filtered, raw frames in
 * at the other.
 *
 * What was passed is seen by a packet socket for one protocol: such a socket stands behind tc,
 * unlike one for all protocols, which would see what tc drops.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dataplane/load.h"
#include "policy/compile.h"

#define BED_DEV  "op25b-in"  /* filtered */
#define BED_PEER "op25b-out" /* frames are sent here */

/* Lines and peers of the bed's policies: bed_policy(). */
#define BED_LINE    "198.51.100.7" /* of the dynamic service */
#define BED_FIXED   "203.0.113.9"  /* a line of the free service */
#define BED_RELAY   "192.0.2.25"   /* designated server */
#define BED_FOREIGN "192.0.2.200"

struct bed {
	char folder[64]; /* scratch; `bpf` below it is the bpffs */
	char pins[80];   /* a pin folder on it, not made yet */
	int out;         /* packet socket on BED_PEER */
};

/* New namespaces for this process; status 77 ends it if they aren't permitted. Call first. */
void bed_enter(struct bed *bed);
/* Remove scratch files. The rest goes with the process. */
void bed_leave(struct bed *bed);
/* Make the veth pair anew, without qdisc or program. */
void bed_devices(struct bed *bed);

/* Run a command, e.g. "ip link add ..."; fails the test if it fails. */
void bed_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Whether the output of a command holds a text. */
bool bed_says(const char *command, const char *text);

/**
 * bed_tables() - tables of one of two policies.
 * @closed: the dynamic service may reach BED_RELAY only; false: it may reach all
 * @ret_tables: with their policy; bed_tables_done()
 */
void bed_tables(struct bed *bed, bool closed, struct op25b_tables *ret_tables);
void bed_tables_done(struct op25b_tables *tables);

/* A TCP SYN in an Ethernet frame of 60 bytes. */
#define BED_FRAME 60U
void bed_syn(const char *from, const char *to, uint16_t port, uint8_t frame[BED_FRAME]);

/* A packet socket behind the filter of an interface. */
int bed_listen(const char *dev);
/* Send one SYN through the pair. */
void bed_send(struct bed *bed, const char *from, const char *to, uint16_t port);
/* Whether a SYN from a line to a peer's port reaches behind the filter of BED_DEV. */
bool bed_passes(struct bed *bed, const char *from, const char *to, uint16_t port);

/* Open with the bed's pins; fails the test with the error's text. */
struct op25b_dataplane *bed_open(struct bed *bed);
/* Fail the test with the text if code is negative. */
void bed_ok(int code, const struct op25b_error *error);
