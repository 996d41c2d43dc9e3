/* SPDX-License-Identifier: BSD-2-Clause */
/* See run.h. */
#include "probe/run.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "probe/resolve.h"
#include "probe/tick.h"
#include "probe/trial-talk.h"

/* ---- which connections ----------------------------------------------------------------- */

/* Of each pair of port and family of a host; ports in the outer loop, as people compare them. */
static int add_rows(struct op25b_probe_report *report, const struct op25b_probe_request *request,
		    size_t host, uint16_t port)
{
	const struct op25b_probe_host *of = &report->hosts[host];
	const struct sockaddr_storage *addresses[] = { of->n_v4 ? &of->v4 : NULL,
						       of->n_v6 ? &of->v6 : NULL };
	const size_t n = request->n_sources ? request->n_sources : 1;

	for (size_t i = 0; i < 2 * n; i++) {
		const struct sockaddr_storage *to = addresses[i / n];
		const struct sockaddr_storage *from =
			request->n_sources ? &request->sources[i % n] : NULL;
		struct op25b_probe_row row = { .host = host, .port = port, .control = of->control };

		if (!to || (from && from->ss_family != to->ss_family))
			continue;
		if (report->n_rows == OP25B_PROBE_ROWS)
			return -E2BIG;
		row.address = *to;
		if (from)
			row.source = *from;
		report->rows[report->n_rows++] = row;
	}
	return 0;
}

/* Port 25 of a domain is its MX's. */
static int plan_rows(struct op25b_probe_report *report, const struct op25b_probe_request *request)
{
	const bool moved = report->n_hosts > request->n_targets;
	int r = 0;

	for (size_t i = 0; i < request->n_targets; i++) {
		const struct op25b_probe_target *target = &request->targets[i];

		for (size_t k = 0; k < target->n_ports && !r; k++) {
			bool away = !i && moved && target->ports[k] == OP25B_PORT_SMTP;

			r = add_rows(report, request, away ? report->n_hosts - 1 : i,
				     target->ports[k]);
		}
	}
	return r;
}

/* ---- all at once ----------------------------------------------------------------------- */

static void wait_once(struct op25b_trial *trials, size_t n)
{
	struct pollfd fds[OP25B_PROBE_ROWS];
	int64_t next = INT64_MAX, now = op25b_probe_tick();
	int r;

	for (size_t i = 0; i < n; i++) {
		const struct op25b_trial *trial = &trials[i];

		fds[i] = (struct pollfd){ .fd = trial->fd, .events = trial->wants };
		if (trial->phase != OP25B_TRIAL_OVER && trial->deadline < next)
			next = trial->deadline;
	}
	r = poll(fds, n, next > now ? (int)(next - now) : 0);
	now = op25b_probe_tick();
	for (size_t i = 0; i < n; i++) {
		if (trials[i].phase == OP25B_TRIAL_OVER)
			continue;
		if (r > 0 && fds[i].revents)
			op25b_trial_ready(&trials[i], now);
		if (trials[i].phase != OP25B_TRIAL_OVER && now >= trials[i].deadline)
			op25b_trial_late(&trials[i], now);
	}
}

static bool are_over(const struct op25b_trial *trials, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (trials[i].phase != OP25B_TRIAL_OVER)
			return false;
	}
	return true;
}

static int connect_all(struct op25b_probe_report *report, struct op25b_probe_tls *tls, int timeout)
{
	struct op25b_trial *trials = calloc(report->n_rows + 1, sizeof(*trials));

	if (!trials)
		return -ENOMEM;
	for (size_t i = 0; i < report->n_rows; i++) {
		struct op25b_probe_row *row = &report->rows[i];

		trials[i].row = row;
		trials[i].host = report->hosts[row->host].name;
		trials[i].tls = tls;
		trials[i].timeout = timeout;
		op25b_trial_begin(&trials[i], op25b_probe_tick());
	}
	while (!are_over(trials, report->n_rows))
		wait_once(trials, report->n_rows);
	free(trials);
	return 0;
}

/* ---- the whole ------------------------------------------------------------------------- */

static int look_up(const struct op25b_probe_request *request, struct op25b_probe_report *report,
		   struct op25b_error *error)
{
	const struct op25b_probe_resolver resolver = { request->resolver, request->timeout };
	struct op25b_probe_host *exchange = NULL;
	int r;

	for (size_t i = 0; i < request->n_targets; i++) {
		struct op25b_probe_host *host = &report->hosts[i];

		snprintf(host->name, sizeof(host->name), "%s", request->targets[i].host);
		host->control = request->targets[i].control;
	}
	report->n_hosts = request->n_targets;
	if (request->ask_mx)
		exchange = &report->hosts[report->n_hosts];
	r = op25b_probe_resolve(&resolver, report->hosts, report->n_hosts, exchange, error);
	if (!r && exchange && exchange->name[0]) {
		exchange->is_exchange = true;
		memcpy(report->hosts[0].exchange, exchange->name, sizeof(exchange->name));
		report->n_hosts++;
	}
	return r;
}

int op25b_probe_run(const struct op25b_probe_request *request,
		    struct op25b_probe_report *ret_report, struct op25b_error *error)
{
	struct op25b_probe_report report = { .at = request->now };
	struct op25b_probe_tls tls = { 0 };
	int r;

	assert(request->n_targets && request->n_targets < OP25B_PROBE_HOSTS);
	report.hosts = calloc(request->n_targets + 1, sizeof(*report.hosts));
	report.rows = calloc(OP25B_PROBE_ROWS, sizeof(*report.rows));
	r = report.hosts && report.rows ? 0 : -ENOMEM;
	if (r)
		op25b_error_set(error, r, "no memory");
	if (!r)
		r = op25b_probe_tls_open(request->ca, request->now, &tls, error);
	if (!r)
		r = look_up(request, &report, error);
	if (!r) {
		r = plan_rows(&report, request);
		if (r)
			op25b_error_set(error, r,
					"more than %d connections: give fewer ports or "
					"source addresses",
					OP25B_PROBE_ROWS);
	}
	if (!r) {
		r = connect_all(&report, &tls, request->timeout);
		if (r)
			op25b_error_set(error, r, "no memory");
	}
	op25b_probe_tls_close(&tls);
	if (r)
		op25b_probe_report_done(&report);
	else
		*ret_report = report;
	return r;
}
