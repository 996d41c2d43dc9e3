/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-policy: Postfix as a policy server sees it, and what that answered as one JSON line. The
 * rows are in bench/mails.py.
 *
 * usage: bench-policy PLACE [NAME=VALUE...]   PLACE: the path of a socket, or 127.0.0.1:PORT
 *   connections=N  smtpd processes, each with a connection of its own (10)
 *   seconds=S      ask for so long (1)
 *   accounts=N     the senders u0, u1, ... of so many, in turn (1000)
 *   states=LIST    what is asked of a mail, of RCPT,DATA,END-OF-MESSAGE (all)
 *   domain=NAME    of the senders (bench.example)
 *   account=FORM   how Postfix names them: user, or address (user)
 *
 * Each connection asks as smtpd of Postfix 3.7 does: RCPT, DATA and END-OF-MESSAGE of a mail with
 * one recipient, then the next mail; a request is sent when the one before was answered. An answer
 * other than "DUNNO" ends the program: who refuses, or says nothing, is not measured.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "bench/tools.h"

#define MOST    512U       /* connections */
#define SAMPLES (1U << 23) /* latencies that are kept */
#define REQUEST 2048U

static const char *const STATES[] = { "RCPT", "DATA", "END-OF-MESSAGE" };
static const char *const CONTEXTS[] = { "rcpt", "data", "eom" };

enum { N_STATES = 3 };

/* One smtpd process. */
struct smtpd {
	int fd;
	unsigned int pid, state;
	uint64_t mail; /* its number, of all */
	double begin;
	char said[64]; /* of the answer, until it is whole */
	size_t n_said;
};

struct run {
	int epoll;
	bool asked[N_STATES];
	bool by_address;
	const char *domain;
	uint32_t accounts, n_smtpds;
	struct smtpd smtpds[MOST];
	uint64_t mails, answers;
	float *samples; /* microseconds */
	size_t n_samples;
};

static int dial(const char *place)
{
	struct sockaddr_un path = { .sun_family = AF_UNIX };
	struct sockaddr_in address = { .sin_family = AF_INET };
	const char *colon = strrchr(place, ':');
	const int yes = 1;
	int fd, r;

	if (*place == '/') {
		snprintf(path.sun_path, sizeof(path.sun_path), "%s", place);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		r = connect(fd, (struct sockaddr *)&path, sizeof(path));
	} else {
		address.sin_port = htons((uint16_t)(colon ? strtoul(colon + 1, NULL, 10) : 0));
		address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		r = connect(fd, (struct sockaddr *)&address, sizeof(address));
		setsockopt(fd, SOL_TCP, TCP_NODELAY, &yes, sizeof(yes));
	}
	if (fd < 0 || r < 0)
		bench_die(place, errno);
	return fd;
}

/* The attributes that Postfix 3.7 sends, in its order. */
static int request_write(const struct run *run, const struct smtpd *one, char text[REQUEST])
{
	const unsigned long long account = one->mail % run->accounts;
	const bool rcpt = one->state == 0;
	char name[128], queue_id[32] = "";

	snprintf(name, sizeof(name), "u%llu%s%s", account, run->by_address ? "@" : "",
		 run->by_address ? run->domain : "");
	if (!rcpt)
		snprintf(queue_id, sizeof(queue_id), "4bench%09llxz",
			 (unsigned long long)one->mail);
	return snprintf(
		text, REQUEST,
		"request=smtpd_access_policy\nprotocol_state=%s\nprotocol_name=ESMTP\n"
		"client_address=198.51.100.%llu\nclient_name=unknown\nclient_port=%u\n"
		"reverse_client_name=unknown\nserver_address=192.0.2.25\nserver_port=587\n"
		"helo_name=laptop.example\nsender=u%llu@%s\nrecipient=pal%llu@elsewhere.example\n"
		"recipient_count=%d\nqueue_id=%s\ninstance=%x.%llx.%x.0\nsize=%d\netrn_domain=\n"
		"stress=\nsasl_method=PLAIN\nsasl_username=%s\nsasl_sender=\nccert_subject=\n"
		"ccert_issuer=\nccert_fingerprint=\nccert_pubkey_fingerprint=\n"
		"encryption_protocol=TLSv1.3\nencryption_cipher=TLS_AES_256_GCM_SHA384\n"
		"encryption_keysize=256\npolicy_context=submission/%s\n\n",
		STATES[one->state], account % 250 + 1, 20000 + one->pid, account, run->domain,
		(unsigned long long)one->mail, rcpt ? 0 : 1, queue_id, one->pid,
		(unsigned long long)one->mail, one->pid, one->state == 2 ? 1024 : 0, name,
		CONTEXTS[one->state]);
}

