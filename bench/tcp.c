/* SPDX-License-Identifier: BSD-2-Clause */
/* See tcp.h. */
#include "bench/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/tools.h"

#define SECONDS 0.25

struct reader {
	int listener;
	double bits;
};

static void *read_all(void *context)
{
	static char buffer[1 << 18];
	struct reader *r = context;
	int fd = accept(r->listener, NULL, NULL);
	cpu_set_t cpus;
	ssize_t n;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (fd < 0 || sched_setaffinity(0, sizeof(cpus), &cpus))
		bench_die("accept", errno);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		r->bits += 8 * (double)n;
	if (n < 0)
		bench_die("read", errno);
	close(fd);
	return NULL;
}

static int socket_make(int netns)
{
	int fd;

	bench_bed_enter(netns);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		bench_die("socket", errno);
	return fd;
}

double bench_tcp(const struct bench_bed *bed)
{
	static const char buffer[1 << 18];
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(443) };
	struct reader reader = { .listener = socket_make(bed->far_netns) };
	int fd = socket_make(bed->line_netns), yes = 1, r;
	pthread_t thread;
	double begin;

	inet_pton(AF_INET, "203.0.113.2", &address.sin_addr);
	if (setsockopt(reader.listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    bind(reader.listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(reader.listener, 1))
		bench_die("listen", errno);
	r = pthread_create(&thread, NULL, read_all, &reader);
	if (r)
		bench_die("a thread", r);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		bench_die("connect", errno);
	begin = bench_seconds();
	while (bench_seconds() - begin < SECONDS) {
		if (write(fd, buffer, sizeof(buffer)) < 0)
			bench_die("write", errno);
	}
	close(fd);
	pthread_join(thread, NULL);
	close(reader.listener);
	return reader.bits / (bench_seconds() - begin) / 1e9;
}
