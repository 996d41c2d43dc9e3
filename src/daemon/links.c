/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See links.h. Changes and the answer to a dump come on one socket, in the kernel's order, so an
 * interface that goes while a dump runs is told as gone after it was told as seen.
 */
#include "daemon/links.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

#define RECEIVE_BUFFER (4 << 20)
#define MESSAGE_ROOM   (64 << 10)
#define SYNC_MS        5000
#define READ_AT_ONCE   1000 /* datagrams */
#define TRIES          5    /* at a whole list */

struct op25b_links {
	int fd;
	bool dumping; /* a dump runs: the kernel begins no other on this socket */
	bool again;   /* what it tells may leave some out: ask anew when it is over */
	bool done;
	unsigned int tries;
	const struct op25b_links_calls *calls;
	void *context;
	char buffer[MESSAGE_ROOM] __attribute__((aligned(NLMSG_ALIGNTO)));
};

int op25b_links_open(const struct op25b_links_calls *calls, void *context,
		     struct op25b_links **ret_links, struct op25b_error *error)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	struct op25b_links *links = calloc(1, sizeof(*links));
	int room = RECEIVE_BUFFER, fault = 0;

	if (!links)
		return -ENOMEM;
	links->calls = calls;
	links->context = context;
	links->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (links->fd < 0)
		fault = errno;
	/* More than net.core.rmem_max needs CAP_NET_ADMIN; a small buffer only means more dumps. */
	else if (setsockopt(links->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(links->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (!fault && bind(links->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		fault = errno;
	if (fault) {
		op25b_links_close(&links);
		return op25b_error_set(error, -fault, "can't listen to interfaces: %s",
				       strerror(fault));
	}
	*ret_links = links;
	return 0;
}

void op25b_links_close(struct op25b_links **links)
{
	if (!*links)
		return;
	op25b_cleanup_close(&(*links)->fd);
	free(*links);
	*links = NULL;
}

int op25b_links_fd(const struct op25b_links *links)
{
	return links->fd;
}

static int ask_for_all(struct op25b_links *links)
{
	const struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} request = {
		.head = { .nlmsg_len = sizeof(request),
			  .nlmsg_type = RTM_GETLINK,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};

	links->done = false;
	links->again = links->dumping;
	if (links->dumping)
		return 0;
	if (send(links->fd, &request, sizeof(request), 0) < 0)
		return -errno;
	links->dumping = true;
	links->calls->begin(links->context);
	return 0;
}

/* A dump is over. One that may leave some out doesn't prove that anything is gone. */
static int end_dump(struct op25b_links *links, int code)
{
	links->dumping = false;
	if (code >= 0 && links->again && ++links->tries < TRIES)
		return ask_for_all(links);
	links->done = true;
	links->tries = 0;
	if (code >= 0 && !links->again)
		links->calls->end(links->context);
	return code < 0 ? code : 0;
}

/*
 * The kernel's word on a request. Where it had no room for the first part of the answer, or still
 * answered another request, a dump runs all the same, and its end comes.
 */
static int take_error(struct op25b_links *links, int code)
{
	if (code != -EBUSY && code != -ENOBUFS)
		return end_dump(links, code);
	links->again = true;
	return 0;
}

/* What of an interface is told on; name NULL where the message has none. */
struct told {
	const char *name;
	unsigned int master;
};

static int take_attribute(const struct nlattr *attribute, void *context)
{
	struct told *told = context;

	if (mnl_attr_get_type(attribute) == IFLA_IFNAME &&
	    mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) == 0)
		told->name = mnl_attr_get_str(attribute);
	else if (mnl_attr_get_type(attribute) == IFLA_MASTER &&
		 mnl_attr_validate(attribute, MNL_TYPE_U32) == 0)
		told->master = mnl_attr_get_u32(attribute);
	return MNL_CB_OK;
}

/* Returns 0, or the error a dump ended with. */
static int read_message(struct op25b_links *links, struct nlmsghdr *message)
{
	struct ifinfomsg *info = NLMSG_DATA(message);
	const int *code = NLMSG_DATA(message);
	struct told told = { 0 };

	if (message->nlmsg_flags & NLM_F_DUMP_INTR) /* some came or went between its parts */
		links->again = true;
	if (message->nlmsg_type == NLMSG_DONE)
		return end_dump(links, *code);
	if (message->nlmsg_type == NLMSG_ERROR)
		return take_error(links, *code);
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
	    (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) ||
	    info->ifi_family != AF_UNSPEC)
		return 0;
	if (message->nlmsg_type == RTM_DELLINK) {
		links->calls->gone((unsigned int)info->ifi_index, links->context);
		return 0;
	}
	mnl_attr_parse(message, sizeof(*info), take_attribute, &told);
	if (told.name)
		links->calls->seen((unsigned int)info->ifi_index, told.name, told.master,
				   links->context);
	return 0;
}

/* Returns 0 also if nothing waits; -EAGAIN is not an error to anybody but the loop in read. */
static int read_datagram(struct op25b_links *links)
{
	struct sockaddr_nl from;
	socklen_t from_size = sizeof(from);
	ssize_t n = recvfrom(links->fd, links->buffer, sizeof(links->buffer), 0,
			     (struct sockaddr *)&from, &from_size);
	unsigned int left = n > 0 ? (unsigned int)n : 0;
	int r = 0;

	if (n < 0)
		return -errno;
	if (from.nl_pid) /* not the kernel */
		return 0;
	for (struct nlmsghdr *at = (struct nlmsghdr *)links->buffer; !r && NLMSG_OK(at, left);
	     at = NLMSG_NEXT(at, left))
		r = read_message(links, at);
	return r;
}

int op25b_links_read(struct op25b_links *links, struct op25b_error *error)
{
	int r = 0;

	for (int i = 0; i < READ_AT_ONCE && !r; i++) {
		r = read_datagram(links);
		if (r == -EINTR || r == -ENOBUFS)
			r = r == -ENOBUFS ? ask_for_all(links) : 0;
	}
	if (!r || r == -EAGAIN)
		return 0;
	return op25b_error_set(error, r, "can't read what interfaces there are: %s", strerror(-r));
}

int op25b_links_sync(struct op25b_links *links, struct op25b_error *error)
{
	struct pollfd poll_fd = { .fd = links->fd, .events = POLLIN };
	int r;

	links->tries = 0;
	r = ask_for_all(links);
	if (r)
		return op25b_error_set(error, r, "can't ask for interfaces: %s", strerror(-r));
	while (!links->done) {
		int ready = poll(&poll_fd, 1, SYNC_MS);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return op25b_error_set(error, -ETIMEDOUT,
					       "the kernel doesn't tell what interfaces there are");
		r = op25b_links_read(links, error);
		if (r)
			return r;
	}
	return 0;
}
