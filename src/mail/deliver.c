/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See deliver.h. `task` belongs to the thread from begin_fd's word until end_fd's, else to the
 * caller; libcurl's handle is the thread's alone.
 */
#include "mail/deliver.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"

#define CONNECT_PATIENCE 20

enum { WORD_TRY = 1, WORD_END = 2 };

struct task {
	int64_t row;
	char id[OP25B_LETTER_ID];
	char address[OP25B_LETTER_ADDRESS];
	char *message;
	size_t size, at;
	bool taken;
	char failure[128];
};

struct op25b_deliver {
	struct task task;
	struct op25b_deliver_tally tally;
	/* Of the last that was taken: a commit that failed brings it back, and it goes out once. */
	char last_taken[OP25B_LETTER_ID];
	bool running; /* looked at by the caller's side only */
	bool started;
	atomic_bool ending;
	int begin_fd, end_fd;
	pthread_t thread;
	char url[600];
};

static size_t give(char *buffer, size_t size, size_t n, void *arg)
{
	struct task *task = arg;
	size_t left = task->size - task->at;

	if (left > size * n)
		left = size * n;
	memcpy(buffer, task->message + task->at, left);
	task->at += left;
	return left;
}

/* libcurl asks about once a second whether to go on. */
static int is_over(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct op25b_deliver *deliver = arg;

	(void)a, (void)b, (void)c, (void)d;
	return atomic_load(&deliver->ending);
}

static CURLcode set_up(CURL *curl, struct op25b_deliver *deliver, struct curl_slist *to)
{
	CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, deliver->url);

	/* What the environment or a file of the user says is not for us. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)OP25B_DELIVER_PATIENCE);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_PATIENCE);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_over);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, deliver);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, &deliver->task);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
					(curl_off_t)deliver->task.size);
	return code == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to) : code;
}

/* Not what the server said: that may name the address. */
static void tell_failure(struct task *task, CURL *curl, CURLcode code)
{
	long reply = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	if (reply >= 400)
		snprintf(task->failure, sizeof(task->failure), "the mail server answered %ld",
			 reply);
	else
		snprintf(task->failure, sizeof(task->failure), "%s", curl_easy_strerror(code));
}

/* A connection of its own: letters are rare, and a server's smtpd need not wait for them. */
static void attempt(struct op25b_deliver *deliver)
{
	struct task *task = &deliver->task;
	struct curl_slist *to = curl_slist_append(NULL, task->address);
	CURL *curl = curl_easy_init();
	CURLcode code;

	task->taken = false;
	snprintf(task->failure, sizeof(task->failure), "out of memory");
	if (to && curl) {
		code = set_up(curl, deliver, to);
		if (code == CURLE_OK)
			code = curl_easy_perform(curl);
		task->taken = code == CURLE_OK;
		if (!task->taken)
			tell_failure(task, curl, code);
	}
	curl_slist_free_all(to);
	curl_easy_cleanup(curl);
}

static void write_word(int fd, uint64_t word)
{
	if (write(fd, &word, sizeof(word)) != sizeof(word))
		abort(); /* it can't: an eventfd takes far more than two */
}

static void *run(void *context)
{
	struct op25b_deliver *deliver = context;
	uint64_t word;

	while (read(deliver->begin_fd, &word, sizeof(word)) == sizeof(word) && word == WORD_TRY) {
		attempt(deliver);
		write_word(deliver->end_fd, 1);
	}
	return NULL;
}

