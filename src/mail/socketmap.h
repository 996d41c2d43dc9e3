/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Postfix's socketmap protocol (socketmap_table(5)): a netstring "name key", answered by one like
 * "OK value", "NOTFOUND ", "TEMP reason" or "PERM reason". Pure: no descriptor, no clock.
 */
#pragma once

#include <stddef.h>

#include "base/error.h"

#define OP25B_SOCKETMAP_REQUEST 4096U    /* bytes of the longest netstring that is taken */
#define OP25B_SOCKETMAP_SENDER  "sender" /* the name of our map */
#define OP25B_SOCKETMAP_REPLY   100000U  /* bytes of a reply that Postfix takes */

/**
 * op25b_socketmap_read() - the request that @data begins with.
 * @data: changed: texts are ended in place
 * @ret_name, @ret_key: borrowed from @data
 *
 * Returns its bytes; 0: not whole yet; -EBADMSG: @error says why.
 */
int op25b_socketmap_read(char *data, size_t size, const char **ret_name, const char **ret_key,
			 struct op25b_error *error);

/**
 * op25b_socketmap_write() - a reply as a netstring.
 * @word: "OK", "NOTFOUND", "TEMP" or "PERM"
 * Returns its bytes; 0: @ret has no room.
 */
size_t op25b_socketmap_write(const char *word, const char *value, char *ret, size_t size);
