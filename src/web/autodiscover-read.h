/* SPDX-License-Identifier: BSD-2-Clause */
/* What Outlook asks by: autodiscover's "plain old XML". From anybody, so read by expat. */
#pragma once

#include <stddef.h>

#define OP25B_AUTODISCOVER_ADDRESS \
	320U /* bytes of an address, its NUL included (RFC 5321 4.5.3.1) */

/**
 * op25b_autodiscover_read() - the address that a request is about.
 * @body: @size bytes
 *
 * Returns 0; -EINVAL: no XML, a DOCTYPE, or not such a request; -ENOMEM.
 */
int op25b_autodiscover_read(const char *body, size_t size,
			    char ret_address[static OP25B_AUTODISCOVER_ADDRESS]);
