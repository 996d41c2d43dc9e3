/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The collector file: where packets come in, who may send them, which store they go to. Never
 * changed after it was read.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"
#include "serve/endpoint.h"
#include "session/radius.h"
#include "session/store.h"

#define OP25B_COLLECTOR_FILE   "/etc/op25b/collector.yaml"
#define OP25B_COLLECTOR_SOCKET "/run/op25b-radiusd/control.sock"
#define OP25B_COLLECTOR_PORT   1813
#define OP25B_COLLECTOR_LISTEN 16 /* sockets at most */

/* Addresses of one client. */
struct op25b_sender {
	struct op25b_prefix prefix;
	uint32_t client;  /* index into op25b_collector.clients */
	uint32_t shorter; /* index of the first sender with another length or family */
};

struct op25b_collector {
	void *arena;                   /* owns all that is pointed to */
	struct op25b_endpoint *listen; /* where to */
	size_t n_listen;
	struct op25b_radius_client *clients;
	size_t n_clients;
	struct op25b_sender *senders; /* by family, then the longest first, then address */
	size_t n_senders;
	const char *store;       /* location; may hold a password */
	const char *store_shown; /* the same without */
	const char *policy;      /* path; NULL: none */
	const char *socket;
	const char *group; /* of the socket; NULL: nobody besides root and the daemon's own user */
	struct op25b_sessions_settings settings;
};

/**
 * op25b_collector_load() - read a collector file and the secret files that it names.
 * @ret_collector: written only if there is no error; op25b_collector_free()
 * @ret_findings:  always written; op25b_findings_free()
 *
 * Returns 0; -EINVAL: errors in the files or while reading them, see the findings; -ENOMEM.
 */
int op25b_collector_load(const char *path, struct op25b_collector **ret_collector,
			 struct op25b_findings *ret_findings);

/**
 * op25b_collector_parse() - the same for bytes in memory, named @name in findings.
 */
int op25b_collector_parse(const char *name, const void *data, size_t size,
			  struct op25b_collector **ret_collector,
			  struct op25b_findings *ret_findings);

/**
 * op25b_collector_free() - NULL-safe; sets *collector to NULL.
 */
void op25b_collector_free(struct op25b_collector **collector);

/**
 * op25b_collector_sender() - the index of the client that an address belongs to, by the longest
 * prefix; -1: nobody's.
 * @address: whole
 */
int op25b_collector_sender(const struct op25b_collector *collector,
			   const struct op25b_prefix *address);
