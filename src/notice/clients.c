/* SPDX-License-Identifier: BSD-2-Clause */
/* See clients.h. */
#include "notice/clients.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/uio.h>
#include <unistd.h>

#include "notice/lines.h"
#include "notice/talk.h"
#include "serve/clock.h"

#define READ_SIZE 4096 /* more than a small receive queue has */

/*
 * Milliseconds that the kernel keeps what was said to a client that closed its side: as long as one
 * that doesn't close is waited for. Its own patience with one that is silent from then on is some
 * 10 seconds, in which the connection is beyond the limits of ours.
 */
#define LAST_WORDS 2000

struct client {
	LIST_ENTRY(client) entry;
	struct op25b_clients *clients;
	struct op25b_replies *replies;
	struct op25b_talk talk;
	struct op25b_exception_key line;
	struct event event; /* of its socket, and of its deadline */
};

struct op25b_clients {
	struct event_base *base;
	LIST_HEAD(client_list, client) all;
	struct op25b_lines lines;
	struct op25b_page page;
	struct op25b_wire_counts counts;
};

static int64_t now_ms(void)
{
	return op25b_clock_boot_ns() / 1000000;
}

static void tell_page(struct op25b_clients *clients)
{
	op25b_page_set(&clients->page, clients->counts.open >= clients->counts.limit);
}

int op25b_clients_new(struct event_base *base, struct op25b_clients **ret)
{
	struct op25b_clients *clients = calloc(1, sizeof(*clients));

	if (!clients)
		return -ENOMEM;
	clients->base = base;
	LIST_INIT(&clients->all);
	op25b_lines_init(&clients->lines);
	tell_page(clients);
	*ret = clients;
	return 0;
}

static void end(struct client *client)
{
	struct op25b_clients *clients = client->clients;
	evutil_socket_t fd = event_get_fd(&client->event);

	event_del(&client->event);
	close(fd);
	LIST_REMOVE(client, entry);
	op25b_lines_leave(&clients->lines, &client->line);
	op25b_replies_drop(&client->replies);
	explicit_bzero(client, sizeof(*client));
	free(client);
	clients->counts.open--;
	tell_page(clients);
}

void op25b_clients_free(struct op25b_clients **clients)
{
	struct op25b_clients *c = *clients;

	if (!c)
		return;
	while (!LIST_EMPTY(&c->all))
		end(LIST_FIRST(&c->all));
	op25b_lines_done(&c->lines);
	op25b_page_done(&c->page);
	free(c);
	*clients = NULL;
}

void op25b_clients_limit(struct op25b_clients *clients, uint32_t connections, uint32_t per_line)
{
	clients->counts.limit = connections;
	clients->lines.most = per_line;
	tell_page(clients);
}

/* The client closed its side: it may still read, so the last replies aren't cut off by a reset. */
static void end_in_order(struct client *client)
{
	const int fd = event_get_fd(&client->event), last_words = LAST_WORDS;
	const struct linger none = { .l_onoff = 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &last_words, sizeof(last_words));
	end(client);
}

/* All replies at once, so that they take one buffer of the kernel's. */
static int send_replies(const struct client *client, const struct op25b_talk_says *says)
{
	struct iovec parts[OP25B_TALK_SAYS];
	struct msghdr head = { .msg_iov = parts, .msg_iovlen = says->n };
	size_t size = 0;
	ssize_t sent;

	if (!says->n)
		return 0;
	for (size_t i = 0; i < says->n; i++) {
		const char *text = client->replies->reply[says->replies[i]].text;

		parts[i] = (struct iovec){ (char *)(uintptr_t)text,
					   client->replies->reply[says->replies[i]].size };
		size += parts[i].iov_len;
	}
	sent = sendmsg(event_get_fd(&client->event), &head, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent == (ssize_t)size)
		return 0;
	return sent < 0 && errno != EAGAIN ? -errno : -EAGAIN;
}

