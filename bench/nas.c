/* SPDX-License-Identifier: BSD-2-Clause */
/* See nas.h. */
#include "bench/nas.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/tools.h"

#define SOCKETS 64U
#define IDS     256U /* identifiers of one socket */
#define BATCH   64U  /* messages in one system call */

struct slot {
	uint8_t packet[BENCH_PACKET];
	size_t size;
	double first, last; /* sent */
	bool busy;
};

struct nas {
	const struct bench_nas_settings *settings;
	struct pollfd fds[SOCKETS];
	struct slot *slots; /* all; slot s is identifier s / sockets of socket s % sockets */
	uint32_t *free;     /* a queue, so that identifiers are used again as late as can be */
	unsigned int n_slots;
	uint64_t taken, given;
	float *latencies; /* ms, of each answered packet */
	size_t room;
	struct bench_nas_result result;
};

/* ---- sockets ----------------------------------------------------------------------------- */

static void open_sockets(struct nas *nas)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(nas->settings->port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int buffer = 4 << 20;

	if (nas->settings->sockets > SOCKETS ||
	    nas->settings->under_way > nas->settings->sockets * IDS)
		bench_die("more under way than sockets can have", EINVAL);
	for (unsigned int i = 0; i < nas->settings->sockets; i++) {
		int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
			bench_die("socket", errno);
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
		nas->fds[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
}

/* All of a batch go out of one socket. What the system has no room for is sent again later. */
static void send_batch(int fd, struct slot *const *slots, unsigned int n)
{
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];

	for (unsigned int i = 0; i < n; i++) {
		parts[i] = (struct iovec){ slots[i]->packet, slots[i]->size };
		messages[i] =
			(struct mmsghdr){ .msg_hdr = { .msg_iov = &parts[i], .msg_iovlen = 1 } };
	}
	/* ECONNREFUSED: nobody serves, or no longer; whoever asked sees that nothing is answered */
	if (n && sendmmsg(fd, messages, n, 0) < 0 && errno != EAGAIN && errno != ENOBUFS &&
	    errno != ECONNREFUSED)
		bench_die("sendmmsg", errno);
}

/* Send slots of any sockets; each socket's in batches. */
static void send_slots(struct nas *nas, const uint32_t *which, size_t n)
{
	const unsigned int sockets = nas->settings->sockets;

	for (unsigned int s = 0; s < sockets; s++) {
		struct slot *batch[BATCH];
		unsigned int filled = 0;

		for (size_t i = 0; i < n; i++) {
			if (which[i] % sockets != s)
				continue;
			batch[filled++] = &nas->slots[which[i]];
			if (filled == BATCH) {
				send_batch(nas->fds[s].fd, batch, filled);
				filled = 0;
			}
		}
		send_batch(nas->fds[s].fd, batch, filled);
	}
}

/* ---- packets ----------------------------------------------------------------------------- */

/* New packets into free slots, as many as the rate allows. False if there are no more to come. */
static bool send_new(struct nas *nas, bench_nas_next next, void *arg, double begin)
{
	const struct bench_nas_settings *settings = nas->settings;
	static uint32_t filled[SOCKETS * IDS];
	const double now = bench_seconds();
	const int64_t utc = (int64_t)time(NULL);
	uint64_t due = UINT64_MAX;
	size_t n = 0;
	bool more = now - begin < settings->seconds;

	if (settings->rate > 0)
		due = (uint64_t)((now - begin) * settings->rate);
	while (more && nas->result.sent - nas->result.answered < settings->under_way &&
	       nas->result.sent < due) {
		uint32_t at = nas->free[nas->taken % nas->n_slots];
		struct slot *slot = &nas->slots[at];
		struct bench_event event;

		more = next(arg, &event, now);
		if (!more)
			break;
		nas->taken++;
		slot->size = bench_accounting_packet(settings->accounting, &event,
						     (uint8_t)(at / settings->sockets), utc,
						     slot->packet);
		slot->first = slot->last = now;
		slot->busy = true;
		nas->result.sent++;
		filled[n++] = at;
	}
	send_slots(nas, filled, n);
	return more;
}

static void send_again(struct nas *nas)
{
	static uint32_t late[SOCKETS * IDS];
	const double now = bench_seconds();
	size_t n = 0;

	for (uint32_t i = 0; i < nas->n_slots; i++) {
		struct slot *slot = &nas->slots[i];

		if (!slot->busy || now - slot->last < nas->settings->again)
			continue;
		slot->last = now;
		late[n++] = i;
	}
	nas->result.again += n;
	send_slots(nas, late, n);
}

static void note_latency(struct nas *nas, double seconds)
{
	if (nas->result.answered == nas->room) {
		nas->room = nas->room ? 2 * nas->room : 1 << 20;
		nas->latencies = realloc(nas->latencies, nas->room * sizeof(*nas->latencies));
		if (!nas->latencies)
			bench_die("latencies", ENOMEM);
	}
	nas->latencies[nas->result.answered++] = (float)(seconds * 1e3);
}

static void take_answer(struct nas *nas, unsigned int socket, const uint8_t *answer, size_t size,
			double now)
{
	const struct bench_nas_settings *settings = nas->settings;
	uint32_t at = size > 1 ? answer[1] * settings->sockets + socket : UINT32_MAX;
	struct slot *slot = &nas->slots[at < nas->n_slots ? at : 0];

	/* A second answer to a packet sent twice is none to the identifier's next packet. */
	if (at >= nas->n_slots || !slot->busy ||
	    !bench_accounting_answers(settings->accounting, slot->packet, answer, size)) {
		nas->result.false_ones++;
		return;
	}
	slot->busy = false;
	nas->free[nas->given++ % nas->n_slots] = at;
	note_latency(nas, now - slot->first);
}

static unsigned int receive(struct nas *nas, unsigned int socket)
{
	static uint8_t answers[BATCH][BENCH_PACKET];
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	double now;
	int n;

	for (unsigned int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){ answers[i], BENCH_PACKET };
		messages[i] =
			(struct mmsghdr){ .msg_hdr = { .msg_iov = &parts[i], .msg_iovlen = 1 } };
	}
	n = recvmmsg(nas->fds[socket].fd, messages, BATCH, 0, NULL);
	if (n < 0 && errno != EAGAIN && errno != ECONNREFUSED)
		bench_die("recvmmsg", errno);
	now = bench_seconds();
	for (int i = 0; i < n; i++)
		take_answer(nas, socket, answers[i], messages[i].msg_len, now);
	return n > 0 ? (unsigned int)n : 0;
}

