/* SPDX-License-Identifier: BSD-2-Clause */
/* See visit.h. */
#include "webd/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "web/header.h"
#include "web/site.h"
#include "webd/facts.h"
#include "webd/reply.h"
#include "webd/webd.h"

struct op25b_visit {
	struct op25b_conn *conn; /* whose .visit we are while we wait */
	struct op25b_web_request request;
	struct op25b_facts facts;
	struct event *patience; /* NULL: nothing is waited for */
	int64_t began;          /* boot clock */
};

/* The connection may be gone. */
static void end(struct op25b_visit *visit)
{
	if (visit->patience)
		event_free(visit->patience);
	op25b_facts_done(&visit->facts);
	op25b_web_request_done(&visit->request);
	free(visit);
}

void op25b_visit_abandon(struct op25b_visit *visit)
{
	if (visit)
		end(visit);
}

/* Nothing of what came is looked at, but for the language that its path begins with. */
static void refuse(struct op25b_conn *conn, int status, int64_t began)
{
	const char *target = conn->has_head ? conn->head.wire.target : "";
	const enum op25b_lang lang = strncmp(target, "/en/", 4) ? OP25B_JA : OP25B_EN;
	struct op25b_web_response response = { .status = status };
	const struct op25b_reply reply = { .conn = conn, .began = began };

	conn->d->visits.refused++;
	op25b_web_refuse(&conn->d->site, lang, status, &response);
	op25b_reply_send(&reply, &response);
}

static void answer(struct op25b_visit *visit)
{
	struct op25b_conn *conn = visit->conn;
	struct op25b_webd *d = conn->d;
	struct op25b_web_response response = { .status = 0 };
	const struct op25b_site_calls calls = op25b_codes_calls(d);
	const struct op25b_reply reply = { .conn = conn,
					   .began = visit->began,
					   .request = &visit->request };

	/* Sending may free the connection, which must not end us then. */
	conn->visit = NULL;
	d->visits.answered++;
	op25b_web_answer(&d->site, &visit->request, &visit->facts.known, &calls, &response);
	op25b_reply_send(&reply, &response);
	end(visit);
}

static void on_patience(evutil_socket_t fd, short what, void *context)
{
	struct op25b_visit *visit = context;

	(void)fd;
	(void)what;
	visit->conn->d->visits.late++;
	answer(visit);
}

static void on_facts(void *context)
{
	answer(context);
}

/* Have the loop answer when all is known, or patience is over. */
static bool wait(struct op25b_visit *visit)
{
	const int ms = op25b_facts_is_form(&visit->facts) ? OP25B_VISIT_FORM : OP25B_VISIT_PATIENCE;
	const struct timeval patience = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	visit->patience = evtimer_new(visit->conn->d->base, on_patience, visit);
	if (!visit->patience || evtimer_add(visit->patience, &patience))
		return false;
	visit->conn->visit = visit;
	return true;
}

/*
 * It is the proxy's settings that are wrong. A proxy that looks whether we live writes no header
 * either, so a page has to have asked for the line. The log has it once, until the files are read
 * again: of two places of one proxy one may be right.
 */
static void note_unread(const struct op25b_conn *conn, const struct op25b_web_request *request)
{
	const bool absent = !op25b_web_header_count(&conn->head.wire, "X-Forwarded-For");
	struct op25b_webd *d = conn->d;
	char text[OP25B_PREFIX_TEXT];

	if (*d->proxy_problem || (absent && !op25b_web_wants(request)))
		return;
	snprintf(d->proxy_problem, sizeof(d->proxy_problem),
		 "the proxy %s writes %s: its visitors are told nothing of their lines; correct "
		 "its settings",
		 op25b_address_format(conn->peer.family, conn->peer.addr, text),
		 absent ? "no X-Forwarded-For" : "an X-Forwarded-For that is no address");
	d->proxy_at = conn->peer;
	if (!d->proxy_logged)
		op25b_log(OP25B_LOG_ERROR, "%s", d->proxy_problem);
	d->proxy_logged = true;
}

/* One request past the proxy, of somebody on its host, is no lasting fault: the next customer who
 * asks for the line, with a header, ends it. Staff come by other settings of the proxy. */
static void note_read(const struct op25b_conn *conn, const struct op25b_web_request *request)
{
	struct op25b_webd *d = conn->d;

	if (!conn->staff && op25b_web_wants(request) &&
	    !op25b_prefix_compare(&conn->peer, &d->proxy_at))
		d->proxy_problem[0] = '\0';
}

/* Returns 0, or the status to refuse it with. */
static int read_request(struct op25b_conn *conn, struct op25b_web_request *ret)
{
	struct op25b_web_wire *wire = &conn->head.wire;

	wire->peer = conn->peer;
	wire->peer_port = conn->port;
	wire->staff = conn->staff;
	wire->now = op25b_clock_wall();
	return op25b_web_request_read(conn->d->files.file, wire, ret);
}

void op25b_visit_begin(struct op25b_conn *conn, int refused)
{
	const int64_t began = op25b_clock_boot_ns();
	struct op25b_visit *visit = refused ? NULL : calloc(1, sizeof(*visit));
	int status = refused ? refused : visit ? read_request(conn, &visit->request) : 500;

	if (status) {
		free(visit);
		refuse(conn, status, began);
		return;
	}
	if (visit->request.caller_unread)
		note_unread(conn, &visit->request);
	else
		note_read(conn, &visit->request);
	visit->conn = conn;
	visit->began = began;
	visit->facts.done = on_facts;
	visit->facts.arg = visit;
	if (!op25b_facts_ask(&visit->facts, conn->d, &visit->request) || !wait(visit))
		answer(visit);
}
