/* SPDX-License-Identifier: BSD-2-Clause */
/* See calls.h. */
#include "bench/calls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/tools.h"

#define EVENTS 256
#define MOST   (1U << 22) /* latencies that are kept */
#define SCAN   0.01       /* seconds between two looks at whose patience is over */

enum stage { IDLE, GREETING, QUIT, HELD };

/* Only where the reply stands is kept of it: its column, and whether the line is its last. */
struct call {
	int fd;
	enum stage stage;
	double begin;
	unsigned int column;
	char first; /* digit of the code */
	bool last;
};

struct latencies {
	double *seconds;
	size_t n;
};

struct run {
	const struct bench_calls *calls;
	struct bench_calls_result result;
	int epoll;
	struct call *all;
	uint32_t *idle, n_idle; /* the numbers of those that are free */
	struct latencies notices, resets;
};

struct in6_addr bench_range_at(const struct bench_range *range, uint32_t i)
{
	struct in6_addr ret = range->first;
	const int end = range->family == AF_INET ? 4 : 8; /* of the part that is counted */

	for (int at = end - 1; at >= 0 && i; at--) {
		i += ret.s6_addr[at];
		ret.s6_addr[at] = (uint8_t)i;
		i >>= 8;
	}
	return ret;
}

static socklen_t draw(const struct bench_range *range, uint16_t port, struct sockaddr_in6 *ret)
{
	const struct in6_addr address = bench_range_at(range, (uint32_t)random() % range->n);
	struct sockaddr_in *v4 = (void *)ret;

	memset(ret, 0, sizeof(*ret));
	if (range->family == AF_INET) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, &address, 4);
		return sizeof(*v4);
	}
	ret->sin6_family = AF_INET6;
	ret->sin6_port = htons(port);
	ret->sin6_addr = address;
	return sizeof(*ret);
}

/* Ends by RST: what a run leaves behind would be in the way of the next. */
static void call_end(struct run *run, struct call *call)
{
	const struct linger now = { .l_onoff = 1 };

	setsockopt(call->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(call->fd);
	call->stage = IDLE;
	run->idle[run->n_idle++] = (uint32_t)(call - run->all);
}

static void call_begin(struct run *run)
{
	struct call *call = &run->all[run->idle[--run->n_idle]];
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = call };
	struct sockaddr_in6 line, peer;
	const socklen_t line_size = draw(&run->calls->lines, 0, &line);
	const socklen_t peer_size = draw(&run->calls->peers, 25, &peer);
	const int yes = 1;

	*call = (struct call){ .stage = GREETING };
	call->fd = socket(line.sin6_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* IP_FREEBIND is of both families. */
	if (call->fd < 0 ||
	    setsockopt(call->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes)) ||
	    setsockopt(call->fd, SOL_IP, IP_FREEBIND, &yes, sizeof(yes)) ||
	    bind(call->fd, (struct sockaddr *)&line, line_size))
		bench_die("a line's socket", errno);
	call->begin = bench_seconds();
	run->result.made++;
	if (connect(call->fd, (struct sockaddr *)&peer, peer_size) && errno != EINPROGRESS)
		bench_die("connect", errno);
	if (epoll_ctl(run->epoll, EPOLL_CTL_ADD, call->fd, &event))
		bench_die("epoll", errno);
}

static void latency_add(struct latencies *latencies, const struct call *call)
{
	if (latencies->n < MOST)
		latencies->seconds[latencies->n++] = bench_seconds() - call->begin;
}

static void greeting_end(struct run *run, struct call *call)
{
	if (call->first != '4' && call->first != '5') {
		run->result.let_in++;
	} else {
		run->result.noticed++;
		latency_add(&run->notices, call);
	}
	if (run->calls->hold) {
		call->stage = HELD;
		return;
	}
	call->stage = QUIT;
	if (send(call->fd, "QUIT\r\n", 6, MSG_NOSIGNAL) < 0)
		call_end(run, call);
}

/* True at the end of a reply. */
static bool reply_take(struct call *call, char octet)
{
	const unsigned int column = call->column++;

	if (column == 0)
		call->first = octet;
	if (column == 3)
		call->last = octet != '-';
	if (octet != '\n')
		return false;
	call->column = 0;
	return call->last;
}

static void call_read(struct run *run, struct call *call)
{
	char buffer[1024];
	const ssize_t n = read(call->fd, buffer, sizeof(buffer));

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		if (call->stage == GREETING) {
			run->result.reset++;
			latency_add(&run->resets, call);
		}
		call_end(run, call);
		return;
	}
	for (ssize_t i = 0; i < n && call->stage != IDLE; i++) {
		if (call->stage == HELD || !reply_take(call, buffer[i]))
			continue;
		if (call->stage == GREETING)
			greeting_end(run, call);
		else
			call_end(run, call);
	}
}

