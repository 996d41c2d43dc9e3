/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-policy-empty: a policy server that decides nothing: what Postfix's own side of a question
 * costs, which no policy server can save. For row m.mail.
 *
 * usage: bench-policy-empty SOCKET ACTION   answers ACTION to every request at the socket's path
 *
 * A request ends with an empty line (SMTPD_POLICY_README of Postfix); what it says is not read.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench/tools.h"

#define MOST 1024 /* connections */

static bool line_ended[MOST]; /* by descriptor: the octet before the next one was a newline */

static int listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (snprintf(at.sun_path, sizeof(at.sun_path), "%s", path) >= (int)sizeof(at.sun_path))
		bench_die(path, ENAMETOOLONG);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) || chmod(path, 0666) ||
	    listen(fd, MOST))
		bench_die(path, errno);
	return fd;
}

static void take_connection(int epoll, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	struct epoll_event wanted = { .events = EPOLLIN, .data.fd = fd };

	if (fd < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted))
		bench_die("accept", errno);
	if (fd >= MOST)
		bench_die("accept", EMFILE);
	line_ended[fd] = false;
}

static void answer(int fd, const char *reply)
{
	char data[8192];
	ssize_t n = read(fd, data, sizeof(data));

	if (n <= 0) {
		close(fd);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		bool is_end = line_ended[fd] && data[i] == '\n';

		line_ended[fd] = !is_end && data[i] == '\n';
		if (is_end && send(fd, reply, strlen(reply), MSG_NOSIGNAL) < 0)
			bench_die("send", errno);
	}
}

int main(int argc, char **argv)
{
	char reply[64];

	if (argc != 3) {
		fputs("usage: bench-policy-empty SOCKET ACTION\n", stderr);
		return 2;
	}
	snprintf(reply, sizeof(reply), "action=%s\n\n", argv[2]);
	int listener = listen_at(argv[1]), epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event wanted = { .events = EPOLLIN, .data.fd = listener };

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &wanted))
		bench_die("epoll", errno);
	for (;;) {
		struct epoll_event found[64];
		int n = epoll_wait(epoll, found, 64, -1);

		if (n < 0 && errno != EINTR)
			bench_die("epoll_wait", errno);
		for (int i = 0; i < n; i++) {
			if (found[i].data.fd == listener)
				take_connection(epoll, listener);
			else
				answer(found[i].data.fd, reply);
		}
	}
}
