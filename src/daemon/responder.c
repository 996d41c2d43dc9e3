/* SPDX-License-Identifier: BSD-2-Clause */
/* See responder.h. */
#include "daemon/responder.h"

#include <errno.h>
#include <event2/listener.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "serve/unix-socket.h"

#define A_TURN 16 /* messages read */
#define BRIEF  (5 * 1000000000LL)

struct op25b_responder {
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *resume, *readable, *writable, *silence;
	const struct op25b_responder_calls *calls;
	void *context;
	uid_t user;
	struct op25b_wire_hello hello;
	int page;
	int fd; /* -1: none is connected */
	pid_t pid;
	pid_t refused; /* the last one that came while another was there */
	int64_t came_ns;
	bool quiet; /* one that comes and goes again and again is logged once */
	bool heard;
	struct op25b_wire_counts counts;
	char path[OP25B_UNIX_PATH];
	uint8_t buffer[OP25B_WIRE_SIZE];
};

bool op25b_responder_there(const struct op25b_responder *r)
{
	return r && r->fd >= 0;
}

pid_t op25b_responder_pid(const struct op25b_responder *r)
{
	return op25b_responder_there(r) ? r->pid : 0;
}

const struct op25b_wire_counts *op25b_responder_counts(const struct op25b_responder *r)
{
	return op25b_responder_there(r) && r->heard ? &r->counts : NULL;
}

static void drop_connection(struct op25b_responder *r)
{
	if (r->readable)
		event_free(r->readable);
	if (r->writable)
		event_free(r->writable);
	r->readable = r->writable = NULL;
	op25b_cleanup_close(&r->fd);
}

void op25b_responder_end(struct op25b_responder *r, const char *why)
{
	if (!op25b_responder_there(r))
		return;
	if (!r->quiet)
		op25b_log(OP25B_LOG_WARNING, "the notice responder, pid %d, is away: %s",
			  (int)r->pid, why);
	r->quiet = op25b_clock_boot_ns() - r->came_ns < BRIEF;
	drop_connection(r);
	r->calls->went(r->context);
}

int op25b_responder_tell(struct op25b_responder *r, const struct op25b_wire_message *message,
			 const int *fds)
{
	return op25b_wire_send(r->fd, message, fds, NULL);
}

void op25b_responder_wait(struct op25b_responder *r)
{
	const struct timeval patience = { .tv_sec = OP25B_RESPONDER_PATIENCE };

	event_add(r->writable, &patience);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
	struct op25b_responder *r = context;

	(void)fd;
	if (what & EV_TIMEOUT)
		op25b_responder_end(r, "it takes no messages");
	else
		r->calls->free(r->context);
}

/* If both are due, libevent has what can be read first, and that takes this back. */
static void on_silence(evutil_socket_t fd, short what, void *context)
{
	struct op25b_responder *r = context;

	(void)fd;
	(void)what;
	op25b_responder_end(r, "it gives no sign of life");
	r->calls->silent(r->context);
}

static void begin_silence(struct op25b_responder *r)
{
	const struct timeval silence = { .tv_sec = OP25B_WIRE_SILENCE };

	evtimer_add(r->silence, &silence);
}

/* Returns 0: took one; 1: there is none; else the connection is over. */
static int read_one(struct op25b_responder *r)
{
	struct op25b_wire_message message;
	int fds[OP25B_WIRE_FDS];
	struct op25b_error error = { "" };
	int code = op25b_wire_receive(r->fd, r->buffer, &message, fds, &error);

	if (code == -EAGAIN)
		return 1;
	if (code == -EPIPE) {
		op25b_responder_end(r, "it closed its connection");
	} else if (code) {
		op25b_responder_end(r, *error.text ? error.text : strerror(-code));
	} else if (message.kind != OP25B_WIRE_COUNTS) {
		for (size_t i = 0; i < OP25B_WIRE_FDS; i++)
			op25b_cleanup_close(&fds[i]);
		code = -EBADMSG;
		op25b_responder_end(r, "it sent what only op25bd says");
	} else {
		r->counts = message.counts;
		r->heard = true;
		begin_silence(r);
	}
	return code;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct op25b_responder *r = context;

	(void)fd;
	(void)what;
	for (int i = 0; i < A_TURN; i++) {
		if (read_one(r))
			return;
	}
}

