/* SPDX-License-Identifier: BSD-2-Clause */
/* See doors.h. */
#include "daemon/doors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/in6.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/notice.h"
#include "notice/text.h"

#define BACKLOG  128  /* half-open connections of a door, too; beyond, the kernel's SYN cookies */
#define BUFFER   4096 /* of a connection, each way: a reply is shorter */
#define SYN_ACKS 2    /* repeated: what a forged source is sent is little */
#define A_TURN   256  /* messages: the loop has others to serve */

struct op25b_door_set {
	uint64_t digest;
	uint64_t first_id; /* of door i: + i */
	size_t n;
	struct op25b_notice_texts texts; /* until all are told */
	int (*fds)[OP25B_WIRE_FDS];      /* the same; of texts that are told -1 */
	size_t told, shut_told;
	bool shut;
	struct op25b_route_stands stands;
	int fault;              /* why there are no more doors; 0: all are there */
	struct op25b_error why; /* the same as text */
	struct op25b_door_set *next;
};

/* ---- sockets --------------------------------------------------------------------------------- */

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ? -errno : 0;
}

/*
 * Any port of the loopback address: the programs find it by the socket, nobody by its address. A
 * connection that it takes has port 25 of somebody else; reuse keeps it out of a server's way that
 * begins there.
 */
