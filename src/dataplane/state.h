/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this folder share. Not for anybody else: it shows libbpf.
 */
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stddef.h>

#include "dataplane/load.h"

/* A program loaded by this handle. */
struct op25b_loaded {
	char name[32];
	uint32_t id;
	int fd;
};

/* A link that no pin keeps: it lives as long as its descriptor. Private mode only. */
struct op25b_private_link {
	unsigned int ifindex;
	int fd;
};

/* Front and image of a generation as memory; NULL: none. Writable; packets see a store at once. */
struct op25b_mapped {
	struct op25b_front *front;
	uint8_t *image;
	size_t image_bytes; /* whole pages */
};

/**
 * op25b_mapped_open() - map both. On an error nothing is left.
 * @n_blocks: of the image
 */
int op25b_mapped_open(int front_fd, int image_fd, uint32_t n_blocks, struct op25b_mapped *ret);
void op25b_mapped_done(struct op25b_mapped *mapped);

struct op25b_dataplane {
	struct op25b_op25b_bpf *skeleton;
	struct bpf_object *object; /* of the skeleton */
	enum op25b_load_state state;
	char *pins;   /* NULL: private */
	int lock;     /* the pin folder, locked; -1: private */
	bool in_next; /* our maps are pinned under `next`, until the upgrade is finished */

	struct op25b_control *control; /* mapped */
	uint32_t control_id;
	uint32_t old_control_ids[2]; /* of pins of another ABI; 0: none */
	uint32_t wanted;             /* enum op25b_load_programs */
	struct op25b_loaded *loaded;
	size_t n_loaded;

	struct op25b_mapped live; /* the live generation; empty: none, or not looked yet */
	int prefixes, exceptions; /* of the live generation; -1 likewise */

	struct op25b_private_link *links;
	size_t n_links;
	unsigned int *clsacts; /* interfaces where we made the qdisc; private mode only */
	size_t n_clsacts;
};

/* A pin folder's name may be this long, so that every path below it has room. */
#define OP25B_PIN_FOLDER_MAX 1024U
#define OP25B_PIN_PATH       (OP25B_PIN_FOLDER_MAX + 128U)

/* Forget the mapped live generation, after a switch or at the end. */
void op25b_generation_forget(struct op25b_dataplane *dp);

/* Take off what only this process keeps attached. Private mode; else does nothing. */
void op25b_attach_private_end(struct op25b_dataplane *dp);

/* Add up: copy per-CPU counters from the pins of another ABI where their layout is the same. */
int op25b_counters_import(const struct op25b_dataplane *dp, const char *folder, const char *set);
