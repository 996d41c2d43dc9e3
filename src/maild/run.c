/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See run.h. A round of the loop reads what all connections have; the turn that follows finds the
 * answers in one transaction, commits and sends them. Nothing here waits but for the disk.
 */
#include "maild/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "maild/echo.h"
#include "maild/letters.h"
#include "maild/logs.h"
#include "maild/maild.h"
#include "maild/policy.h"
#include "maild/requests.h"
#include "maild/upkeep.h"
#include "op25b/control.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "serve/loop.h"
#include "serve/notify.h"

/* Descriptors for all but connections of Postfix and Dovecot: files, threads, clients of the
 * control socket, of the reader and of the desk, test mails. */
#define DESCRIPTORS 320

struct loop {
	struct op25b_maild maild;
	struct op25b_loop events;
};

static void say_ready(const struct op25b_maild *d, const char *what)
{
	char text[200];

	snprintf(text, sizeof(text), "answering on %zu sockets and %zu addresses for Dovecot",
		 d->n_doors, d->auth.n_listeners);
	op25b_loop_ready(what, text);
}

static void on_second(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	op25b_upkeep(&((struct loop *)context)->maild);
}

static void on_hangup(evutil_socket_t fd, short what, void *context)
{
	struct op25b_maild *d = &((struct loop *)context)->maild;
	int r;

	(void)fd;
	(void)what;
	op25b_notify_reloading();
	r = op25b_maild_reload(d);
	say_ready(d, r ? "files not followed" : "files read again");
}

static int add_events(struct loop *loop)
{
	const struct timeval second = { .tv_sec = 1 };
	int r = op25b_loop_add(&loop->events, -1, 0, on_second, &second);

	r = r ? r : op25b_loop_add(&loop->events, SIGHUP, EV_SIGNAL, on_hangup, NULL);
	return r ? r : op25b_loop_add_manager(&loop->events);
}

/* As many descriptors as all connections may need, or as there may be, shared out. */
static void share_descriptors(struct op25b_maild *d, size_t n_doors)
{
	const size_t n_held = d->file->listen[OP25B_MAILD_HELD].n;
	const size_t others = DESCRIPTORS + n_held * OP25B_CONTROL_CLIENTS;
	const size_t wanted = n_doors * OP25B_DOOR_STREAMS + OP25B_AUTH_ROOM;
	size_t room = op25b_loop_descriptors(wanted + others);

	room = room > 2 * others ? room - others : others;
	if (room > wanted)
		room = wanted;
	/* The part of auth is what no other may take. */
	for (size_t i = 0; i < n_doors; i++)
		d->doors[i].most = room * OP25B_DOOR_STREAMS / wanted;
	d->auth.most = (int)(room + DESCRIPTORS / 2);
}

static struct op25b_door *add_door(struct op25b_maild *d, enum op25b_maild_service service)
{
	struct op25b_door *door = &d->doors[d->n_doors++];

	door->maild = d;
	door->service = service;
	return door;
}

static int open_doors(struct op25b_maild *d, struct op25b_error *error)
{
	const struct op25b_maild_file *file = d->file;
	size_t n_doors = OP25B_MAILD_AUTH;
	int r = 0;

	for (int s = 0; s < OP25B_MAILD_AUTH; s++)
		n_doors += file->listen[s].n;
	share_descriptors(d, n_doors);
	for (int s = 0; !r && s < OP25B_MAILD_AUTH; s++) {
		char path[108];

		snprintf(path, sizeof(path), "%s/%s", file->folder, op25b_maild_service_names[s]);
		r = op25b_door_open(add_door(d, (enum op25b_maild_service)s), path, file->group,
				    NULL, error);
		for (size_t i = 0; !r && i < file->listen[s].n; i++)
			r = op25b_door_open(add_door(d, (enum op25b_maild_service)s), NULL, NULL,
					    &file->listen[s].list[i], error);
	}
	d->auth.maild = d;
	return r ? r : op25b_auth_open(&d->auth, error);
}

static bool is_own(void *people, const char *domain)
{
	const struct op25b_mail *mail = op25b_people_mail(people);

	return mail && op25b_mail_is_own(mail, domain);
}