/* Whether the connection there is has ended, though the loop was not told yet. */
static bool is_over(const struct op25b_responder *r)
{
	char byte;

	return recv(r->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Whether who is at the other end may be the responder. */
static bool is_welcome(struct op25b_responder *r, int fd, pid_t *ret_pid)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	*ret_pid = peer.pid;
	if (peer.uid != 0 && peer.uid != r->user) {
		op25b_log(OP25B_LOG_WARNING, "%s: uid %u, pid %d, is not the notice responder",
			  r->path, peer.uid, peer.pid);
		return false;
	}
	if (op25b_responder_there(r) && is_over(r))
		op25b_responder_end(r, "it closed its connection");
	if (!op25b_responder_there(r))
		return true;
	if (r->refused != peer.pid)
		op25b_log(OP25B_LOG_WARNING,
			  "a second notice responder, pid %d, is not served: pid %d is there",
			  peer.pid, (int)r->pid);
	r->refused = peer.pid;
	return false;
}

static void take_connection(struct op25b_responder *r, int fd, pid_t pid)
{
	const struct op25b_wire_message hello = { .kind = OP25B_WIRE_HELLO, .hello = r->hello };
	int code;

	r->fd = fd;
	r->pid = pid;
	r->heard = false;
	r->came_ns = op25b_clock_boot_ns();
	r->readable = event_new(r->base, fd, EV_READ | EV_PERSIST, on_readable, r);
	r->writable = event_new(r->base, fd, EV_WRITE, on_writable, r);
	if (!r->readable || !r->writable || event_add(r->readable, NULL))
		code = -ENOMEM;
	else
		code = op25b_wire_send(fd, &hello, &r->page, NULL);
	if (code) {
		if (!r->quiet)
			op25b_log(OP25B_LOG_WARNING, "can't greet the notice responder, pid %d: %s",
				  (int)pid, strerror(-code));
		r->quiet = true;
		drop_connection(r);
		return;
	}
	if (!r->quiet)
		op25b_log(OP25B_LOG_NOTICE, "the notice responder is there, pid %d", (int)pid);
	r->calls->came(r->context);
}

static void accept_one(struct evconnlistener *listener, evutil_socket_t fd,
		       struct sockaddr *address, int length, void *context)
{
	struct op25b_responder *r = context;
	pid_t pid = 0;

	(void)listener;
	(void)address;
	(void)length;
	if (!is_welcome(r, fd, &pid)) {
		close(fd);
		return;
	}
	begin_silence(r);
	take_connection(r, fd, pid);
}

/* E.g. no descriptors left: wait a moment, or the loop would spin on the readable listener. */
static void accept_failed(struct evconnlistener *listener, void *context)
{
	struct op25b_responder *r = context;
	const struct timeval moment = { .tv_usec = 100000 };

	op25b_log(OP25B_LOG_ERROR, "can't accept the notice responder: %s", strerror(errno));
	evconnlistener_disable(listener);
	evtimer_add(r->resume, &moment);
}

static void resume_accepting(evutil_socket_t fd, short what, void *context)
{
	struct op25b_responder *r = context;

	(void)fd;
	(void)what;
	evconnlistener_enable(r->listener);
}

static int open_listener(struct op25b_responder *r, const struct op25b_responder_options *options,
			 struct op25b_error *error)
{
	const struct passwd *user = getpwnam(options->user);
	OP25B_AUTO_CLOSE int fd = -1;
	int code;

	if (!user)
		return op25b_error_set(error, -ENOENT, "there is no user '%s'", options->user);
	r->user = user->pw_uid;
	code = op25b_unix_listen(options->path, SOCK_SEQPACKET, user->pw_gid, &fd, error);
	if (code)
		return code;
	snprintf(r->path, sizeof(r->path), "%s", options->path);
	r->resume = evtimer_new(r->base, resume_accepting, r);
	r->silence = evtimer_new(r->base, on_silence, r);
	r->listener = evconnlistener_new(r->base, accept_one, r,
					 LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (r->listener)
		(void)OP25B_TAKE_FD(fd);
	if (!r->listener || !r->resume || !r->silence)
		return -ENOMEM;
	begin_silence(r);
	evconnlistener_set_error_cb(r->listener, accept_failed);
	return 0;
}

int op25b_responder_open(struct event_base *base, const struct op25b_responder_options *options,
			 const struct op25b_responder_calls *calls, void *context,
			 struct op25b_responder **ret_responder, struct op25b_error *error)
{
	struct op25b_responder *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	r->base = base;
	r->calls = calls;
	r->context = context;
	r->hello = (struct op25b_wire_hello){ options->connections, options->per_line };
	r->page = options->page;
	r->fd = -1;
	code = open_listener(r, options, error);
	if (code) {
		op25b_responder_close(&r);
		return code;
	}
	*ret_responder = r;
	return 0;
}

void op25b_responder_close(struct op25b_responder **responder)
{
	struct op25b_responder *r = *responder;

	if (!r)
		return;
	drop_connection(r);
	if (r->listener)
		evconnlistener_free(r->listener);
	if (r->resume)
		event_free(r->resume);
	if (r->silence)
		event_free(r->silence);
	if (*r->path)
		unlink(r->path);
	free(r);
	*responder = NULL;
}
