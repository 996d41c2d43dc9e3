/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets in the file system, for the other programs of this host. */
#pragma once

#include <sys/types.h>

#include "base/error.h"

#define OP25B_UNIX_PATH 108 /* bytes of the longest, with its NUL */

#define OP25B_UNIX_ROOT_ONLY ((gid_t)-1)

/* Who @name is; NULL: OP25B_UNIX_ROOT_ONLY. 0; -ENOENT: there is no such group. */
int op25b_unix_group(const char *name, gid_t *ret_group, struct op25b_error *error);

/**
 * op25b_unix_listen() - listen at a path, for root and a group.
 * @path:  a folder missing above it is made if its own parent is there
 * @type:  SOCK_STREAM or SOCK_SEQPACKET
 * @group: may connect besides root; OP25B_UNIX_ROOT_ONLY: none
 *
 * What a killed process left there is removed; what somebody listens on is not. Returns 0;
 * -EADDRINUSE: another process listens there; -EEXIST: it is no socket; others of bind().
 */
int op25b_unix_listen(const char *path, int type, gid_t group, int *ret_fd,
		      struct op25b_error *error);
