/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deciding frames of any dates: the tables in force at an instant are made when they are first
 * needed and kept, a few at a time; the BPF engine puts them into the kernel, unattached. Frames
 * are cheapest in the order of op25b_engine_epoch().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/reply.h"
#include "dataplane/attach.h"

struct op25b_engine;

struct op25b_engine_options {
	const struct op25b_policy *policy; /* borrowed; must outlive the engine */
	bool bpf;                          /* the loaded program; else user space */
	enum op25b_hook hook;              /* OP25B_HOOK_XDP or OP25B_HOOK_TC */
	enum op25b_side side;
};

/**
 * op25b_engine_open() - get ready; loads the programs if they are asked for (0.1 to 2 s).
 * Returns 0; -EPERM: this user may not load programs; -ENOMEM; errors of the kernel.
 */
int op25b_engine_open(const struct op25b_engine_options *options, struct op25b_engine **ret_engine,
		      struct op25b_error *error);

/**
 * op25b_engine_epoch() - a number that all instants have in common between two changes of the
 * policy; later ones have a greater number.
 * Returns INT64_MAX after the last change; errors: -ENOMEM. Cost: a short search.
 */
int op25b_engine_epoch(struct op25b_engine *engine, int64_t at, int64_t *ret_epoch);

/**
 * op25b_engine_decide() - decide one frame at an instant.
 * @ret_reply: decision, service, line and fell_back are written
 *
 * Returns 0; -ENOMEM; -E2BIG: the tables are too large; errors of the kernel. Cost: that of the
 * engine (0.2 or 2 us); making tables where the epoch is another one.
 */
int op25b_engine_decide(struct op25b_engine *engine, int64_t at, const uint8_t *frame,
			size_t length, struct op25b_reply *ret_reply, struct op25b_error *error);

/**
 * op25b_engine_close() - NULL-safe; sets *engine to NULL.
 */
void op25b_engine_close(struct op25b_engine **engine);
