/* SPDX-License-Identifier: BSD-2-Clause */
/* Listening for other mail hosts, and who is one. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "base/error.h"
#include "mail/settings.h"

/* Returns 0 and a listening socket, of its own family only; -errno of bind(). */
int op25b_tcp_listen(const struct op25b_endpoint *endpoint, int *ret_fd, struct op25b_error *error);

/* Whether who connects from there is loopback or one of `clients`. */
bool op25b_tcp_may(const struct op25b_maild_file *file, const struct sockaddr *address);

/* Whether it is what auth_key_file has, in a time that says nothing of how much of it is right.
 * @said: @size octets; NULL: nothing was said */
bool op25b_tcp_has_key(const struct op25b_maild_file *file, const char *said, size_t size);
