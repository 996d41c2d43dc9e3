/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Following Postfix's log by its name, through rotation by renaming and by truncation. How far it
 * was read is part of the state's turn in which its events were: after kill -9 no line is missed
 * and none counts twice. Not followed into a file that was compressed while nobody looked.
 *
 * Lines that a rotation by copying and truncating loses are lost to us too: prefer renaming, as
 * `postfix logrotate` does.
 */
#pragma once

#include "mail/maillog.h"
#include "mail/state.h"

#define OP25B_MAILLOG_BITE 65536U /* bytes at most in one call */

struct op25b_maillog_file;

/* -errno gives the reading up and is returned; else 0. */
typedef int (*op25b_maillog_fn)(void *arg, const struct op25b_maillog_event *event);

/**
 * op25b_maillog_file_open() - begin where it was left, and at the end if it never was read.
 * @path:  the file need not be there yet; its folder must
 * @state: borrowed; outside of a turn
 *
 * Returns 0; -ENOENT and -EACCES of the folder; -ENOMEM, -EMFILE; -errno of the state.
 */
int op25b_maillog_file_open(const char *path, struct op25b_state *state,
			    struct op25b_maillog_file **ret, struct op25b_error *error);

/* NULL-safe. */
void op25b_maillog_file_close(struct op25b_maillog_file **file);

/* Becomes readable when there may be more. Read once a second anyway: it costs a few calls. */
int op25b_maillog_file_descriptor(const struct op25b_maillog_file *file);

/**
 * op25b_maillog_file_read() - hand out the events of a bounded piece, inside a turn of the state.
 *
 * A line counts once its newline is there. If the turn is not kept, the same lines come again.
 * Returns 1: more is waiting; 0; what @fn returned; -EACCES, -EIO and so on of the file (say so,
 * and go on: it is tried again in the next call); -errno of the state. After any but 0 and 1 give
 * the turn up.
 */
int op25b_maillog_file_read(struct op25b_maillog_file *file, op25b_maillog_fn fn, void *arg,
			    struct op25b_error *error);
