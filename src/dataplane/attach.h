/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs on interfaces. An attachment outlives the process: an XDP link is pinned, a tc filter
 * stands in the clsact qdisc at a fixed priority and handle. Ours is told from other people's
 * by the maps its program uses, so a name alone never makes it ours; what isn't ours is never
 * touched.
 *
 * Interfaces are those of the network namespace of the calling process.
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/load.h"

enum op25b_hook {
	OP25B_HOOK_AUTO,
	OP25B_HOOK_XDP,         /* in the driver */
	OP25B_HOOK_XDP_GENERIC, /* XDP in the stack */
	OP25B_HOOK_TC,          /* clsact ingress; after hardware and XDP, before IP */
};

#define OP25B_TC_PRIORITY 1U
#define OP25B_TC_HANDLE   25U
#define OP25B_TC_HALF     26U /* of the half that XDP leaves packets to: bpf/notice.h */

enum op25b_attach_note {
	/* Tags are gone before XDP: answers leave untagged. Remedy: ethtool -K DEV rxvlan off. */
	OP25B_NOTE_VLAN_STRIPPED = 1 << 0,
	/* `auto` wanted native XDP, the driver refused it (MTU, buffers): tc was taken. */
	OP25B_NOTE_NATIVE_REFUSED = 1 << 1,
	/* Somebody else's XDP program runs on the interface, before our tc filter. */
	OP25B_NOTE_FOREIGN_XDP = 1 << 2,
	/* Somebody else's tc filter or tcx program is there too. */
	OP25B_NOTE_FOREIGN_TC = 1 << 3,
	/* And it sees packets before ours, and may pass them: a problem. */
	OP25B_NOTE_TC_BEFORE = 1 << 4,
	/* XDP's tc half has no place (somebody else's filter is there): resets, no notices. */
	OP25B_NOTE_NOTICE_HELD = 1 << 5,
	/* Somebody else's tc filter or tcx program comes before the half, and may keep packets. */
	OP25B_NOTE_NOTICE_BEHIND = 1 << 6,
	/* XDP's tc half could not be put there: resets, no notices. op25b_attach() says why. */
	OP25B_NOTE_NOTICE_FAILED = 1 << 7,
};

struct op25b_attachment {
	unsigned int ifindex;
	char name[IF_NAMESIZE];
	enum op25b_hook hook; /* what was taken; never OP25B_HOOK_AUTO */
	enum op25b_side side;
	bool layer3;      /* the variant for frames without Ethernet header */
	bool current;     /* programs of this load, all of them; else op25b_attach() mends it */
	uint32_t prog_id; /* the kernel's number of the program */
	uint32_t notes;   /* enum op25b_attach_note */
};

/**
 * op25b_attach() - make sure that our program for this side stands on an interface.
 * @name:           interface
 * @side:           enum op25b_side
 * @hook:           auto takes tc on veth, tun, ppp and whatever has no Ethernet header or whose
 *                  driver has no native XDP; native XDP elsewhere
 * @ret_attachment: may be NULL
 *
 * Idempotent. Another program of ours there is replaced in place (upgrade, other side); where the
 * hook changes, the new one is attached before the old one goes: no packet goes unjudged between.
 * Below XDP a tc half is put, or taken off, as op25b_settings.notice_mark says now: after that was
 * set from 0 or to 0, attach again. Where the half can't stand that is no error: @error then has
 * the reason for OP25B_NOTE_NOTICE_FAILED.
 *
 * Returns 0; -ENODEV: no such interface; -ENODATA: no generation is in force yet, so nothing would
 * be enforced; -EBUSY: somebody else's program holds the hook (@error has its number and name);
 * -EOPNOTSUPP: the driver has no native XDP, or the interface no Ethernet header (XDP asked for by
 * name); -ERANGE or -EINVAL: the driver refuses the MTU, see @error; -EPERM; -ENOENT: programs
 * were not loaded (OP25B_LOAD_HOOKS).
 */
int op25b_attach(struct op25b_dataplane *dp, const char *name, enum op25b_side side,
		 enum op25b_hook hook, struct op25b_attachment *ret_attachment,
		 struct op25b_error *error);

/**
 * op25b_detach() - take what is ours from an interface, whatever the hook.
 *
 * A clsact qdisc is removed with our filter if it is then empty and we know that we made it (it
 * carries no filter of anybody). Returns 0, also if nothing of ours is there or the interface is
 * gone.
 */
int op25b_detach(struct op25b_dataplane *dp, unsigned int ifindex, struct op25b_error *error);

/**
 * op25b_attach_find() - what of ours is on an interface, asked from the kernel.
 * Returns 0; -ENOENT: nothing: never attached, or taken off by somebody. If two hooks carry ours
 * (killed between the steps of a change), the one with XDP is told; op25b_attach() mends that. The
 * tc half is part of XDP's attachment; alone it is nothing.
 */
int op25b_attach_find(struct op25b_dataplane *dp, unsigned int ifindex,
		      struct op25b_attachment *ret_attachment, struct op25b_error *error);

/**
 * op25b_attach_list() - all that is ours, asked from the kernel, by ifindex.
 * @ret_list: free() it; NULL if @ret_n is 0
 *
 * Pins of links whose interface is gone are removed on the way.
 * Returns 0, -ENOMEM, errors of the kernel. Cost: some system calls for each interface of the
 * namespace.
 */
int op25b_attach_list(struct op25b_dataplane *dp, struct op25b_attachment **ret_list, size_t *ret_n,
		      struct op25b_error *error);

/* "auto", "xdp", "xdp-generic", "tc". */
const char *op25b_hook_name(enum op25b_hook hook);
/* Returns 0, or -EINVAL for another word. */
int op25b_hook_parse(const char *word, enum op25b_hook *ret_hook);