static void ask(struct smtpd *one, const struct run *run)
{
	char text[REQUEST];
	const int n = request_write(run, one, text);

	one->n_said = 0;
	one->begin = bench_seconds();
	if (send(one->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		bench_die("a request", errno ? errno : EIO);
}

/* On to what is asked next; of a mail that was asked about wholly, to the next mail. */
static void go_on(struct smtpd *one, struct run *run, bool first)
{
	do {
		if (first || ++one->state == N_STATES) {
			one->state = 0;
			one->mail = run->mails++;
		}
		first = false;
	} while (!run->asked[one->state]);
}

/* Whether the answer is whole. */
static bool answer_take(struct smtpd *one)
{
	const ssize_t n =
		recv(one->fd, one->said + one->n_said, sizeof(one->said) - 1 - one->n_said, 0);

	if (n <= 0) {
		fprintf(stderr, "bench-policy: %s was not answered\n", STATES[one->state]);
		bench_die("an answer", n ? errno : ECONNRESET);
	}
	one->n_said += (size_t)n;
	one->said[one->n_said] = '\0';
	if (!strcasecmp(one->said, "action=DUNNO\n\n"))
		return true;
	if (strncasecmp(one->said, "action=DUNNO\n\n", one->n_said) != 0) {
		fprintf(stderr, "bench-policy: %s of mail %llu: %s\n", STATES[one->state],
			(unsigned long long)one->mail, one->said);
		bench_die("another answer", EPROTO);
	}
	return false;
}

static void sample(struct run *run, double seconds)
{
	run->answers++;
	if (run->n_samples < SAMPLES)
		run->samples[run->n_samples++] = (float)(seconds * 1e6);
}

/* Returns how many seconds it took. */
static double drive(struct run *run, double seconds)
{
	struct epoll_event events[MOST];
	const double begin = bench_seconds();
	uint32_t under_way = run->n_smtpds;

	for (uint32_t i = 0; i < run->n_smtpds; i++)
		ask(&run->smtpds[i], run);
	while (under_way) {
		const int n = epoll_wait(run->epoll, events, (int)MOST, 10000);

		if (n <= 0)
			bench_die("no answer in 10 seconds", n ? errno : ETIMEDOUT);
		for (int i = 0; i < n; i++) {
			struct smtpd *one = events[i].data.ptr;
			double now;

			if (!answer_take(one))
				continue;
			now = bench_seconds();
			sample(run, now - one->begin);
			if (now - begin >= seconds) {
				under_way--;
				continue;
			}
			go_on(one, run, false);
			ask(one, run);
		}
	}
	return bench_seconds() - begin;
}

static int order(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double percentile(const struct run *run, double part)
{
	return (double)run->samples[(size_t)(part * (double)(run->n_samples - 1))];
}

int main(int argc, char **argv)
{
	static struct run run;
	const char *states;
	double seconds;

	if (argc < 2) {
		fprintf(stderr, "usage: bench-policy PLACE [NAME=VALUE...]\n");
		return 2;
	}
	states = bench_option(argv, "states", "RCPT,DATA,END-OF-MESSAGE");
	for (int i = 0; i < N_STATES; i++)
		run.asked[i] = strstr(states, STATES[i]) != NULL;
	run.domain = bench_option(argv, "domain", "bench.example");
	run.by_address = !strcmp(bench_option(argv, "account", "user"), "address");
	run.accounts = (uint32_t)bench_number(argv, "accounts", "1000");
	run.n_smtpds = (uint32_t)bench_number(argv, "connections", "10");
	run.samples = calloc(SAMPLES, sizeof(*run.samples));
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!run.samples || run.epoll < 0 || !run.accounts || !run.n_smtpds ||
	    run.n_smtpds > MOST || (!run.asked[0] && !run.asked[1] && !run.asked[2]))
		bench_die("its arguments", EINVAL);
	/* In instance and queue id: others than those that the server was asked about before. */
	run.mails = (uint64_t)time(NULL) << 24;
	for (uint32_t i = 0; i < run.n_smtpds; i++) {
		struct smtpd *one = &run.smtpds[i];
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = one };

		*one = (struct smtpd){ .fd = dial(argv[1]), .pid = 0x5000 + i };
		go_on(one, &run, true);
		if (epoll_ctl(run.epoll, EPOLL_CTL_ADD, one->fd, &event))
			bench_die("epoll", errno);
	}
	seconds = drive(&run, bench_number(argv, "seconds", "1"));
	qsort(run.samples, run.n_samples, sizeof(*run.samples), order);
	printf("{\"answers\":%llu,\"a_second\":%.0f,\"p50_us\":%.0f,\"p99_us\":%.0f,"
	       "\"p999_us\":%.0f,\"longest_us\":%.0f}\n",
	       (unsigned long long)run.answers, (double)run.answers / seconds,
	       percentile(&run, 0.5), percentile(&run, 0.99), percentile(&run, 0.999),
	       (double)run.samples[run.n_samples - 1]);
	return 0;
}
