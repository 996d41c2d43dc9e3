/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct-server PORT NOW SECRET [HABIT...]: the decoder behind a UDP socket on loopback, for tests
 * with other people's programs. Prints "ready", then a line a datagram: the result, and of a record
 * its fields as NAME=VALUE between tabs. Ends when its standard input does.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "policy/prefix.h"
#include "session/radius.h"

static void show(const struct op25b_acct *acct)
{
	char text[OP25B_PREFIX_TEXT];

	printf("\tstatus=%d\tnas=%s\tsession=%s\tuser=%s\tclass=%s\tfilter=%s\tpool=%s\ttime=%lld",
	       (int)acct->status, acct->nas, acct->session, acct->user_name, acct->class_,
	       acct->filter_id, acct->framed_pool, (long long)acct->event_time);
	printf("\ttold=%s%s\tunread=%zu\tleft_out=%zu\tprefixes=", acct->has_v4 ? "4" : "",
	       acct->has_v6 ? "6" : "", acct->n_unread, acct->n_left_out);
	for (size_t i = 0; i < acct->n_prefixes; i++)
		printf("%s%s", i ? " " : "", op25b_prefix_format(&acct->prefixes[i], text));
}

static void serve_one(int fd, struct op25b_radius *radius, const struct op25b_radius_client *client,
		      int64_t now)
{
	static uint8_t packet[65536], answer[OP25B_RADIUS_PACKET];
	static struct op25b_acct acct;
	struct sockaddr_in from;
	socklen_t n_from = sizeof(from);
	ssize_t n = recvfrom(fd, packet, sizeof(packet), 0, (struct sockaddr *)&from, &n_from);
	enum op25b_radius_result result;

	if (n < 0)
		return;
	result = op25b_radius_decode(radius, client, packet, (size_t)n, now, &acct);
	printf("%s", op25b_radius_result_name(result));
	if (result == OP25B_RADIUS_RECORD)
		show(&acct);
	putchar('\n');
	fflush(stdout);
	if (result <= OP25B_RADIUS_PROBE) {
		size_t size = op25b_radius_answer(radius, client, packet, (size_t)n, answer);

		(void)sendto(fd, answer, size, 0, (struct sockaddr *)&from, n_from);
	}
}

static int open_socket(const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	OP25B_CLEANUP(op25b_radius_free) struct op25b_radius *radius = NULL;
	struct op25b_radius_client client = { .name = "client" };
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				 { .fd = -1, .events = POLLIN } };
	struct op25b_error error = { "" };

	if (argc < 4 || op25b_radius_new(&radius, &error)) {
		fprintf(stderr, "acct-server PORT NOW SECRET [HABIT...] %s\n", error.text);
		return EXIT_FAILURE;
	}
	client.secret = (const uint8_t *)argv[3];
	client.n_secret = strlen(argv[3]);
	for (int i = 4; i < argc; i++) {
		client.needs_message_authenticator |= !strcmp(argv[i], "strict");
		client.missing_is_released |= !strcmp(argv[i], "released");
		client.netmask_is_line |= !strcmp(argv[i], "netmask");
		client.ipv6_route_is_delegated |= !strcmp(argv[i], "route");
	}
	fds[1].fd = open_socket(argv[1]);
	if (fds[1].fd < 0) {
		perror("acct-server");
		return EXIT_FAILURE;
	}
	puts("ready");
	fflush(stdout);
	while (poll(fds, 2, -1) > 0 && !fds[0].revents)
		serve_one(fds[1].fd, radius, &client, strtoll(argv[2], NULL, 10));
	close(fds[1].fd);
	return EXIT_SUCCESS;
}
