/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The web file, op25b-web(5): which policy, where to listen, which proxies are trusted, where words
 * and data of the operator's are, whom to ask. Never changed after it was read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "policy/policy.h"
#include "serve/endpoint.h"

#define OP25B_WEB_FILE        "/etc/op25b/web.yaml"
#define OP25B_WEB_STATE       "/var/lib/op25b-webd/state.db"
#define OP25B_WEB_PORT        8025 /* pages, where nothing else is written */
#define OP25B_WEB_STAFF_PORT  8026
#define OP25B_WEB_CONNECTIONS 1000

#define OP25B_WEB_LISTEN 8U /* addresses of a listener at most */

struct op25b_web_listen {
	struct op25b_endpoint list[OP25B_WEB_LISTEN];
	size_t n;
};

/* A host name and whose pages it shows. */
struct op25b_web_host {
	const char *name;         /* lower case */
	const char *tenant_id;    /* "": the root */
	uint32_t tenant;          /* filled by op25b_web_file_join(); 0: the root */
	struct op25b_place place; /* of tenant_id */
};

enum op25b_web_log { OP25B_WEB_LOG_JOURNAL, OP25B_WEB_LOG_NONE, OP25B_WEB_LOG_FILE };

/* Texts are NULL where the key is absent and has no default. */
struct op25b_web_file {
	void *arena;                           /* owns all that is pointed to */
	const char *policy;                    /* path */
	const char *sessions, *sessions_shown; /* location; NULL: pools and lines alone */
	struct op25b_web_listen public_, staff;
	struct op25b_prefix *proxies; /* whose X-Forwarded-For, -Proto and X-Remote-User count */
	size_t n_proxies;
	struct op25b_web_host *hosts; /* of tenants; every other name is the root's */
	size_t n_hosts;
	const char *host;          /* the root's own name, for links in letters; NULL: as asked */
	const char *host4, *host6; /* names with only A, only AAAA; NULL: none */
	const char *data;          /* the operator's folder; NULL: what is shipped */
	const char *state;         /* path of the state file */
	const char *gateway;       /* reading socket of op25bd; NULL: none */
	const char *maild;         /* reading socket of op25b-maild; NULL: none */
	const char *desk;          /* its socket for customers' forms; NULL: none */
	const char *probes;        /* file that the probe's timer writes; NULL: none */
	uint32_t connections;      /* at a time */
	enum op25b_web_log access_log;
	const char *access_path; /* of FILE; else NULL */
};

/**
 * op25b_web_file_load() - read a web file.
 * @ret_file:     written only if there is no error; op25b_web_file_free()
 * @ret_findings: always written; op25b_findings_free()
 *
 * Returns 0; -EINVAL: see the findings; -ENOMEM.
 */
int op25b_web_file_load(const char *path, struct op25b_web_file **ret_file,
			struct op25b_findings *ret_findings);

/* The same for bytes in memory, named @name in findings. */
int op25b_web_file_parse(const char *name, const void *data, size_t size,
			 struct op25b_web_file **ret_file, struct op25b_findings *ret_findings);

/* NULL-safe; sets *file to NULL. */
void op25b_web_file_free(struct op25b_web_file **file);

/**
 * op25b_web_file_join() - find the tenants that `hosts` names in the policy.
 * @path: of the web file; @out: gets a line for each that is not there
 * Returns 0 or -EINVAL.
 */
int op25b_web_file_join(struct op25b_web_file *file, const char *path,
			const struct op25b_policy *policy, FILE *out);

/* Whether what an address says of the client behind it is believed. */
bool op25b_web_file_trusts(const struct op25b_web_file *file, const struct op25b_prefix *address);
