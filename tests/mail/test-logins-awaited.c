/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dovecot waits for the answer to its second question before the client is told that it logged in:
 * when it has that answer, the window of POP before SMTP is kept, killed or not.
 */
#include "tests/mail/brain-lab.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "mail/window.h"
#include "maild/auth-ask.h"
#include "maild/maild.h"
#include "serve/clock.h"

#define KEY      "open sesame"
#define PATIENCE 20 /* seconds */

static const char second[] = "{\"login\":\"carol@example.net\",\"protocol\":\"pop3\","
			     "\"remote\":\"203.0.113.9\",\"stage\":\"1\"}";

/* A request, and the status of its answer; 0: there is none yet. */
struct client {
	struct evhttp_connection *connection;
	int status;
};

static struct op25b_maild maild;
static uint16_t port;

static void on_answer(struct evhttp_request *request, void *context)
{
	((struct client *)context)->status = request ? evhttp_request_get_response_code(request) :
						       -1;
}

static void post(struct client *client, const char *path, const char *body)
{
	struct evhttp_request *request = evhttp_request_new(on_answer, client);

	client->connection = evhttp_connection_base_new(maild.base, NULL, "127.0.0.1", port);
	assert_non_null(client->connection);
	assert_non_null(request);
	evhttp_add_header(evhttp_request_get_output_headers(request), "X-API-Key", KEY);
	evbuffer_add(evhttp_request_get_output_buffer(request), body, strlen(body));
	assert_int_equal(evhttp_make_request(client->connection, request, EVHTTP_REQ_POST, path),
			 0);
}

static void on_patience(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
	fail_msg("nothing came for %d s", PATIENCE);
}

static void listen_somewhere(struct evhttp *http)
{
	struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
	struct sockaddr_in address = { 0 };
	socklen_t size = sizeof(address);

	assert_non_null(bound);
	assert_int_equal(
		getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &size),
		0);
	port = ntohs(address.sin_port);
	evhttp_set_allowed_methods(http, EVHTTP_REQ_POST);
	evhttp_set_gencb(http, op25b_auth_on_request, &maild.auth);
}

static int is_carol_s(void *arg, const struct op25b_window *window)
{
	(void)arg;
	return !strcmp(window->account, "carol@example.net");
}

static int has_window(struct brain_lab *lab)
{
	const struct op25b_prefix at = brain_lab_prefix("203.0.113.9");

	return op25b_window_find(lab->brain.state, op25b_clock_wall(), &at, is_carol_s, NULL);
}

static void begin(struct brain_lab *lab, const struct op25b_maild_file *file)
{
	maild = (struct op25b_maild){ .brain = lab->brain,
				      .state = lab->brain.state,
				      .accounts = lab->brain.accounts,
				      .file = file,
				      .base = event_base_new(),
				      .auth.maild = &maild };
	assert_non_null(maild.base);
}

static void who_is_told_has_a_window_that_is_kept(void **state)
{
	static const struct op25b_maild_file file = { .auth_key = KEY };
	const struct timeval patience = { .tv_sec = PATIENCE };
	struct client dovecot = { 0 }, other = { 0 };
	struct brain_lab *lab = *state;
	struct evhttp *http;
	struct event *alarm;

	begin(lab, &file);
	http = evhttp_new(maild.base);
	alarm = evtimer_new(maild.base, on_patience, NULL);
	assert_int_equal(evtimer_add(alarm, &patience), 0);
	listen_somewhere(http);

	post(&dovecot, "/?command=allow", second);
	while (!maild.turn.waiting)
		event_base_loop(maild.base, EVLOOP_ONCE);
	/* Somebody who came later has his answer: an early one would be here too. */
	post(&other, "/elsewhere", "");
	while (!other.status)
		event_base_loop(maild.base, EVLOOP_ONCE);
	event_base_loop(maild.base, EVLOOP_NONBLOCK);
	assert_int_equal(dovecot.status, 0);
	assert_int_equal(has_window(lab), 0);

	op25b_turn_run(&maild);
	while (!dovecot.status)
		event_base_loop(maild.base, EVLOOP_ONCE);
	assert_int_equal(dovecot.status, HTTP_OK);
	brain_lab_restart(lab);
	assert_int_equal(has_window(lab), 1);

	evhttp_connection_free(dovecot.connection);
	evhttp_connection_free(other.connection);
	evhttp_free(http);
	event_free(alarm);
	event_base_free(maild.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_is_told_has_a_window_that_is_kept,
						brain_lab_setup, brain_lab_teardown),
	};

	return cmocka_run_group_tests_name("logins-awaited", tests, brain_lab_group,
					   brain_lab_group_done);
}
