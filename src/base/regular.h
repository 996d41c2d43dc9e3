/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening a file that people name: whatever it is, opening and reading it does not wait for
 * somebody else.
 */
#pragma once

#include <sys/stat.h>

/**
 * op25b_regular_open() - open a regular file for reading.
 * @ret_info: what it is; written on success
 *
 * Besides regular files, a pipe below /dev/ is taken (/dev/stdin, the shell's <(...)): whoever
 * started this process holds its other end. Reading one may wait for that.
 *
 * Returns a descriptor, close-on-exec; -EISDIR; -EINVAL: a FIFO, a device, a socket; others of
 * open().
 */
int op25b_regular_open(const char *path, struct stat *ret_info);

/* What a fault of the above, or of reading, is: "not a regular file", or strerror()'s. */
const char *op25b_regular_strerror(int fault);
