/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and mail exchangers of the hosts of a probe, all asked for at once. */
#pragma once

#include "base/error.h"
#include "probe/report.h"

struct op25b_probe_resolver {
	const char *server; /* "ADDRESS[:PORT],..."; NULL: the system's */
	int timeout;        /* ms, of all of it */
};

/**
 * op25b_probe_resolve() - fill in what DNS says of hosts.
 * @hosts:    @n whose name is set. An address in a name's place is taken as it is
 * @exchange: NULL: none; else room for one host more: the MX of hosts[0], where it has one of
 *            another name. Its name is "" if there is none
 *
 * Returns 0, whatever DNS says; -EINVAL: @resolver->server is no address; -ENOMEM.
 */
int op25b_probe_resolve(const struct op25b_probe_resolver *resolver, struct op25b_probe_host *hosts,
			size_t n, struct op25b_probe_host *exchange, struct op25b_error *error);

/**
 * op25b_probe_mx() - the exchanger that an answer to MX prefers, in lower case.
 * @ret: "" for a null MX (RFC 7505). Equal preferences: the first by the alphabet
 *
 * Returns 0; -ENODATA: it has none; -EBADMSG: it is no such answer.
 */
int op25b_probe_mx(const unsigned char *answer, size_t size, char ret[static OP25B_PROBE_NAME]);
