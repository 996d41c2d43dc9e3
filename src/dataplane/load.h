/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BPF programs and maps as one object in this process: loaded fresh, or taken over from the
 * pins of an earlier process with generation and counters going on. This folder is the only place
 * that includes libbpf; its headers do not.
 *
 * A process that dies or closes its handle changes nothing of what is enforced: programs, maps and
 * XDP links are pinned, tc filters belong to their interface. One thread uses a handle at a time.
 *
 * The pin folder, on any bpffs:
 *   (itself)     flock()ed by the one process that may write
 *   now/         the maps in use; the ABI's version is the first word of `control`
 *   next/        the maps of an upgrade to another ABI that isn't finished
 *   links/       the XDP links, xdp-IFINDEX (bpffs allows no dots, so no interface names)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "op25b/abi.h"

#define OP25B_PIN_FOLDER "/sys/fs/bpf/op25b"

struct op25b_dataplane;

/* Which programs may be needed. Each is loaded when it is first asked for. */
enum op25b_load_programs {
	OP25B_LOAD_HOOKS = 1 << 0,   /* what op25b_attach() needs */
	OP25B_LOAD_EXPLAIN = 1 << 1, /* what op25b_testrun() needs */
};

struct op25b_load_options {
	const char *pins;  /* folder for the pins, made if its parent is there; NULL: private */
	uint32_t programs; /* enum op25b_load_programs; the others are -ENOENT */
};

enum op25b_load_state {
	OP25B_LOAD_PRIVATE,    /* no pins: all goes with the handle, attachments included */
	OP25B_LOAD_FRESH,      /* nothing was pinned; nothing is enforced yet */
	OP25B_LOAD_TAKEN_OVER, /* maps of an earlier process, same ABI: all goes on */
	OP25B_LOAD_UPGRADING,  /* from another ABI: the old programs enforce until replaced */
};

/**
 * op25b_dataplane_open() - make, or take over, maps.
 * @options: borrowed for the call
 * @ret_dp:  op25b_dataplane_close() frees it
 * @error:   may be NULL; for a load the kernel refused it holds the last lines libbpf said
 *
 * Nothing is attached, and what is attached already stays as it is: op25b_attach() puts the new
 * programs in the place of the old ones, interface by interface, without a gap.
 *
 * Order in state OP25B_LOAD_FRESH and OP25B_LOAD_UPGRADING: op25b_generation_put(), op25b_attach()
 * for each interface, op25b_dataplane_commit(). In the others the first is needed only if the
 * policy changed and the last does nothing.
 *
 * Returns 0; -EBUSY: another process holds the pin folder; -EPERM: root, or CAP_BPF, CAP_NET_ADMIN
 * and CAP_PERFMON are needed (and CAP_SYS_ADMIN in the calls that ask which program or generation
 * the kernel has: it opens them by number for nobody else); -ENOTSUP: the pin folder is on no
 * bpffs; -ENOENT: its parent is missing; -ENOMEM; any other error of the kernel. Cost: some
 * milliseconds; the verifier takes 0.1 to 1 s for each program when it is first needed.
 */
int op25b_dataplane_open(const struct op25b_load_options *options, struct op25b_dataplane **ret_dp,
			 struct op25b_error *error);

/* Close the handle. With pins, enforcement goes on as it is. NULL-safe; sets *slot to NULL. */
void op25b_dataplane_close(struct op25b_dataplane **slot);

/* What op25b_dataplane_open() found under the pin folder. */
enum op25b_load_state op25b_dataplane_state(const struct op25b_dataplane *dp);

/**
 * op25b_dataplane_commit() - finish an upgrade to another ABI: the new maps' pins take the place
 * of the old.
 *
 * Counters were copied when the new maps were made, where their layout is the same; what the old
 * programs counted between then and their replacement is not carried over. Killed before or inside
 * this call, the next process goes on with the upgrade.
 *
 * Returns 0, also where there is nothing to finish; -EBUSY: an interface (named in @error) still
 * runs an old program; -ENODATA: no generation was put; other errors of the file system.
 */
int op25b_dataplane_commit(struct op25b_dataplane *dp, struct op25b_error *error);

/**
 * op25b_dataplane_repin() - pin again what somebody removed from the pin folder.
 *
 * XDP links whose pins were lost went with them; op25b_attach() brings these back. Returns 1 if
 * anything was missing, 0, or an error.
 */
int op25b_dataplane_repin(struct op25b_dataplane *dp, struct op25b_error *error);

/**
 * op25b_dataplane_remove() - end enforcement: detach everywhere, remove every pin and the folder.
 *
 * Returns 0, or the first error; what could be removed has been. -EBUSY: a program with the name of
 * one of ours, but not the maps of these pins, stands at our place of tc. The handle stays to be
 * closed.
 */
int op25b_dataplane_remove(struct op25b_dataplane *dp, struct op25b_error *error);

/* What the programs read besides the generation; see struct op25b_control. */
struct op25b_settings {
	uint32_t answer_rate, answer_burst; /* RST and ICMP a second and line; 0: none are sent */
	uint32_t event_rate, event_burst;   /* events a second and line; 0: none */
	uint8_t icmp4[4], icmp6[16];        /* of ICMP answers; zero: the refused destination */
	uint32_t notice_rate, notice_burst; /* notices a second and line; more are reset */
	uint32_t notice_mark; /* of packets for the responder; 0: all are reset, see notice.h */
};

/* Write settings; in force at once, field by field. No system call. */
void op25b_dataplane_set(struct op25b_dataplane *dp, const struct op25b_settings *settings);

/* Settings in force. */
void op25b_dataplane_settings(const struct op25b_dataplane *dp,
			      struct op25b_settings *ret_settings);

/**
 * op25b_dataplane_map_fd() - the descriptor of a map by its name in the object, e.g. "rates".
 * Owned by the handle. -ENOENT if there is none. For benches, tests and responders.
 */
int op25b_dataplane_map_fd(const struct op25b_dataplane *dp, const char *name);

/*
 * The same for a program, e.g. "xdp_both"; loads it if it was not yet. -ENOENT: none of that name,
 * or not among those of op25b_load_options.programs; errors of the kernel.
 */
int op25b_dataplane_prog_fd(struct op25b_dataplane *dp, const char *name);