static int start_thread(struct op25b_deliver *deliver)
{
	sigset_t all, before;
	int r;

	/* Signals are the loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&deliver->thread, NULL, run, deliver);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	deliver->started = !r;
	return -r;
}

static int make_url(struct op25b_deliver *deliver, const char *host, uint16_t port,
		    const char *from)
{
	const bool v6 = strchr(host, ':') != NULL;
	const char *domain = strrchr(from, '@');
	const int n = snprintf(deliver->url, sizeof(deliver->url), "smtp://%s%s%s:%u/%s",
			       v6 ? "[" : "", host, v6 ? "]" : "", port,
			       domain ? domain + 1 : from);

	return n > 0 && (size_t)n < sizeof(deliver->url) ? 0 : -ENAMETOOLONG;
}

int op25b_deliver_new(const char *host, uint16_t port, const char *from, struct op25b_deliver **ret,
		      struct op25b_error *error)
{
	struct op25b_deliver *deliver = calloc(1, sizeof(*deliver));
	int r;

	if (!deliver || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(deliver);
		return op25b_error_set(error, -ENOMEM, "out of memory");
	}
	deliver->begin_fd = eventfd(0, EFD_CLOEXEC);
	deliver->end_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = deliver->begin_fd < 0 || deliver->end_fd < 0 ? -errno : 0;
	if (r == 0)
		r = make_url(deliver, host, port, from);
	if (r == 0)
		r = start_thread(deliver);
	if (r < 0) {
		op25b_deliver_free(&deliver);
		return op25b_error_set(error, r, "starting the thread of letters: %s",
				       strerror(-r));
	}
	*ret = deliver;
	return 0;
}

void op25b_deliver_free(struct op25b_deliver **deliver)
{
	struct op25b_deliver *d = *deliver;

	if (!d)
		return;
	*deliver = NULL;
	if (d->started) {
		atomic_store(&d->ending, true);
		/* Read after a try that runs; two words may be read as one, which ends it too. */
		write_word(d->begin_fd, WORD_END);
		pthread_join(d->thread, NULL);
	}
	op25b_cleanup_close(&d->begin_fd);
	op25b_cleanup_close(&d->end_fd);
	free(d->task.message);
	free(d);
	curl_global_cleanup();
}

int op25b_deliver_fd(const struct op25b_deliver *deliver)
{
	return deliver->end_fd;
}

/* What was tried, if it is over. */
static int take_back(struct op25b_deliver *deliver, struct op25b_state *state, int64_t now)
{
	struct task *task = &deliver->task;
	uint64_t word;
	int r;

	if (!deliver->running || read(deliver->end_fd, &word, sizeof(word)) != sizeof(word))
		return 0;
	deliver->running = false;
	op25b_cleanup_free(&task->message);
	if (task->taken) {
		memcpy(deliver->last_taken, task->id, sizeof(task->id));
		deliver->tally.taken++;
		deliver->tally.last_failure[0] = '\0';
		return op25b_letter_taken(state, task->row);
	}
	deliver->tally.failed++;
	memcpy(deliver->tally.last_failure, task->failure, sizeof(task->failure));
	r = op25b_letter_failed(state, now, task->row);
	deliver->tally.given_up += r == 1;
	return r < 0 ? r : 0;
}

static int hand_over(struct op25b_deliver *deliver, const struct op25b_letter_due *due,
		     const struct op25b_letter_facts *facts)
{
	struct task *task = &deliver->task;
	int r = op25b_letter_write(due, facts, &task->message);

	if (r < 0)
		return r;
	task->row = due->row;
	memcpy(task->id, due->id, sizeof(task->id));
	task->size = strlen(task->message);
	task->at = 0;
	memcpy(task->address, due->address, sizeof(task->address));
	deliver->running = true;
	write_word(deliver->begin_fd, WORD_TRY);
	return 0;
}

int op25b_deliver_turn(struct op25b_deliver *deliver, struct op25b_state *state, int64_t now,
		       const struct op25b_letter_facts *facts,
		       struct op25b_deliver_tally *ret_tally)
{
	struct op25b_letter_due due;
	int r = take_back(deliver, state, now);

	while (r == 0 && !deliver->running) {
		r = op25b_letter_due(state, now, &due);
		if (r != 1)
			break;
		r = strcmp(due.id, deliver->last_taken) == 0 ? op25b_letter_taken(state, due.row) :
							       hand_over(deliver, &due, facts);
	}
	*ret_tally = deliver->tally;
	return r;
}