/* The control socket first: a second maild on this machine ends before it touches anything. */
static int start(struct loop *loop, struct op25b_policy **policy, uint32_t tenant,
		 struct op25b_error *error)
{
	struct op25b_maild *d = &loop->maild;
	int r = op25b_control_open(d->base, d->file->socket, d->file->control_group,
				   &op25b_maild_calls, d, &d->control, error);

	if (!r && d->file->reader.socket)
		r = op25b_control_open(d->base, d->file->reader.socket, d->file->reader.group,
				       &op25b_maild_reader_calls, d, &d->reader, error);
	if (!r && d->file->desk.socket)
		r = op25b_control_open(d->base, d->file->desk.socket, d->file->desk.group,
				       &op25b_maild_desk_calls, d, &d->desk, error);
	r = r ? r : op25b_state_open(d->file->state, &d->state, error);
	r = r ? r : op25b_accounts_open(d->file->accounts, true, &d->accounts, error);
	r = r ? r : op25b_guard_make(&d->guard);
	if (!r) {
		struct op25b_policy *taken = *policy;

		*policy = NULL;
		r = op25b_people_open(taken, tenant, &d->people, error);
	}
	if (!r) {
		op25b_accounts_know_own(d->accounts, is_own, d->people);
		op25b_people_set_desk(d->people, d->file->desk.socket != NULL);
	}
	d->brain = (struct op25b_brain){
		.people = d->people, .accounts = d->accounts, .state = d->state, .guard = d->guard
	};
	/* libcurl wants to be made ready before there are threads, as the sessions' follower is. */
	r = r ? r : op25b_letters_open(d, error);
	if (!r) {
		d->following = (struct op25b_following){ .watch = op25b_people_watch(d->people),
							 .base = d->base,
							 .location = d->first->sessions };
		op25b_following_go_on(&d->following);
	}
	r = r ? r : op25b_logs_open(d, error);
	r = r ? r : open_doors(d, error);
	r = r ? r : op25b_held_door_open(d, error);
	r = r ? r : op25b_echo_door_open(d, &d->echo, error);
	return r ? r : add_events(loop);
}

static void stop(struct loop *loop)
{
	struct op25b_maild *d = &loop->maild;

	op25b_letters_close(d);
	op25b_auth_close(&d->auth);
	op25b_held_door_close(&d->held);
	for (size_t i = 0; i < d->n_doors; i++)
		op25b_door_close(&d->doors[i]);
	op25b_control_close(&d->control);
	op25b_control_close(&d->reader);
	op25b_control_close(&d->desk);
	op25b_echo_door_close(&d->echo);
	op25b_loop_clear(&loop->events);
	op25b_following_end(&d->following);
	op25b_logs_close(d);
	op25b_people_close(&d->people);
	op25b_guard_free(&d->guard);
	op25b_accounts_close(&d->accounts);
	op25b_state_close(&d->state);
	op25b_maild_free(&d->reloaded);
	if (d->base)
		event_base_free(d->base);
	free(loop);
}

static void run(struct op25b_maild *d)
{
	do {
		const bool busy = op25b_turn_waits(&d->turn) || op25b_logs_wait(d);

		event_base_loop(d->base, busy ? EVLOOP_ONCE | EVLOOP_NONBLOCK : EVLOOP_ONCE);
		op25b_auth_look(&d->auth);
		if (!op25b_turn_waits(&d->turn))
			op25b_logs_go_on(d, false);
		op25b_turn_run(d);
	} while (!event_base_got_break(d->base));
}

int op25b_maild_run(const struct op25b_maild_file *file, const char *path,
		    struct op25b_policy *policy, uint32_t tenant, struct op25b_error *error)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	int r = -ENOMEM;

	if (loop) {
		struct op25b_maild *d = &loop->maild;

		d->path = path;
		d->first = d->file = file;
		d->started_at = d->policy_at = op25b_clock_wall();
		d->base = event_base_new();
		loop->events =
			(struct op25b_loop){ .base = d->base, .context = loop, .farewell = "" };
		signal(SIGPIPE, SIG_IGN);
		r = d->base ? start(loop, &policy, tenant, error) : -ENOMEM;
		if (!r) {
			say_ready(d, "op25b-maild " OP25B_VERSION);
			run(d);
		}
		stop(loop);
	}
	op25b_policy_free(&policy);
	if (r && !*error->text)
		op25b_error_set(error, r, "%s", strerror(-r));
	return r;
}
