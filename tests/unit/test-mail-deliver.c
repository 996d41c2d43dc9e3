/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Letters on their way to a mail server that behaves in every way a real one would only by chance;
 * the real one takes them in e2e.mail-stolen.
 */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail/deliver.h"

#define NOW      INT64_C(1795705200)
#define DEADLINE 60000 /* ms until a test that hangs has failed */

enum manner { TAKE, REFUSE_RCPT, DEFER_TEXT, DROP_TEXT, HANG };

/* A mail server of one connection at a time. */
struct server {
	int fd;
	uint16_t port;
	enum manner manner;
	pthread_t thread;
	int connections;    /* of which a conversation was had */
	char log[4096];     /* commands of the last */
	char text[1 << 16]; /* the last message that came whole */
};

static void say(int fd, const char *line)
{
	assert_int_equal(send(fd, line, strlen(line), MSG_NOSIGNAL), strlen(line));
}

/* One conversation. */
static void converse(struct server *s, FILE *in, int fd)
{
	char line[1024];

	s->log[0] = '\0';
	say(fd, "220 mx.example.net ESMTP\r\n");
	while (fgets(line, sizeof(line), in)) {
		strncat(s->log, line, sizeof(s->log) - strlen(s->log) - 1);
		if (!strncmp(line, "RCPT", 4) && s->manner == REFUSE_RCPT) {
			say(fd, "550 5.1.1 <taro@example.net>: no such user\r\n");
		} else if (!strncmp(line, "DATA", 4)) {
			say(fd, "354 go on\r\n");
			s->text[0] = '\0';
			while (fgets(line, sizeof(line), in) && strcmp(line, ".\r\n") != 0)
				strncat(s->text, line, sizeof(s->text) - strlen(s->text) - 1);
			if (s->manner == DROP_TEXT)
				return;
			say(fd,
			    s->manner == DEFER_TEXT ? "451 4.3.0 later\r\n" : "250 2.0.0 ok\r\n");
		} else {
			say(fd, !strncmp(line, "QUIT", 4) ? "221 bye\r\n" : "250 ok\r\n");
		}
	}
}

static void *serve(void *context)
{
	struct server *s = context;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		FILE *in = fdopen(fd, "r");
		char byte;

		if (s->manner == HANG)
			(void)!read(fd, &byte, 1); /* until the client goes */
		else
			converse(s, in, fd);
		s->connections++;
		fclose(in);
	}
	return NULL;
}

static void start(struct server *s, enum manner manner)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	s->manner = manner;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(s->fd, 5), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&address, &size), 0);
	s->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->fd);
}

struct world {
	struct server server;
	struct op25b_state *state;
	struct op25b_deliver *deliver;
	struct op25b_deliver_tally tally;
	struct op25b_tenant tenant;
	struct op25b_policy policy;
	struct op25b_letter_facts facts;
	char folder[64], path[96];
};

static int open_world(void **data)
{
	struct world *w = calloc(1, sizeof(*w));
	struct op25b_error error = { .text = "" };

	assert_non_null(w);
	snprintf(w->folder, sizeof(w->folder), "/tmp/op25b-deliver-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/state", w->folder);
	assert_int_equal(op25b_state_open(w->path, &w->state, &error), 0);
	w->policy = (struct op25b_policy){ .tenants = &w->tenant, .n_tenants = 1 };
	w->facts = (struct op25b_letter_facts){ .policy = &w->policy, .from = "help@example.net" };
	*data = w;
	return 0;
}

static int close_world(void **data)
{
	struct world *w = *data;

	op25b_deliver_free(&w->deliver);
	op25b_state_close(&w->state);
	unlink(w->path);
	rmdir(w->folder);
	free(w);
	return 0;
}

static void deliver_to(struct world *w, uint16_t port)
{
	struct op25b_error error = { .text = "" };

	op25b_deliver_free(&w->deliver);
	assert_int_equal(op25b_deliver_new("127.0.0.1", port, w->facts.from, &w->deliver, &error),
			 0);
}

static void post(struct world *w)
{
	const struct op25b_letter letter = { .kind = OP25B_LETTER_HELD,
					     .account = "taro@example.net",
					     .address = "taro@example.net",
					     .why = "refused" };

	assert_int_equal(op25b_state_begin(w->state, NULL), 0);
	assert_int_equal(op25b_letter_post(w->state, NOW, &letter, 0), 1);
	assert_int_equal(op25b_state_commit(w->state, NULL), 0);
}

static void turn(struct world *w, int64_t now, bool keep)
{
	assert_int_equal(op25b_state_begin(w->state, NULL), 0);
	assert_int_equal(op25b_deliver_turn(w->deliver, w->state, now, &w->facts, &w->tally), 0);
	if (keep)
		assert_int_equal(op25b_state_commit(w->state, NULL), 0);
	else
		op25b_state_rollback(w->state);
}

/* Hand over what is due at @now, wait until it was tried, and take it back. */
static void attempt(struct world *w, int64_t now, bool keep)
{
	struct pollfd over = { .fd = op25b_deliver_fd(w->deliver), .events = POLLIN };

	turn(w, now, true);
	assert_int_equal(poll(&over, 1, DEADLINE), 1);
	turn(w, now, keep);
}

static int64_t waiting(struct world *w)
{
	int64_t n;

	assert_int_equal(op25b_state_begin(w->state, NULL), 0);
	assert_int_equal(op25b_letter_waiting(w->state, &n), 0);
	assert_int_equal(op25b_state_commit(w->state, NULL), 0);
	return n;
}