/* Gives up those begun before `limit`. Returns how many are left. */
static uint32_t give_up(struct run *run, double limit)
{
	for (uint32_t i = 0; i < run->calls->under_way; i++) {
		struct call *call = &run->all[i];

		if (call->stage == IDLE || call->begin > limit)
			continue;
		run->result.silent += call->stage == GREETING;
		call_end(run, call);
	}
	return run->calls->under_way - run->n_idle;
}

static void wait_and_read(struct run *run, double seconds)
{
	const struct timespec time = { .tv_nsec = (long)(seconds * 1e9) };
	struct epoll_event events[EVENTS];
	const int n = epoll_pwait2(run->epoll, events, EVENTS, &time, NULL);

	if (n < 0)
		bench_die("epoll", errno);
	for (int i = 0; i < n; i++) {
		struct call *call = events[i].data.ptr;

		if (call->stage != IDLE)
			call_read(run, call);
	}
}

/* How many calls are to be begun now. */
static uint32_t calls_due(const struct run *run, double spent)
{
	const double rate = run->calls->rate;
	const uint64_t due = (uint64_t)(spent * rate);

	if (rate <= 0)
		return run->n_idle;
	if (due <= run->result.made)
		return 0;
	return due - run->result.made < run->n_idle ? (uint32_t)(due - run->result.made) :
						      run->n_idle;
}

static void run_calls(struct run *run)
{
	const struct bench_calls *calls = run->calls;
	/* Awake in time for the next call, but not all the time. */
	const double nap = calls->rate > 100 ? 0.5 / calls->rate : 0.005;
	const double begin = bench_seconds();
	double spent = 0, scanned = 0;

	while (spent < calls->seconds) {
		uint32_t due = calls_due(run, spent);

		for (int i = 0; i < EVENTS && due; i++, due--)
			call_begin(run);
		wait_and_read(run, due ? 0 : nap);
		spent = bench_seconds() - begin;
		if (spent - scanned > SCAN) {
			give_up(run, begin + spent - calls->patience);
			scanned = spent;
		}
	}
	run->result.seconds = spent;
	while (give_up(run, bench_seconds() - calls->patience))
		wait_and_read(run, SCAN);
}

static int order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Milliseconds, of `all` calls; those that have no latency lasted `otherwise` seconds. */
static double percentile(const struct latencies *latencies, double part, uint64_t all,
			 double otherwise)
{
	const size_t at = all ? (size_t)(part * (double)(all - 1)) : 0;

	return 1e3 * (at < latencies->n ? latencies->seconds[at] : otherwise);
}

static void open_files_allow(uint32_t n)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		bench_die("limits", errno);
	limit.rlim_cur = limit.rlim_max = limit.rlim_max > n + 64 ? limit.rlim_max : n + 64;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		bench_die("so many open files", errno);
}

static void result_finish(struct run *run)
{
	struct bench_calls_result *r = &run->result;
	const double patience = run->calls->patience;

	qsort(run->notices.seconds, run->notices.n, sizeof(double), order);
	qsort(run->resets.seconds, run->resets.n, sizeof(double), order);
	r->p50 = percentile(&run->notices, 0.5, r->made, patience);
	r->p99 = percentile(&run->notices, 0.99, r->made, patience);
	r->longest = percentile(&run->notices, 1, r->made, patience);
	r->reset_p50 = percentile(&run->resets, 0.5, r->reset, 0);
	r->reset_p99 = percentile(&run->resets, 0.99, r->reset, 0);
}

struct bench_calls_result bench_calls_run(const struct bench_calls *calls)
{
	struct run run = { .calls = calls };

	open_files_allow(calls->under_way);
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.all = calloc(calls->under_way, sizeof(*run.all));
	run.idle = calloc(calls->under_way, sizeof(*run.idle));
	run.notices.seconds = calloc(MOST, sizeof(double));
	run.resets.seconds = calloc(MOST, sizeof(double));
	if (run.epoll < 0 || !run.all || !run.idle || !run.notices.seconds || !run.resets.seconds)
		bench_die("memory", ENOMEM);
	while (run.n_idle < calls->under_way) {
		run.idle[run.n_idle] = run.n_idle;
		run.n_idle++;
	}
	srandom((unsigned int)getpid());
	run_calls(&run);
	result_finish(&run);
	free(run.resets.seconds);
	free(run.notices.seconds);
	free(run.idle);
	free(run.all);
	close(run.epoll);
	return run.result;
}
