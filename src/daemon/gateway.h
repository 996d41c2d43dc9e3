/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gateway file: which interfaces, which answers, where things stand on this machine. It says
 * nothing about who may do what; that is the policy's. Never changed after it was read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/sightings.h"
#include "dataplane/attach.h"
#include "dataplane/load.h"
#include "policy/policy.h"
#include "serve/conf.h"

#define OP25B_GATEWAY_FILE "/etc/op25b/gateway.yaml"

struct op25b_gateway_interface {
	const char *pattern; /* a name, or one with * and ? as the shell has them */
	enum op25b_side side;
	enum op25b_hook hook;
};

/* How connections are answered with words; the rest of it is in the settings. */
struct op25b_gateway_notice {
	bool configured;    /* the file has the section; else all below is 0 */
	const char *socket; /* where op25bd waits for the responder */
	const char *user;   /* who runs it */
	uint32_t table, priority;
	uint32_t connections, per_line; /* at a time */
};

struct op25b_gateway {
	void *arena; /* owns the strings and the list */
	struct op25b_gateway_interface *interfaces;
	size_t n_interfaces;
	struct op25b_settings settings;
	bool full_destinations; /* monitor shows addresses of peers, not keyed hashes */
	const char *socket, *state, *pins;
	const char *group;          /* of the socket; NULL: root's only */
	const char *sessions_store; /* location of the session store; NULL: none is followed */
	const char *sessions_shown; /* the same without a password */
	const char *sessions_user;  /* who reads it; NULL without a store */
	struct op25b_gateway_notice notice;
	struct op25b_conf_socket reader;
	struct op25b_sightings_limits facts; /* lines 0: none are kept */
};

/**
 * op25b_gateway_load() - read a gateway file.
 * @ret_gateway:  written only if there is no error; op25b_gateway_free()
 * @ret_findings: always written; op25b_findings_free()
 *
 * Returns 0; -EINVAL: errors in the file or while reading it, see the findings; -ENOMEM.
 */
int op25b_gateway_load(const char *path, struct op25b_gateway **ret_gateway,
		       struct op25b_findings *ret_findings);

/**
 * op25b_gateway_parse() - the same for bytes in memory, named @name in findings.
 */
int op25b_gateway_parse(const char *name, const void *data, size_t size,
			struct op25b_gateway **ret_gateway, struct op25b_findings *ret_findings);

/**
 * op25b_gateway_free() - NULL-safe; sets *gateway to NULL.
 */
void op25b_gateway_free(struct op25b_gateway **gateway);

/**
 * op25b_gateway_match() - the first entry whose pattern means this interface, or NULL.
 */
const struct op25b_gateway_interface *op25b_gateway_match(const struct op25b_gateway *gateway,
							  const char *name);
