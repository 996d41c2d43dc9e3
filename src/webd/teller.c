/* SPDX-License-Identifier: BSD-2-Clause */
/* See teller.h. */
#include "webd/teller.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "serve/clock.h"

#define LINE_MOST (1U << 20) /* bytes of the longest answer */

struct op25b_ask {
	op25b_ask_fn fn; /* NULL: forgotten */
	void *arg;
	int64_t at; /* boot clock */
	TAILQ_ENTRY(op25b_ask) next;
};

void op25b_teller_open(struct op25b_teller *teller, struct event_base *base, const char *path)
{
	*teller = (struct op25b_teller){ .base = base, .path = path };
	TAILQ_INIT(&teller->asks);
	op25b_teller_look(teller);
}

void op25b_teller_open_forms(struct op25b_teller *teller, struct event_base *base, const char *path)
{
	op25b_teller_open(teller, base, path);
	teller->forms = true;
}

/* Take the first question out, and tell who asked. */
static void settle(struct op25b_teller *teller, const json_t *answer)
{
	struct op25b_ask *ask = TAILQ_FIRST(&teller->asks);
	const struct op25b_ask said = *ask;

	TAILQ_REMOVE(&teller->asks, ask, next);
	teller->n--;
	free(ask);
	if (said.fn)
		said.fn(said.arg, answer);
}

static void hang_up(struct op25b_teller *teller)
{
	if (teller->link)
		bufferevent_free(teller->link);
	teller->link = NULL;
	teller->connected = false;
	/* Who is told may ask again, which is refused now. */
	while (!TAILQ_EMPTY(&teller->asks))
		settle(teller, NULL);
}

void op25b_teller_close(struct op25b_teller *teller)
{
	hang_up(teller);
}

static void on_line(struct op25b_teller *teller, const char *line, size_t size)
{
	json_t *answer = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);

	teller->answered++;
	settle(teller, json_is_object(answer) && !json_object_get(answer, "error") ? answer : NULL);
	json_decref(answer);
}

static void on_read(struct bufferevent *link, void *context)
{
	struct op25b_teller *teller = context;
	struct evbuffer *input = bufferevent_get_input(link);
	size_t size;
	char *line;

	while ((line = evbuffer_readln(input, &size, EVBUFFER_EOL_LF))) {
		const bool asked = !TAILQ_EMPTY(&teller->asks);

		if (asked)
			on_line(teller, line, size);
		free(line);
		/* What nobody asked for is no answer to anything. */
		if (!asked) {
			hang_up(teller);
			return;
		}
		/* Who was told may have given the connection up. */
		if (teller->link != link)
			return;
	}
	if (evbuffer_get_length(input) > LINE_MOST)
		hang_up(teller);
}

static void on_event(struct bufferevent *link, short what, void *context)
{
	struct op25b_teller *teller = context;

	(void)link;
	if (what & BEV_EVENT_CONNECTED)
		teller->connected = true;
	else
		hang_up(teller);
}

static void connect_link(struct op25b_teller *teller)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strncpy(address.sun_path, teller->path, sizeof(address.sun_path) - 1);
	teller->link = bufferevent_socket_new(teller->base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (!teller->link)
		return;
	bufferevent_setcb(teller->link, on_read, NULL, on_event, teller);
	bufferevent_enable(teller->link, EV_READ | EV_WRITE);
	/* May call on_event(), which hangs up. */
	(void)bufferevent_socket_connect(teller->link, (struct sockaddr *)&address,
					 sizeof(address));
}

static int64_t age_ms(const struct op25b_teller *teller)
{
	const struct op25b_ask *first = TAILQ_FIRST(&teller->asks);

	return first ? (op25b_clock_boot_ns() - first->at) / 1000000 : 0;
}

void op25b_teller_look(struct op25b_teller *teller)
{
	if (!teller->path)
		return;
	if (age_ms(teller) > (teller->forms ? OP25B_TELLER_FORMS : OP25B_TELLER_PATIENCE) * 1000)
		hang_up(teller);
	if (!teller->link)
		connect_link(teller);
}

static bool send_line(struct op25b_teller *teller, json_t *question)
{
	char *text = question ? json_dumps(question, JSON_COMPACT) : NULL;
	bool sent = text &&
		    evbuffer_add_printf(bufferevent_get_output(teller->link), "%s\n", text) > 0;

	json_decref(question);
	/* It may hold a password. */
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	return sent;
}

static bool may_ask(struct op25b_teller *teller)
{
	if (!teller->path || teller->n >= OP25B_TELLER_ASKS)
		return false;
	if (!teller->forms)
		return teller->connected && age_ms(teller) <= OP25B_TELLER_SLOW;
	if (!teller->link)
		connect_link(teller);
	return teller->link;
}

struct op25b_ask *op25b_teller_ask(struct op25b_teller *teller, json_t *question, op25b_ask_fn fn,
				   void *arg)
{
	struct op25b_ask *ask = NULL;

	if (may_ask(teller))
		ask = malloc(sizeof(*ask));
	if (!ask) {
		teller->unasked++;
		json_decref(question);
		return NULL;
	}
	if (!send_line(teller, question)) {
		free(ask);
		return NULL;
	}
	*ask = (struct op25b_ask){ .fn = fn, .arg = arg, .at = op25b_clock_boot_ns() };
	TAILQ_INSERT_TAIL(&teller->asks, ask, next);
	teller->n++;
	teller->asked++;
	return ask;
}

void op25b_ask_forget(struct op25b_ask *ask)
{
	if (ask)
		ask->fn = NULL;
}
