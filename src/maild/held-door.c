/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See held-door.h. Who may connect is asked of the file when it does, the key of the file as it is
 * at each request.
 */
#include "maild/held-door.h"

#include "maild/maild.h"
#include "maild/requests.h"
#include "maild/tcp.h"

#define HELD_LINE (64U << 10) /* bytes: op25b asks of some hundreds of mails at a time */

static bool may(const struct sockaddr *peer, void *context)
{
	struct op25b_maild *d = context;

	if (op25b_tcp_may(d->file, peer))
		return true;
	d->held.turned_away++;
	return false;
}

static bool has_key(const struct op25b_maild_file *file, const json_t *asked)
{
	const json_t *said = json_object_get(asked, "key");

	return op25b_tcp_has_key(file, json_string_value(said), json_string_length(said));
}

/* What is passed on of a request: "account" would tell of mail that is held elsewhere. */
static json_t *narrow(const json_t *asked)
{
	return json_pack("{s:O?, s:O?}", "op", json_object_get(asked, "op"), "ids",
			 json_object_get(asked, "ids"));
}

static void on_line(struct op25b_client *client, const char *line, size_t size, void *context)
{
	json_t *asked = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	struct op25b_maild *d = context;
	json_t *request;

	if (has_key(d->file, asked)) {
		d->held.asked++;
		request = narrow(asked);
		op25b_maild_serve(d, client, OP25B_ASKED_BY_HOST, request);
		json_decref(request);
	} else {
		d->held.wrong_key++;
		op25b_client_fail(client, "not-permitted",
				  "the key is not that of op25b-maild's auth_key_file");
	}
	json_decref(asked);
}

static const struct op25b_control_calls calls = { .line = on_line,
						  .line_max = HELD_LINE,
						  .may = may };

int op25b_held_door_open(struct op25b_maild *d, struct op25b_error *error)
{
	const struct op25b_maild_listen *listen = &d->file->listen[OP25B_MAILD_HELD];
	struct op25b_held_door *door = &d->held;
	int r = 0;

	for (size_t i = 0; !r && i < listen->n; i++) {
		int fd;

		r = op25b_tcp_listen(&listen->list[i], &fd, error);
		r = r ? r : op25b_control_listen(d->base, fd, &calls, d, &door->controls[i]);
		door->n += !r;
	}
	return r;
}

void op25b_held_door_close(struct op25b_held_door *door)
{
	for (size_t i = 0; i < door->n; i++)
		op25b_control_close(&door->controls[i]);
	door->n = 0;
}
