/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state folder: what a reboot needs to enforce the same again.
 *
 *   state.json       which policy is in force, which one before it, a pending confirm, the counter
 *                    slots. Replaced as a whole: this file alone says what holds.
 *   policy-N.json    one policy with every file it reads, as it came over the socket; never changed
 *   days.json        what was refused and counted on each day, see days.h
 *   *.broken         one of these that could not be read, kept for a person
 *
 * The order of an apply: policy-N.json is on disk before the kernel switches to it, and state.json
 * names it only after. So a process killed in between comes back to the policy before, which nobody
 * was told had been replaced, and puts the kernel back to it; a policy that was reported as applied
 * survives anything. Every write goes to a new name, is synced, renamed, and the folder synced.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "serve/clock.h"

struct op25b_state {
	uint64_t current, previous; /* numbers of policies; 0: none is enforced */
	uint64_t next;              /* no policy has this number or a higher one */
	int64_t applied_at;         /* wall clock seconds */
	bool fresh;                 /* nothing was ever written to this folder */
	bool pending;               /* current goes back to previous unless confirmed */
	int64_t confirm_seconds;    /* as asked for */
	int64_t deadline_wall;      /* seconds */
	int64_t deadline_boot_ns;   /* the same on the boot clock of boot_id */
	char boot_id[OP25B_BOOT_ID];
	json_t *slots;   /* service id: counter slot; never NULL */
	json_t *history; /* what op25b_state_note() was told, the newest last; never NULL */
};

#define OP25B_STATE_HISTORY 20U

struct op25b_store;

/**
 * op25b_store_open() - take a state folder, made (0750) if only its last part is missing.
 * Returns 0; -EBUSY: another process holds it; -ENOMEM; errors of the file system.
 */
int op25b_store_open(const char *path, struct op25b_store **ret_store, struct op25b_error *error);

/* NULL-safe; sets *store to NULL. */
void op25b_store_close(struct op25b_store **store);

/* A state without any policy; op25b_state_done() frees. -ENOMEM. */
int op25b_state_init(struct op25b_state *ret_state);
/* A copy of its own. -ENOMEM. */
int op25b_state_copy(const struct op25b_state *state, struct op25b_state *ret_state);
/**
 * op25b_state_note() - add what happened to .history: {"number","at","digest","what"}, of which the
 * last OP25B_STATE_HISTORY are kept. For people only: without memory for it, it is left out.
 * @what: "applied", "confirmed", "rolled-back" or "not-confirmed"
 * @digest: of the policy in force from now on; 0: none is
 */
void op25b_state_note(struct op25b_state *state, const char *what, uint64_t digest, int64_t at);
/* NULL-safe; leaves it zeroed. */
void op25b_state_done(struct op25b_state *state);

/**
 * op25b_store_read() - the state as last written; an empty one in a fresh folder.
 * Returns 0; -EBADMSG: it can't be understood (it is kept as state.json.broken once another is
 * written); -ENOMEM; errors of the file system.
 */
int op25b_store_read(struct op25b_store *store, struct op25b_state *ret_state,
		     struct op25b_error *error);

#define OP25B_STORE_UNSYNCED 1

/**
 * op25b_store_write() - put a state on disk.
 *
 * Returns 0: it survives a crash; OP25B_STORE_UNSYNCED: it is the one that is read from now on, but
 * a crash of the machine may bring the one before back, so nothing that either names may be swept;
 * @error says why, and another write may mend it. -ENOMEM and errors of the file system: the one
 * before stands.
 */
int op25b_store_write(struct op25b_store *store, const struct op25b_state *state,
		      struct op25b_error *error);

/**
 * op25b_store_put() - keep a policy under a number.
 * @files: array of {"name","text"}; borrowed
 */
int op25b_store_put(struct op25b_store *store, uint64_t number, const json_t *files,
		    struct op25b_error *error);

/* The files of a policy. -ENOENT; -EBADMSG: the copy is damaged. Free with json_decref(). */
int op25b_store_get(struct op25b_store *store, uint64_t number, json_t **ret_files,
		    struct op25b_error *error);

/* The highest number that a kept policy has; 0: none is kept. */
uint64_t op25b_store_highest(const struct op25b_store *store);

/**
 * op25b_store_load() - another file of the folder, by its name.
 * @ret_json: NULL where there is none; free with json_decref()
 * Returns 0; -EBADMSG: it is no JSON; -ENOMEM; errors of the file system.
 */
int op25b_store_load(struct op25b_store *store, const char *name, json_t **ret_json,
		     struct op25b_error *error);

/* Replace it as a whole, durably. -ENOMEM; errors of the file system: it may be the one before. */
int op25b_store_save(struct op25b_store *store, const char *name, const json_t *json,
		     struct op25b_error *error);

/* Call it NAME.broken, for a person; one of before goes. Errors of the file system. */
int op25b_store_set_aside(struct op25b_store *store, const char *name, struct op25b_error *error);

/* Remove every kept policy but two, and what a killed process left half written. */
void op25b_store_sweep(struct op25b_store *store, uint64_t keep1, uint64_t keep2);