static void id_of(const struct server *s, char ret[static 64])
{
	const char *at = strstr(s->text, "Message-ID: <");

	assert_non_null(at);
	snprintf(ret, 64, "%.45s", at + 13);
}

static void a_letter_is_taken_word_for_word(void **data)
{
	struct world *w = *data;
	struct op25b_letter_due due;
	char *message = NULL;

	start(&w->server, TAKE);
	deliver_to(w, w->server.port);
	post(w);
	assert_int_equal(op25b_state_begin(w->state, NULL), 0);
	assert_int_equal(op25b_letter_due(w->state, NOW, &due), 1);
	assert_int_equal(op25b_letter_write(&due, &w->facts, &message), 0);
	op25b_state_rollback(w->state);
	attempt(w, NOW, true);
	assert_int_equal(waiting(w), 0);
	assert_int_equal(w->tally.taken, 1);
	assert_string_equal(w->tally.last_failure, "");
	stop(&w->server);
	assert_string_equal(w->server.text, message);
	assert_non_null(strstr(w->server.log, "EHLO example.net\r\n"));
	assert_non_null(strstr(w->server.log, "MAIL FROM:<>"));
	assert_non_null(strstr(w->server.log, "RCPT TO:<taro@example.net>\r\n"));
	free(message);
}

static void several_follow_one_another(void **data)
{
	struct world *w = *data;

	start(&w->server, TAKE);
	deliver_to(w, w->server.port);
	for (int i = 0; i < 5; i++)
		post(w);
	/* A turn may find one taken, and the next already too: how many turns is not said. */
	for (turn(w, NOW, true); waiting(w); turn(w, NOW, true)) {
		struct pollfd over = { .fd = op25b_deliver_fd(w->deliver), .events = POLLIN };

		assert_int_equal(poll(&over, 1, DEADLINE), 1);
	}
	assert_int_equal(w->tally.taken, 5);
	stop(&w->server);
}

static void what_is_refused_stays_and_no_address_is_told(void **data)
{
	static const struct {
		enum manner manner;
		const char *failure;
	} cases[] = { { REFUSE_RCPT, "550" }, { DEFER_TEXT, "451" } };
	struct world *w = *data;

	post(w);
	for (size_t i = 0; i < 2; i++) {
		start(&w->server, cases[i].manner);
		deliver_to(w, w->server.port);
		attempt(w, NOW + 3600 * (int64_t)i, true);
		assert_int_equal(waiting(w), 1);
		assert_int_equal(w->tally.failed, 1);
		assert_non_null(strstr(w->tally.last_failure, cases[i].failure));
		assert_null(strstr(w->tally.last_failure, "taro"));
		/* not at once again */
		turn(w, NOW + 3600 * (int64_t)i + 14, true);
		stop(&w->server);
		assert_int_equal(w->server.connections, (int)i + 1);
	}
}

static void a_server_that_is_away_gets_it_when_it_is_back(void **data)
{
	struct world *w = *data;

	start(&w->server, TAKE);
	stop(&w->server);
	deliver_to(w, w->server.port);
	post(w);
	attempt(w, NOW, true);
	assert_int_equal(waiting(w), 1);
	assert_string_not_equal(w->tally.last_failure, "");
	start(&w->server, TAKE);
	deliver_to(w, w->server.port);
	attempt(w, NOW + 15, true);
	assert_int_equal(waiting(w), 0);
	stop(&w->server);
}

static void what_is_sent_again_has_the_same_message_id(void **data)
{
	struct world *w = *data;
	char first[64], second[64];

	start(&w->server, DROP_TEXT);
	deliver_to(w, w->server.port);
	post(w);
	attempt(w, NOW, true);
	assert_int_equal(waiting(w), 1);
	stop(&w->server);
	id_of(&w->server, first);
	start(&w->server, TAKE);
	deliver_to(w, w->server.port); /* another process, as far as the state can tell */
	attempt(w, NOW + 15, true);
	stop(&w->server);
	id_of(&w->server, second);
	assert_string_equal(first, second);
	assert_int_equal(waiting(w), 0);
}

static void one_that_was_taken_is_not_sent_again_for_a_lost_turn(void **data)
{
	struct world *w = *data;

	start(&w->server, TAKE);
	deliver_to(w, w->server.port);
	post(w);
	attempt(w, NOW, false);
	assert_int_equal(waiting(w), 1);
	turn(w, NOW, true);
	assert_int_equal(waiting(w), 0);
	/* one that got its row is another letter */
	post(w);
	attempt(w, NOW, true);
	assert_int_equal(waiting(w), 0);
	assert_int_equal(w->tally.taken, 2);
	stop(&w->server);
	assert_int_equal(w->server.connections, 2);
}

static void a_server_that_hangs_keeps_nobody_waiting(void **data)
{
	struct world *w = *data;

	start(&w->server, HANG);
	deliver_to(w, w->server.port);
	post(w);
	for (int i = 0; i < 1000; i++)
		turn(w, NOW + i, true);
	assert_int_equal(w->tally.failed, 0);
	op25b_deliver_free(&w->deliver); /* returns, and ends the connection */
	stop(&w->server);
	assert_int_equal(waiting(w), 1);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_letter_is_taken_word_for_word),
		STORY(several_follow_one_another),
		STORY(what_is_refused_stays_and_no_address_is_told),
		STORY(a_server_that_is_away_gets_it_when_it_is_back),
		STORY(what_is_sent_again_has_the_same_message_id),
		STORY(one_that_was_taken_is_not_sent_again_for_a_lost_turn),
		STORY(a_server_that_hangs_keeps_nobody_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
