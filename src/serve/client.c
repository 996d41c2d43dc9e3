/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See control.h. One request at a time: while an answer waits to be taken, nothing more is read, so
 * a client's cost is one line and one answer. libevent calls back from its loop only, never from
 * within the functions used here (no deferred or threaded callbacks).
 */
#include "serve/client.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/log.h"
#include "op25b/control.h"

#define READ_AT_ONCE (1U << 20)
#define BEHIND       (1U << 20)

struct op25b_client {
	struct op25b_control *control;
	struct bufferevent *stream;
	struct ucred who;
	size_t searched; /* bytes of the input known to hold no newline */
	bool streaming;  /* only listens */
	bool closing;    /* once all is sent */
	void *word;
	struct op25b_client *next;
};

static struct evbuffer *output_of(const struct op25b_client *client)
{
	return bufferevent_get_output(client->stream);
}

void op25b_client_free(struct op25b_client *client)
{
	struct op25b_control *control = client->control;
	struct op25b_client **slot = &control->clients;

	if (client->streaming)
		control->calls->gone(client, control->context);
	while (*slot != client)
		slot = &(*slot)->next;
	*slot = client->next;
	control->n_clients--;
	bufferevent_free(client->stream);
	free(client);
}

static size_t line_max_of(const struct op25b_control *control)
{
	return control->calls->line_max ? control->calls->line_max : OP25B_CONTROL_LINE_MAX;
}

static void close_when_sent(struct op25b_client *client)
{
	client->closing = true;
	bufferevent_disable(client->stream, EV_READ);
}

void op25b_client_send(struct op25b_client *client, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	/* What was asked may have taken longer than patience lasts: it begins now, not before. */
	(void)event_base_update_cache_time(client->control->base);
	if (!text || evbuffer_add_printf(output_of(client), "%s\n", text) < 0)
		close_when_sent(client);
	free(text);
}

void op25b_client_fail(struct op25b_client *client, const char *code, const char *text)
{
	op25b_client_send(client, json_pack("{s:{s:s, s:s}}", "error", "code", code, "text", text));
}

/* Take one line out of the input, if a whole one is there. */
static char *take_line(struct op25b_client *client, size_t *ret_size)
{
	struct evbuffer *input = bufferevent_get_input(client->stream);
	struct evbuffer_ptr from, end;
	size_t length = evbuffer_get_length(input);
	char *line;

	if (!length || evbuffer_ptr_set(input, &from, client->searched, EVBUFFER_PTR_SET) < 0)
		return NULL;
	end = evbuffer_search(input, "\n", 1, &from);
	if (end.pos < 0) {
		client->searched = length;
		return NULL;
	}
	client->searched = 0;
	line = malloc((size_t)end.pos + 1);
	if (!line) {
		close_when_sent(client);
		return NULL;
	}
	evbuffer_remove(input, line, (size_t)end.pos + 1);
	line[end.pos] = '\0';
	*ret_size = (size_t)end.pos;
	return line;
}

static bool has_room(const struct op25b_client *client)
{
	return !client->closing && !client->streaming && !evbuffer_get_length(output_of(client));
}

static void serve(struct op25b_client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->stream);
	size_t size;
	char *line;

	while (has_room(client) && (line = take_line(client, &size))) {
		client->control->calls->line(client, line, size, client->control->context);
		/* It may hold a password. */
		explicit_bzero(line, size);
		free(line);
	}
	if (client->streaming) {
		evbuffer_drain(input, evbuffer_get_length(input));
	} else if (evbuffer_get_length(output_of(client))) {
		bufferevent_disable(client->stream, EV_READ);
	} else if (evbuffer_get_length(input) > line_max_of(client->control)) {
		op25b_client_fail(client, "too-large", "the request is too long");
		close_when_sent(client);
	}
}

static void on_read(struct bufferevent *stream, void *context)
{
	(void)stream;
	serve(context);
}

static void on_written(struct bufferevent *stream, void *context)
{
	struct op25b_client *client = context;

	if (client->closing) {
		op25b_client_free(client);
		return;
	}
	bufferevent_enable(stream, EV_READ);
	serve(client);
}

/* End of file, an error, or patience is over. What was asked is still answered if it can be. */
static void on_event(struct bufferevent *stream, short what, void *context)
{
	struct op25b_client *client = context;

	(void)stream;
	if ((what & BEV_EVENT_EOF) && !client->streaming &&
	    evbuffer_get_length(output_of(client))) {
		close_when_sent(client);
		return;
	}
	op25b_client_free(client);
}

static void start_client(struct op25b_client *client)
{
	const struct timeval patience = { .tv_sec = OP25B_CONTROL_PATIENCE };
	const size_t line_max = line_max_of(client->control);

	bufferevent_setcb(client->stream, on_read, on_written, on_event, client);
	bufferevent_set_max_single_read(client->stream,
					line_max < READ_AT_ONCE ? line_max : READ_AT_ONCE);
	bufferevent_set_timeouts(client->stream, &patience, &patience);
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
	if (client->control->n_clients <= OP25B_CONTROL_CLIENTS)
		return;
	op25b_client_fail(client, "busy", "too many clients; try again");
	close_when_sent(client);
}

void op25b_client_new(struct op25b_control *control, int fd)
{
	struct op25b_client *client = calloc(1, sizeof(*client));
	socklen_t size = sizeof(client->who);

	if (client)
		client->stream = bufferevent_socket_new(control->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!client || !client->stream ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &client->who, &size) < 0) {
		op25b_log(OP25B_LOG_ERROR, "can't serve a client: out of memory");
		if (client && client->stream)
			bufferevent_free(client->stream);
		else
			close(fd);
		free(client);
		return;
	}
	client->control = control;
	client->next = control->clients;
	control->clients = client;
	control->n_clients++;
	start_client(client);
}

void op25b_client_stream(struct op25b_client *client)
{
	const struct timeval patience = { .tv_sec = OP25B_CONTROL_PATIENCE };

	client->streaming = true;
	bufferevent_set_timeouts(client->stream, NULL, &patience);
}

bool op25b_client_behind(const struct op25b_client *client)
{
	return client->closing || evbuffer_get_length(output_of(client)) > BEHIND;
}

uid_t op25b_client_uid(const struct op25b_client *client)
{
	return client->who.uid;
}

pid_t op25b_client_pid(const struct op25b_client *client)
{
	return client->who.pid;
}

void **op25b_client_word(struct op25b_client *client)
{
	return &client->word;
}
