/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A probe: names are looked up, then every connection is made at once, so that silence costs one
 * timeout and not one each. Works as an ordinary user. Whoever calls it ignores SIGPIPE.
 */
#pragma once

#include "base/error.h"
#include "probe/report.h"

#define OP25B_PROBE_PORTS   8   /* of a host at most */
#define OP25B_PROBE_SOURCES 16  /* at most */
#define OP25B_PROBE_ROWS    256 /* at most */

struct op25b_probe_target {
	const char *host; /* a name in ASCII, or an address */
	bool control;
	uint16_t ports[OP25B_PROBE_PORTS];
	size_t n_ports;
};

struct op25b_probe_request {
	const struct op25b_probe_target *targets; /* OP25B_PROBE_HOSTS - 1 at most */
	size_t n_targets;
	bool ask_mx; /* port 25 of the first is that of its MX, if it has one */
	struct sockaddr_storage sources[OP25B_PROBE_SOURCES]; /* from each; none: from any */
	size_t n_sources;
	const char *ca;       /* see op25b_probe_tls_open() */
	const char *resolver; /* see struct op25b_probe_resolver */
	int timeout;          /* ms, of each answer */
	int64_t now;          /* seconds */
};

/**
 * op25b_probe_run() - do it.
 * @ret_report: op25b_probe_report_done() frees it. Rows are in order of hosts, ports, families,
 *              sources
 *
 * Takes the time of DNS, of one connection and its conversation: at most six timeouts.
 * Returns 0, whatever was found; -EINVAL: a setting is wrong; -E2BIG: more than OP25B_PROBE_ROWS
 * connections; -ENOMEM.
 */
int op25b_probe_run(const struct op25b_probe_request *request,
		    struct op25b_probe_report *ret_report, struct op25b_error *error);
