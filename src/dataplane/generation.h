/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generations in the kernel: put one in force, read which one is, compare it with what it should
 * be.
 *
 * A put builds the new inner maps aside, fills them, places them in the slot no packet reads and
 * then switches with one store. Killed at any moment, the process leaves the old or the new
 * generation.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/load.h"
#include "policy/compile.h"

/**
 * op25b_generation_put() - put tables in force.
 * @tables: from op25b_tables_make(), perhaps with live sessions; copied
 *
 * A packet that begins after it returned is decided by them. The generation before stays in the
 * kernel until op25b_generation_release() or the next put.
 *
 * Returns 0; -ENOMEM, -E2BIG: the kernel can't hold the tables; other errors of the kernel. On an
 * error the generation before is in force. Cost: filling (1,000 M units/s, 1 M exceptions/s) and up
 * to five waits for a grace period of the kernel, 5 to 30 ms each; packets never wait.
 */
int op25b_generation_put(struct op25b_dataplane *dp, const struct op25b_tables *tables,
			 struct op25b_error *error);

/**
 * op25b_generation_release() - give back the memory of the generation before.
 *
 * When it returns, no packet uses that one, and the kernel frees it in its own time. Returns 0;
 * errors of the kernel: what is in force is not touched, and the next put releases it. Cost: up to
 * five waits for a grace period.
 */
int op25b_generation_release(const struct op25b_dataplane *dp, struct op25b_error *error);

/**
 * op25b_generation_digest() - which policy is in force: head.digest of the live front.
 * Returns 0; -ENODATA: none is in force. No system call once the front is mapped.
 */
int op25b_generation_digest(struct op25b_dataplane *dp, uint64_t *ret_digest);

/* The generation in force. Owned by the handle; valid until the next put or close. */
struct op25b_generation_live {
	struct op25b_front *front; /* packets see a store at once, here and in the image */
	uint8_t *image;            /* front->head.n_blocks * OP25B_BLOCK bytes */
	int prefixes, exceptions;  /* map descriptors */
};

/* Returns 0; -ENODATA: none is in force; errors of the kernel. */
int op25b_generation_live(struct op25b_dataplane *dp, struct op25b_generation_live *ret_live,
			  struct op25b_error *error);

/*
 * Single changes of the generation in force, for what a live session changes. Packets see each at
 * once, as a whole. A packet that is being judged may have read one table before a change and read
 * another after it: the order in which changes are made is the caller's to choose.
 */

/**
 * op25b_generation_unit() - store the two bytes of a unit.
 * Returns 0; -ENODATA: no generation is in force; -ERANGE: it has no such unit; errors of the
 * kernel where it had not been mapped yet. Cost: a store.
 */
int op25b_generation_unit(struct op25b_dataplane *dp, uint32_t unit, uint16_t value);

/**
 * op25b_generation_exception() - add an exception, or change it.
 * @value: NULL: take it out; 0 also if there was none
 *
 * The lengths and flags of the front are not touched: only a put changes them. Returns 0; -ENOSPC:
 * the table is full; -ENODATA; errors of the kernel. Cost: a system call.
 */
int op25b_generation_exception(struct op25b_dataplane *dp, const struct op25b_exception_key *key,
			       const struct op25b_exception *value);

struct op25b_generation_difference {
	bool none_in_force;
	bool head;         /* other sizes, flags or digest: another policy or instant */
	bool front;        /* the rest of it: first level, peers, lengths, near cells */
	uint64_t blocks;   /* of the image that differ, where the heads are the same size */
	uint64_t prefixes; /* entries missing, added or changed */
	uint64_t exceptions;
};

/**
 * op25b_generation_verify() - compare what is in force with what should be.
 * @ret_difference: all zero if they are the same; written when the comparison could be made
 *
 * To mend, put the tables again. Returns 1: they differ; 0: the same; -ENOMEM; errors of the
 * kernel. Cost: that of a put without its waits; about 10 ms for 10 million units.
 */
int op25b_generation_verify(struct op25b_dataplane *dp, const struct op25b_tables *tables,
			    struct op25b_generation_difference *ret_difference,
			    struct op25b_error *error);