static int listen_in(int family, int *ret_fd)
{
	const struct sockaddr_in v4 = { .sin_family = AF_INET,
					.sin_addr = { htonl(INADDR_LOOPBACK) } };
	const struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
					 .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	const bool is_v4 = family == AF_INET;
	OP25B_AUTO_CLOSE int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r = fd < 0 ? -errno : 0;

	r = r ? r : set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	r = r ? r : set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER);
	r = r ? r : set_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER);
	r = r ? r : set_option(fd, IPPROTO_TCP, TCP_SYNCNT, SYN_ACKS);
	if (!r && is_v4)
		r = set_option(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
	else if (!r)
		r = set_option(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
	if (!r && !is_v4)
		r = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (!r && bind(fd, is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6,
		       is_v4 ? sizeof(v4) : sizeof(v6)) < 0)
		r = -errno;
	if (!r && listen(fd, BACKLOG) < 0)
		r = -errno;
	if (!r)
		*ret_fd = OP25B_TAKE_FD(fd);
	return r;
}

/* A kernel without IPv6 sends no packet to a door of it: any socket may stand there. */
static int listen_in_both(int *fds)
{
	int r = listen_in(AF_INET, &fds[0]);

	if (r)
		return r;
	r = listen_in(AF_INET6, &fds[1]);
	return r == -EAFNOSUPPORT ? listen_in(AF_INET, &fds[1]) : r;
}

static void close_both(int *fds)
{
	op25b_cleanup_close(&fds[0]);
	op25b_cleanup_close(&fds[1]);
}

/* ---- sets ------------------------------------------------------------------------------------ */

/* What is needed to tell of doors; nobody is told of those that were not by now. */
static void free_untold(struct op25b_door_set *set)
{
	for (size_t i = set->told; i < set->n; i++)
		close_both(set->fds[i]);
	set->n = set->told;
	op25b_cleanup_free(&set->fds);
	op25b_notice_texts_done(&set->texts);
}

static void free_set(struct op25b_door_set **slot)
{
	struct op25b_door_set *set = *slot;

	*slot = set->next;
	free_untold(set);
	free(set);
}

/* Text @i's sockets; without @over only where nothing stands. */
static int put_door(const struct op25b_door_sets *doors, const struct op25b_door_set *set, size_t i,
		    const int *fds, bool over, struct op25b_error *error)
{
	static const uint8_t families[] = { OP25B_V4, OP25B_V6 };
	const struct op25b_notice_text *text = &set->texts.list[i];
	int r = 0;

	for (size_t k = 0; !r && k < sizeof(families); k++) {
		const struct op25b_door_key key = { .digest = set->digest,
						    .service = text->service,
						    .reason = text->reason,
						    .manner = text->manner,
						    .family = families[k] };

		if (set->stands.in[families[k]])
			r = op25b_door_put(doors->dp, &key, fds[k], over, error);
	}
	return r;
}

static int make_door(struct op25b_door_sets *doors, struct op25b_door_set *set,
		     struct op25b_error *error)
{
	int fds[OP25B_WIRE_FDS] = { -1, -1 };
	int r = listen_in_both(fds);

	if (r)
		op25b_error_set(error, r, "can't make a listening socket: %s", strerror(-r));
	else
		r = put_door(doors, set, set->n, fds, false, error);
	if (r) {
		close_both(fds);
		return r;
	}
	memcpy(set->fds[set->n++], fds, sizeof(fds));
	return 0;
}

static int make_doors(struct op25b_door_sets *doors, struct op25b_door_set *set,
		      struct op25b_error *error)
{
	int r = 0;

	set->fds = calloc(set->texts.n + 1, sizeof(*set->fds));
	if (!set->fds)
		return op25b_error_set(error, -ENOMEM, "out of memory for doors");
	while (!r && set->n < set->texts.n)
		r = make_door(doors, set, error);
	return r;
}

int op25b_door_sets_make(struct op25b_door_sets *doors, const struct op25b_plan *plan,
			 const struct op25b_route_stands *stands, struct op25b_error *error)
{
	struct op25b_door_set **slot = &doors->sets, *set;

	while ((set = *slot) && (set->digest != plan->head.digest || set->shut))
		slot = &set->next;
	if (!set) {
		set = calloc(1, sizeof(*set));
		if (!set || op25b_notice_texts_make(plan, &set->texts)) {
			free(set);
			return op25b_error_set(error, -ENOMEM,
					       "out of memory for the texts of notices");
		}
		*slot = set;
		set->digest = plan->head.digest;
		set->first_id = doors->next_id;
		doors->next_id += set->texts.n;
		doors->beyond = set->texts.beyond;
		set->stands = *stands;
		set->fault = make_doors(doors, set, &set->why);
	}
	return set->fault ? op25b_error_set(error, set->fault, "%s", set->why.text) : 0;
}

int op25b_door_sets_settle(struct op25b_door_sets *doors, uint64_t digest,
			   struct op25b_error *error)
{
	for (struct op25b_door_set *set = doors->sets; set; set = set->next) {
		if (set->digest == digest || set->shut)
			continue;
		free_untold(set);
		set->shut = true;
	}
	return op25b_door_keep(doors->dp, &digest, digest ? 1 : 0, error);
}

void op25b_door_sets_complete(struct op25b_door_sets *doors)
{
	doors->all = op25b_responder_there(doors->responder);
}

void op25b_door_sets_forget(struct op25b_door_sets *doors)
{
	while (doors->sets)
		free_set(&doors->sets);
	doors->all = false;
	doors->beyond = 0;
}

size_t op25b_door_sets_texts(const struct op25b_door_sets *doors)
{
	size_t n = 0;

	for (const struct op25b_door_set *set = doors->sets; set; set = set->next)
		n += set->shut ? 0 : set->n;
	return n;
}

/* ---- telling --------------------------------------------------------------------------------- */

/* One of before serves until the responder has this one: we may be killed before it has. */
static int tell_door(struct op25b_door_sets *doors, struct op25b_door_set *set)
{
	const struct op25b_notice_text *text = &set->texts.list[set->told];
	struct op25b_wire_message message = { .kind = OP25B_WIRE_DOOR,
					      .door = { .id = set->first_id + set->told,
							.manner = (enum op25b_manner)text->manner,
							.v6_len = text->line6 } };
	int *fds = set->fds[set->told], r;

	memcpy(message.door.replies, text->replies, sizeof(text->replies));
	r = op25b_responder_tell(doors->responder, &message, fds);
	if (r)
		return r;
	r = put_door(doors, set, set->told, fds, true, NULL);
	close_both(fds);
	if (++set->told == set->n)
		free_untold(set);
	return r;
}

static int tell_shut(struct op25b_door_sets *doors, struct op25b_door_set *set)
{
	const struct op25b_wire_message message = { .kind = OP25B_WIRE_SHUT,
						    .shut = set->first_id + set->shut_told };
	int r = op25b_responder_tell(doors->responder, &message, NULL);

	set->shut_told += r == 0;
	return r;
}

/* New doors first, so that they are served soonest. Returns 1: that was one; 0: there is none. */
static int tell_one(struct op25b_door_sets *doors)
{
	const struct op25b_wire_message all = { .kind = OP25B_WIRE_ALL };
	int r;

	for (struct op25b_door_set *set = doors->sets; set; set = set->next) {
		if (set->told < set->n)
			return (r = tell_door(doors, set)) ? r : 1;
	}
	for (struct op25b_door_set **slot = &doors->sets; *slot;) {
		if ((*slot)->shut_told < (*slot)->told && (*slot)->shut)
			return (r = tell_shut(doors, *slot)) ? r : 1;
		if ((*slot)->shut)
			free_set(slot);
		else
			slot = &(*slot)->next;
	}
	if (!doors->all)
		return 0;
	r = op25b_responder_tell(doors->responder, &all, NULL);
	doors->all = r != 0;
	return r ? r : 1;
}

void op25b_door_sets_tell(struct op25b_door_sets *doors)
{
	int r = 1;

	if (!op25b_responder_there(doors->responder))
		return;
	for (int i = 0; i < A_TURN && r > 0; i++)
		r = tell_one(doors);
	if (r > 0 || r == -EAGAIN)
		op25b_responder_wait(doors->responder);
	else if (r < 0)
		op25b_responder_end(doors->responder, strerror(-r));
}