/* ---- a run ------------------------------------------------------------------------------- */

static int order(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void summarise(struct nas *nas)
{
	struct bench_nas_result *result = &nas->result;
	size_t n = result->answered;

	if (!n)
		return;
	qsort(nas->latencies, n, sizeof(*nas->latencies), order);
	result->p50 = (double)nas->latencies[n / 2];
	result->p99 = (double)nas->latencies[n - 1 - n / 100];
	result->longest = (double)nas->latencies[n - 1];
}

static void prepare(struct nas *nas)
{
	const unsigned int n = nas->settings->sockets * IDS;

	open_sockets(nas);
	nas->n_slots = n;
	nas->slots = calloc(n, sizeof(*nas->slots));
	nas->free = calloc(n, sizeof(*nas->free));
	if (!nas->slots || !nas->free)
		bench_die("slots", ENOMEM);
	for (; nas->given < n; nas->given++)
		nas->free[nas->given] = (uint32_t)nas->given;
}

static void finish(struct nas *nas)
{
	summarise(nas);
	for (unsigned int i = 0; i < nas->settings->sockets; i++)
		close(nas->fds[i].fd);
	free(nas->slots);
	free(nas->free);
	free(nas->latencies);
}

struct bench_nas_result bench_nas_run(const struct bench_nas_settings *settings,
				      bench_nas_next next, bench_nas_round round, void *arg)
{
	struct nas nas = { .settings = settings };
	double begin, looked, heard;
	bool more = true;

	prepare(&nas);
	begin = looked = heard = bench_seconds();
	for (;;) {
		unsigned int answers = 0;
		double now;

		if (more) {
			more = send_new(&nas, next, arg, begin);
			nas.result.a_second =
				(double)nas.result.answered / (bench_seconds() - begin);
		}
		for (unsigned int i = 0; i < settings->sockets; i++)
			answers += receive(&nas, i);
		now = bench_seconds();
		if (answers)
			heard = now;
		if (!more &&
		    (nas.result.answered == nas.result.sent || now - heard > settings->patience))
			break;
		if (now - looked > settings->again / 8) {
			looked = now;
			send_again(&nas);
		}
		if (round)
			round(arg);
		if (!answers)
			(void)poll(nas.fds, settings->sockets, 1);
	}
	nas.result.seconds = heard - begin;
	finish(&nas);
	return nas.result;
}
