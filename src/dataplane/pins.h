/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pin folder: one set of maps a sub-folder, complete or absent. Private to this folder.
 * bpffs keeps no regular files and takes no dots in names; a directory can be a mark.
 */
#pragma once

#include <bpf/libbpf.h>

#include "base/error.h"
#include "dataplane/load.h"

extern const char *const op25b_pinned_maps[];
#define OP25B_PINNED_MAPS 13U

/* A set of pinned maps, by its sub-folder. */
struct op25b_pin_set {
	bool present;
	bool usable; /* our ABI, every map there with our sizes */
	uint32_t abi;
	uint32_t control_id;
};

/* Make the folder, check that it is on a bpffs, lock it. Errors as op25b_dataplane_open(). */
int op25b_pins_lock(const char *folder, int *ret_fd, struct op25b_error *error);

/* Look at a set. @object: opened, for the sizes. Returns 0 also if it is absent. */
int op25b_pins_look(const char *folder, const char *set, struct bpf_object *object,
		    struct op25b_pin_set *ret_set, struct op25b_error *error);

/* Have @object use the maps of a set when it is loaded. */
int op25b_pins_reuse(const char *folder, const char *set, struct bpf_object *object,
		     struct op25b_error *error);

/* Pin the maps of a loaded object as a set: all of them appear at once. */
int op25b_pins_write(const char *folder, const char *set, struct bpf_object *object,
		     struct op25b_error *error);

/* Remove a set, or the links. Absent is no error. */
int op25b_pins_clear(const char *folder, const char *set, struct op25b_error *error);
