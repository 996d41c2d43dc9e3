/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose program a number is, and which one. Private to this folder.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dataplane/attach.h"
#include "dataplane/state.h"

/* Where a program can stand. */
enum op25b_place {
	OP25B_PLACE_XDP,
	OP25B_PLACE_XDP_LINEAR, /* generic XDP above a half */
	OP25B_PLACE_TC,
	OP25B_PLACE_TC_L3, /* frames have no Ethernet header */
	OP25B_PLACE_HALF,  /* tc below XDP, for notices */
};

struct op25b_program {
	uint32_t id;
	char name[16];        /* as the kernel keeps it, cut at 15 characters */
	bool ours;            /* uses our control map, of this ABI or of one being replaced */
	bool current;         /* loaded by this handle */
	enum op25b_side side; /* the rest: only if ours */
	enum op25b_place place;
};

/* Returns 0; -ENOENT: no such program any more; -EPERM; other errors of the kernel. */
int op25b_program_read(const struct op25b_dataplane *dp, uint32_t id,
		       struct op25b_program *ret_program);

/* Whether it has the name of one of ours; anybody's may. */
bool op25b_program_named(const struct op25b_program *program);

/* Name in the object of the program for a place. */
const char *op25b_program_name(enum op25b_place place, enum op25b_side side);

/* Descriptor of a program by its name, owned by the handle; loads it. Errors as load.h says. */
int op25b_program_load(struct op25b_dataplane *dp, const char *name, struct op25b_error *error);

/* Give up the descriptors of what was loaded. */
void op25b_program_unload(struct op25b_dataplane *dp);

/* Say that a hook is held by a program that is not ours. Returns -EBUSY. */
int op25b_program_foreign(const struct op25b_dataplane *dp, const char *interface, const char *hook,
			  uint32_t id, struct op25b_error *error);
