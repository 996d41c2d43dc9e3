/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The access log: time, method, page, status, bytes, milliseconds. No address, no query, no code:
 * of a path whose end is the asker's own only the beginning.
 */
#pragma once

#include <stddef.h>

#include "base/error.h"
#include "web/settings.h"

struct op25b_reply;

struct op25b_access_log {
	enum op25b_web_log to;
	const char *path; /* borrowed */
	int fd;           /* of a file; -1 */
};

/* Returns 0 or an error of open(). */
int op25b_access_open(struct op25b_access_log *access, const struct op25b_web_file *file,
		      struct op25b_error *error);

/* Begin a new file, if the old one was moved away. What can't be opened stays as it was. */
int op25b_access_reopen(struct op25b_access_log *access, struct op25b_error *error);

/* Harmless if it is not open. */
void op25b_access_close(struct op25b_access_log *access);

/* What was answered to a request. */
void op25b_access_note(struct op25b_access_log *access, const struct op25b_reply *reply,
		       const char *method, int status, size_t size);