static bool has_late(const struct op25b_talk_says *says)
{
	for (size_t i = 0; i < says->n; i++) {
		if (says->replies[i] == OP25B_WIRE_LATE)
			return true;
	}
	return false;
}

/* Say what is due and wait for the next; false: the client is gone. */
static bool go_on(struct client *client, const struct op25b_talk_says *says, int64_t now)
{
	struct op25b_wire_counts *counts = &client->clients->counts;
	int64_t rest = client->talk.deadline - now;
	const struct timeval wait = { .tv_sec = (time_t)(rest / 1000),
				      .tv_usec = (suseconds_t)(rest % 1000 * 1000) };
	int r = send_replies(client, says);

	if (r == -EAGAIN)
		counts->unread++;
	else if (!r && has_late(says))
		counts->late++;
	if (r || event_add(&client->event, &wait)) {
		end(client);
		return false;
	}
	return true;
}

enum heard { NOTHING, SOMETHING, CLOSED, GONE };

static enum heard hear(struct client *client, int64_t now, struct op25b_talk_says *says)
{
	uint8_t buffer[READ_SIZE];
	ssize_t n = recv(event_get_fd(&client->event), buffer, sizeof(buffer), MSG_DONTWAIT);
	int fault = errno;

	if (n > 0) {
		op25b_talk_hear(&client->talk, buffer, (size_t)n, now, says);
		explicit_bzero(buffer, (size_t)n);
		return SOMETHING;
	}
	if (!n)
		return CLOSED;
	return fault == EAGAIN || fault == EINTR ? NOTHING : GONE;
}

static void on_client(evutil_socket_t fd, short what, void *context)
{
	struct client *client = context;
	struct op25b_talk_says says = { .n = 0 };
	enum heard heard = NOTHING;
	int64_t now = now_ms();

	(void)fd;
	/* The deadline first: who sends without end would never come to it. */
	if (op25b_talk_late(&client->talk, now, &says))
		heard = GONE;
	else if (!says.n && what & EV_READ)
		heard = hear(client, now, &says);
	if (heard == CLOSED)
		end_in_order(client);
	else if (heard == GONE)
		end(client);
	else
		go_on(client, &says, now);
}

/* Whether the connection may stay. */
static bool admit(struct op25b_clients *clients, const struct op25b_exception_key *line)
{
	int r;

	if (clients->counts.open >= clients->counts.limit) {
		clients->counts.full++;
		return false;
	}
	r = op25b_lines_enter(&clients->lines, line);
	if (r == -EBUSY)
		clients->counts.per_line++;
	else if (r)
		clients->counts.full++;
	return !r;
}

void op25b_clients_take(struct op25b_clients *clients, int fd, const struct sockaddr_storage *peer,
			uint8_t v6_len, struct op25b_replies *replies)
{
	const struct op25b_exception_key line = op25b_lines_key(peer, v6_len);
	struct op25b_talk_says says;
	struct client *client = NULL;
	int64_t now = now_ms();

	if (admit(clients, &line)) {
		client = calloc(1, sizeof(*client));
		if (!client) {
			op25b_lines_leave(&clients->lines, &line);
			clients->counts.full++;
		}
	}
	if (!client) {
		close(fd);
		return;
	}
	client->clients = clients;
	client->line = line;
	client->replies = op25b_replies_keep(replies);
	event_assign(&client->event, clients->base, fd, EV_READ | EV_PERSIST, on_client, client);
	LIST_INSERT_HEAD(&clients->all, client, entry);
	clients->counts.open++;
	tell_page(clients);
	op25b_talk_begin(&client->talk, replies->manner, now, &says);
	if (go_on(client, &says, now))
		clients->counts.served++;
}

struct op25b_page *op25b_clients_page(struct op25b_clients *clients)
{
	return &clients->page;
}

struct op25b_wire_counts op25b_clients_counts(const struct op25b_clients *clients)
{
	struct op25b_wire_counts counts = clients->counts;

	counts.lines = (uint32_t)clients->lines.table.n;
	return counts;
}
