/* SPDX-License-Identifier: BSD-2-Clause */
/* See run.h. */
#include "noticed/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "notice/clients.h"
#include "notice/doors.h"
#include "notice/link.h"
#include "serve/log.h"
#include "serve/loop.h"
#include "serve/notify.h"

/* Descriptors that are neither a client's nor a door's. */
#define OWN_FDS 32U

/* Of a door: two for each family, for while a new set of doors takes the place of an old one. */
#define FDS_A_DOOR 4U

struct responder {
	struct op25b_clients *clients;
	struct op25b_doors *doors;
	struct op25b_link *link;
	struct op25b_loop loop;
	struct op25b_wire_hello hello;
	struct op25b_wire_counts sent;
	unsigned int since; /* seconds, that they were sent */
	rlim_t descriptors;
	uint32_t said_limit; /* the last one, in the log if it is a lowered one */
	bool ready;
};

/* As many connections as are wanted and descriptors are left for. */
static uint32_t reckon_limit(const struct responder *r)
{
	const rlim_t taken = OWN_FDS + FDS_A_DOOR * (rlim_t)op25b_doors_count(r->doors);

	if (r->descriptors <= taken)
		return 0;
	if (r->descriptors - taken >= r->hello.connections)
		return r->hello.connections;
	return (uint32_t)(r->descriptors - taken);
}

static void set_limit(struct responder *r)
{
	uint32_t limit = reckon_limit(r);

	op25b_clients_limit(r->clients, limit, r->hello.per_line);
	if (limit < r->hello.connections && limit != r->said_limit)
		op25b_log(OP25B_LOG_WARNING,
			  "takes %u connections, not the %u that are wanted: it may have %llu "
			  "descriptors; raise LimitNOFILE= of its unit",
			  limit, r->hello.connections, (unsigned long long)r->descriptors);
	r->said_limit = limit;
}

static void say_ready(struct responder *r)
{
	char message[80];

	set_limit(r);
	snprintf(message, sizeof(message), "%sSTATUS=doors: %zu", r->ready ? "" : "READY=1\n",
		 op25b_doors_count(r->doors));
	if (!r->ready)
		op25b_log(OP25B_LOG_NOTICE, "op25b-noticed " OP25B_VERSION ": doors: %zu",
			  op25b_doors_count(r->doors));
	r->ready = true;
	op25b_notify(message);
}

static int take_hello(struct responder *r, const struct op25b_wire_hello *hello, int fd,
		      struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int page = fd;
	int k = op25b_page_take(op25b_clients_page(r->clients), page, error);

	if (k)
		return k;
	r->hello = *hello;
	op25b_doors_begin(r->doors);
	/* So that the counts are told anew. */
	r->sent = (struct op25b_wire_counts){ .limit = UINT32_MAX };
	return 0;
}

static int take_door(struct responder *r, const struct op25b_wire_door *door, int fds[static 2],
		     struct op25b_error *error)
{
	int k = op25b_doors_put(r->doors, door, fds, error);

	if (k) {
		op25b_cleanup_close(&fds[0]);
		op25b_cleanup_close(&fds[1]);
	}
	return k;
}

static int take(const struct op25b_wire_message *message, int fds[static OP25B_WIRE_FDS],
		void *context, struct op25b_error *error)
{
	struct responder *r = context;

	switch (message->kind) {
	case OP25B_WIRE_HELLO:
		return take_hello(r, &message->hello, fds[0], error);
	case OP25B_WIRE_DOOR:
		return take_door(r, &message->door, fds, error);
	case OP25B_WIRE_ALL:
		op25b_doors_all(r->doors);
		say_ready(r);
		return 0;
	case OP25B_WIRE_SHUT:
		op25b_doors_shut(r->doors, message->shut);
		return 0;
	default:
		return op25b_error_set(error, -EBADMSG, "a message that only this end sends");
	}
}

static void on_second(evutil_socket_t fd, short what, void *context)
{
	struct responder *r = context;
	struct op25b_wire_counts counts;

	(void)fd;
	(void)what;
	op25b_link_tick(r->link);
	op25b_doors_tick(r->doors);
	counts = op25b_clients_counts(r->clients);
	counts.doors = (uint32_t)op25b_doors_count(r->doors);
	if (++r->since < OP25B_WIRE_SIGN && !memcmp(&counts, &r->sent, sizeof(counts)))
		return;
	if (!op25b_link_say(r->link, &counts))
		return;
	r->sent = counts;
	r->since = 0;
}

/* No core holds what was read a moment ago, and nobody else may look; nothing is ever gained. */
static int withdraw(struct responder *r, struct op25b_error *error)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit descriptors;

	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || getrlimit(RLIMIT_NOFILE, &descriptors))
		return op25b_error_set(error, -errno, "can't limit itself: %s", strerror(errno));
	descriptors.rlim_cur = descriptors.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &descriptors))
		return op25b_error_set(error, -errno, "can't raise its limit of descriptors: %s",
				       strerror(errno));
	r->descriptors = descriptors.rlim_cur;
	return 0;
}

static int start(struct responder *r, const char *path, struct op25b_error *error)
{
	static const struct op25b_link_calls calls = { .take = take };
	const struct timeval second = { .tv_sec = 1 };
	int k = withdraw(r, error);

	k = k ? k : op25b_clients_new(r->loop.base, &r->clients);
	k = k ? k : op25b_doors_new(r->loop.base, r->clients, &r->doors);
	k = k ? k : op25b_link_new(r->loop.base, path, &calls, r, &r->link, error);
	k = k ? k : op25b_loop_add(&r->loop, -1, 0, on_second, &second);
	k = k ? k : op25b_loop_add_manager(&r->loop);
	if (!k)
		op25b_link_tick(r->link);
	return k;
}

int op25b_notice_run(const char *path, struct op25b_error *error)
{
	struct responder responder = { 0 };
	int r;

	responder.said_limit = UINT32_MAX;
	responder.loop = (struct op25b_loop){
		.base = event_base_new(),
		.context = &responder,
		.farewell = ": who is refused is reset from now on",
	};
	signal(SIGPIPE, SIG_IGN);
	r = responder.loop.base ? start(&responder, path, error) : -ENOMEM;
	if (!r)
		event_base_dispatch(responder.loop.base);
	else if (!*error->text)
		op25b_error_set(error, r, "%s", strerror(-r));
	op25b_link_free(&responder.link);
	op25b_doors_free(&responder.doors);
	op25b_clients_free(&responder.clients);
	op25b_loop_clear(&responder.loop);
	if (responder.loop.base)
		event_base_free(responder.loop.base);
	return r;
}
