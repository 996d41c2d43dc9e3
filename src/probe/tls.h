/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLS towards servers that are tested: it comes about whatever the certificate, and what is wrong
 * with that is noted, all of it and not the first fault alone.
 */
#pragma once

#include <openssl/ssl.h>

#include "base/error.h"
#include "probe/report.h"

struct op25b_probe_tls {
	SSL_CTX *context;
	int64_t now; /* seconds: when certificates must hold */
};

/**
 * op25b_probe_tls_open() - get ready.
 * @ca: a PEM file whose authorities are trusted instead of the system's; NULL: the system's
 * Returns 0; -EINVAL: the file can't be read as such; -ENOMEM.
 */
int op25b_probe_tls_open(const char *ca, int64_t now, struct op25b_probe_tls *ret,
			 struct op25b_error *error);

/* May be zeroed. */
void op25b_probe_tls_close(struct op25b_probe_tls *tls);

/**
 * op25b_probe_tls_begin() - a session on a connected descriptor, which stays the caller's.
 * @name: the host that the certificate must be of, a name or an address
 * @row:  gets what is wrong with it; outlives the session
 * Returns NULL without memory; SSL_free() ends it.
 */
SSL *op25b_probe_tls_begin(struct op25b_probe_tls *tls, int fd, const char *name,
			   struct op25b_probe_row *row);

/**
 * op25b_probe_tls_shake() - go on with the handshake.
 * Returns 0: done, and noted in the row; POLLIN or POLLOUT: when to call again; -EPROTO: it
 * failed, why is in row->detail.
 */
int op25b_probe_tls_shake(SSL *ssl, struct op25b_probe_tls *tls, struct op25b_probe_row *row);
