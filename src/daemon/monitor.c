/* SPDX-License-Identifier: BSD-2-Clause */
/* See monitor.h. A client that falls behind loses events, and is told how many. */
#include "daemon/monitor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/answer.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "daemon/peerhash.h"
#include "daemon/witness.h"
#include "dataplane/events.h"
#include "policy/prefix.h"
#include "policy/words.h"

#define SHARE 4 /* of five parts of a flooded loop events get one */

struct listener {
	struct op25b_client *client;
	uint64_t lost;
	struct listener *next;
};

struct op25b_monitor {
	struct op25b_daemon *daemon; /* borrowed */
	struct op25b_events *events;
	struct event *readable;
	struct event *again; /* reading goes on, after a flood */
	struct op25b_peerhash *hash;
	struct listener *listeners;
	int64_t since_ns; /* events from before the first listener are stale */
};

static json_t *peer_text(const struct op25b_monitor *m, const struct op25b_event *event)
{
	char text[OP25B_PREFIX_TEXT];

	if (m->daemon->gateway->full_destinations)
		return json_string(op25b_address_format(event->peer_family, event->peer, text));
	if (op25b_peerhash_text(m->hash, event->peer_family, event->peer, text))
		return json_null();
	return json_string(text);
}

static const char *interface_of(const struct op25b_monitor *m, unsigned int ifindex)
{
	for (const struct op25b_port *port = NULL;
	     (port = op25b_ports_next(&m->daemon->ports, port));) {
		if (port->ifindex == ifindex)
			return port->name;
	}
	return NULL;
}

static json_t *describe(const struct op25b_monitor *m, const struct op25b_event *event)
{
	int64_t age_s = (op25b_clock_boot_ns() - (int64_t)event->time_ns) / 1000000000;
	char stamp[OP25B_STAMP], line[OP25B_PREFIX_TEXT];

	return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:s?, s:o, s:i, s:s, s:s, s:s?}", "schema",
			 "op25b.event/1", "time",
			 op25b_clock_stamp(op25b_clock_wall() - age_s, stamp), "interface",
			 interface_of(m, event->ifindex), "side",
			 op25b_words_name(&op25b_words_side, event->side), "line",
			 op25b_address_format(event->line_family, event->line, line), "service",
			 op25b_answer_service(m->daemon, event->digest, event->service), "peer",
			 peer_text(m, event), "peer_port", (int)event->peer_port, "verdict",
			 op25b_words_name(&op25b_words_verdict, event->verdict), "reason",
			 op25b_words_name(&op25b_words_reason, event->reason), "how",
			 op25b_words_name(&op25b_words_how, event->how));
}

static void send_event(struct listener *listener, json_t *json)
{
	if (op25b_client_behind(listener->client)) {
		listener->lost++;
		return;
	}
	if (listener->lost) {
		op25b_client_send(listener->client,
				  json_pack("{s:s, s:I}", "schema", "op25b.lost/1", "events",
					    (json_int_t)listener->lost));
		listener->lost = 0;
	}
	op25b_client_send(listener->client, json_incref(json));
}

static void take_event(const struct op25b_event *event, void *context)
{
	struct op25b_monitor *m = context;
	json_t *json;

	op25b_witness_take(m->daemon->witness, event);
	if (!m->listeners || (int64_t)event->time_ns < m->since_ns)
		return;
	json = describe(m, event);
	if (!json)
		return;
	for (struct listener *at = m->listeners; at; at = at->next)
		send_event(at, json);
	json_decref(json);
}

/*
 * Under a flood, where more waits than is taken at once, reading stands still for SHARE times as
 * long as it took: what does not fit into the ring meanwhile is lost, and counted by the programs.
 */
static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct op25b_monitor *m = context;
	const int64_t began = op25b_clock_boot_ns();
	struct timeval pause = { 0 };
	int64_t us;

	(void)fd;
	(void)what;
	if (op25b_events_consume(m->events) < OP25B_EVENTS_AT_ONCE)
		return;
	us = SHARE * (op25b_clock_boot_ns() - began) / 1000;
	pause.tv_sec = us / 1000000;
	pause.tv_usec = us % 1000000;
	event_del(m->readable);
	event_add(m->again, &pause);
}

static void on_again(evutil_socket_t fd, short what, void *context)
{
	const struct op25b_monitor *m = context;

	(void)fd;
	(void)what;
	event_add(m->readable, NULL);
}

static void say_destinations(const struct op25b_monitor *m, struct op25b_client *client)
{
	op25b_client_send(client,
			  json_pack("{s:s, s:s}", "schema", "op25b.monitor/1", "destinations",
				    m->daemon->gateway->full_destinations ? "full" : "hash"));
}

/* Rates are those of the gateway file while somebody listens or facts are kept, else none. */
static void set_rate(const struct op25b_monitor *m)
{
	struct op25b_settings settings = m->daemon->gateway->settings;

	if (!m->listeners && !op25b_witness_table(m->daemon->witness))
		settings.event_rate = 0;
	op25b_dataplane_set(m->daemon->dp, &settings);
}

int op25b_monitor_open(struct op25b_daemon *d, struct event_base *base,
		       struct op25b_monitor **ret_monitor, struct op25b_error *error)
{
	struct op25b_monitor *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return -ENOMEM;
	m->daemon = d;
	r = op25b_peerhash_open(&m->hash, error);
	if (!r)
		r = op25b_events_open(d->dp, take_event, m, &m->events, error);
	if (!r) {
		m->readable = event_new(base, op25b_events_fd(m->events), EV_READ | EV_PERSIST,
					on_readable, m);
		m->again = evtimer_new(base, on_again, m);
		r = m->readable && m->again && !event_add(m->readable, NULL) ? 0 : -ENOMEM;
	}
	if (r) {
		op25b_monitor_close(&m);
		return r;
	}
	set_rate(m);
	*ret_monitor = m;
	return 0;
}

void op25b_monitor_close(struct op25b_monitor **monitor)
{
	struct op25b_monitor *m = *monitor;

	if (!m)
		return;
	while (m->listeners)
		op25b_monitor_remove(m, m->listeners->client);
	if (m->readable)
		event_free(m->readable);
	if (m->again)
		event_free(m->again);
	op25b_events_close(&m->events);
	op25b_peerhash_close(&m->hash);
	free(m);
	*monitor = NULL;
}

int op25b_monitor_add(struct op25b_monitor *m, struct op25b_client *client)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	if (!listener)
		return -ENOMEM;
	if (!m->listeners)
		m->since_ns = op25b_clock_boot_ns();
	listener->client = client;
	listener->next = m->listeners;
	m->listeners = listener;
	set_rate(m);
	op25b_client_stream(client);
	say_destinations(m, client);
	return 0;
}

void op25b_monitor_follow(struct op25b_monitor *m, const struct op25b_gateway *old)
{
	set_rate(m);
	if (old->full_destinations == m->daemon->gateway->full_destinations)
		return;
	for (struct listener *at = m->listeners; at; at = at->next)
		say_destinations(m, at->client);
}

void op25b_monitor_remove(struct op25b_monitor *m, const struct op25b_client *client)
{
	for (struct listener **slot = &m->listeners; *slot; slot = &(*slot)->next) {
		struct listener *listener = *slot;

		if (listener->client != client)
			continue;
		*slot = listener->next;
		free(listener);
		break;
	}
	if (!m->listeners)
		set_rate(m);
}
