/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See auth-ask.h. The request is libevent's: it lives until it is answered, or its connection ends,
 * which may be while it waits for its turn.
 */
#include "maild/auth-ask.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdlib.h>
#include <string.h>

#include "maild/maild.h"
#include "maild/tcp.h"

struct ask {
	struct op25b_item item;
	struct op25b_auth_door *door;
	struct evhttp_request *http; /* NULL: its connection has ended */
	struct op25b_auth_request request;
	int status;
	char text[OP25B_AUTH_TEXT];
};

static bool has_key(const struct op25b_maild_file *file, struct evhttp_request *http)
{
	const char *said = evhttp_find_header(evhttp_request_get_input_headers(http), "X-API-Key");

	return op25b_tcp_has_key(file, said, said ? strlen(said) : 0);
}

static bool read_command(const struct evhttp_request *http, enum op25b_auth_command *ret)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(http);
	const char *query = evhttp_uri_get_query(uri), *path = evhttp_uri_get_path(uri);

	if (!query || !path || strcmp(path, "/") != 0)
		return false;
	*ret = !strcmp(query, "command=report") ? OP25B_AUTH_REPORT : OP25B_AUTH_ALLOW;
	return *ret == OP25B_AUTH_REPORT || !strcmp(query, "command=allow");
}

static int read_body(struct evhttp_request *http, enum op25b_auth_command command,
		     struct op25b_auth_request *ret)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(http);
	size_t size = evbuffer_get_length(body);
	const char *bytes = size ? (const char *)evbuffer_pullup(body, -1) : "";

	return bytes ? op25b_auth_read(command, bytes, size, ret, NULL) : -ENOMEM;
}

static int on_ask(struct op25b_maild *d, struct op25b_item *item, int64_t now,
		  struct op25b_error *error)
{
	struct ask *ask = (struct ask *)item;

	ask->status = 0;
	ask->text[0] = '\0';
	return op25b_brain_auth(&d->brain, &ask->request, now, &ask->status, ask->text, error);
}

static void answer(struct ask *ask)
{
	struct evbuffer *output = evhttp_request_get_output_buffer(ask->http);
	char body[2 * OP25B_AUTH_TEXT];
	size_t size = op25b_auth_write(ask->status, ask->text, body, sizeof(body));

	if (!size || evbuffer_add(output, body, size)) {
		evhttp_send_error(ask->http, HTTP_INTERNAL, NULL);
		return;
	}
	evhttp_add_header(evhttp_request_get_output_headers(ask->http), "Content-Type",
			  "application/json");
	evhttp_send_reply(ask->http, HTTP_OK, NULL, NULL);
}

/* No answer is the end of the connection: Dovecot then does what its settings say. */
static void on_done(struct op25b_maild *d, struct op25b_item *item, int r)
{
	struct ask *ask = (struct ask *)item;

	(void)d;
	if (ask->http) {
		struct evhttp_connection *connection = evhttp_request_get_connection(ask->http);

		evhttp_connection_set_closecb(connection, NULL, NULL);
		if (r) {
			ask->door->failed++;
			evhttp_connection_free(connection);
		} else {
			ask->door->answered++;
			answer(ask);
		}
	}
	free(ask);
}

static void on_end(struct evhttp_connection *connection, void *context)
{
	(void)connection;
	((struct ask *)context)->http = NULL;
}

/* What came before its connection was shut down is read all the same. */
static bool may_ask(const struct op25b_maild_file *file, struct evhttp_request *http)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(http);
	const struct sockaddr *from = evhttp_connection_get_addr(connection);

	return from && op25b_tcp_may(file, from);
}

static void refuse(struct evhttp_request *http, uint64_t *count, int status, const char *reason)
{
	(*count)++;
	evhttp_send_error(http, status, reason);
}

void op25b_auth_on_request(struct evhttp_request *http, void *context)
{
	struct op25b_auth_door *door = context;
	enum op25b_auth_command command;
	struct ask *ask;

	if (!may_ask(door->maild->file, http)) {
		evhttp_send_error(http, 403, "Forbidden"); /* counted when it was turned away */
		return;
	}
	if (!has_key(door->maild->file, http)) {
		refuse(http, &door->wrong_key, 403, "Forbidden");
		return;
	}
	if (!read_command(http, &command)) {
		refuse(http, &door->bad, HTTP_NOTFOUND, NULL);
		return;
	}
	ask = calloc(1, sizeof(*ask));
	if (!ask || read_body(http, command, &ask->request)) {
		free(ask);
		refuse(http, &door->bad, HTTP_BADREQUEST, NULL);
		return;
	}
	ask->item.ask = on_ask;
	ask->item.done = on_done;
	ask->door = door;
	ask->http = http;
	evhttp_connection_set_closecb(evhttp_request_get_connection(http), on_end, ask);
	op25b_turn_add(&door->maild->turn, &ask->item);
}
