/* SPDX-License-Identifier: BSD-2-Clause */
/* See held-maild.h. Some hundreds at a time, so that a long queue keeps nobody's mail waiting. */
#include "cli/held-maild.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/client.h"
#include "cli/mail.h"
#include "serve/secret.h"

#define AT_ONCE 500U

struct op25b_held_maild {
	const struct op25b_command *command;
	struct op25b_maild_file *file;
	struct op25b_endpoint at; /* port 0: the control socket of .file */
	json_t *key;              /* NULL: not read yet */
	bool away;                /* asking had no answer */
};

/* The first that can be connected to, or NULL. */
static const struct op25b_endpoint *first_of(const struct op25b_maild_listen *listen)
{
	for (size_t i = 0; i < listen->n; i++) {
		if (!op25b_endpoint_is_every(&listen->list[i]))
			return &listen->list[i];
	}
	return NULL;
}

/* The port of that very address, or else of any. */
static uint16_t port_of(const struct op25b_maild_listen *listen, const char *text)
{
	uint16_t port = listen->n ? listen->list[0].port : 0;
	struct op25b_endpoint at;

	for (size_t i = 0; i < listen->n; i++) {
		if (op25b_endpoint_parse(text, listen->list[i].port, &at) &&
		    op25b_endpoint_same(&listen->list[i], &at))
			port = at.port;
	}
	return port;
}

static int read_address(struct op25b_held_maild *maild, const char *text)
{
	const struct op25b_maild_listen *listen = &maild->file->listen[OP25B_MAILD_HELD];
	const uint16_t port = port_of(listen, text);

	if (op25b_endpoint_parse(text, port, &maild->at))
		return OP25B_EXIT_YES;
	return op25b_usage_error(maild->command,
				 port ? "--maild-address %s is no address" :
					"--maild-address %s: which port? write one, or 'held' into "
					"'listen' of op25b-maild's file",
				 text);
}

bool op25b_held_maild_find(const struct op25b_command *command, const char *file,
			   const char *address, struct op25b_held_maild **ret, int *ret_exit)
{
	struct op25b_held_maild *maild = calloc(1, sizeof(*maild));
	const struct op25b_endpoint *far;

	if (!maild) {
		op25b_say(command, "out of memory");
		*ret_exit = OP25B_EXIT_USAGE;
		return false;
	}
	maild->command = command;
	*ret_exit = OP25B_EXIT_YES;
	if (op25b_mail_file(file, &maild->file, ret_exit)) {
		far = first_of(&maild->file->listen[OP25B_MAILD_HELD]);
		*ret_exit = address ? read_address(maild, address) : OP25B_EXIT_YES;
		if (!address && far && access(maild->file->socket, F_OK) < 0 && errno == ENOENT)
			maild->at = *far;
	}
	if (*ret_exit != OP25B_EXIT_YES) {
		op25b_held_maild_free(&maild);
		return false;
	}
	*ret = maild;
	return true;
}

void op25b_held_maild_free(struct op25b_held_maild **maild)
{
	if (!*maild)
		return;
	op25b_maild_free(&(*maild)->file);
	json_decref((*maild)->key);
	free(*maild);
	*maild = NULL;
}

static int read_key(struct op25b_held_maild *maild)
{
	struct op25b_error error = { "" };
	uint8_t secret[OP25B_SECRET];
	int n = op25b_secret_read(maild->file->auth_key_file, secret, &error);

	if (n < 0) {
		op25b_say(maild->command, "%s", error.text);
		return n == -EACCES ? OP25B_EXIT_NOT_PERMITTED : OP25B_EXIT_NO;
	}
	maild->key = json_stringn((const char *)secret, (size_t)n);
	if (maild->key)
		return OP25B_EXIT_YES;
	op25b_say(maild->command,
		  "%s: it has octets that are no text in UTF-8; write a key of letters and digits",
		  maild->file->auth_key_file);
	return OP25B_EXIT_NO;
}

static int open_client(struct op25b_held_maild *maild, struct op25b_client **ret)
{
	int code = OP25B_EXIT_YES;

	if (maild->at.port && !maild->key)
		code = read_key(maild);
	if (code != OP25B_EXIT_YES)
		return code;
	if (maild->at.port)
		op25b_client_open_far(maild->command, &maild->at, ret, &code);
	else
		op25b_client_open(maild->command, maild->file->socket, ret, &code);
	if (!maild->at.port && code == OP25B_EXIT_UNREACHABLE)
		op25b_say(maild->command,
			  "if op25b-maild is on another host, write 'held' into 'listen' of its "
			  "file, here and there");
	if (*ret)
		op25b_client_hurry(*ret);
	return code;
}

/* {"op":...,"ids":[...]}, with the key where that is wanted; NULL: no memory. */
static json_t *make_request(const struct op25b_held_maild *maild, const char *op,
			    const json_t *mails, size_t from)
{
	json_t *ids = json_array();

	for (size_t i = from; i < from + AT_ONCE && i < json_array_size(mails); i++)
		json_array_append(ids, json_object_get(json_array_get(mails, i), "queue_id"));
	return json_pack("{s:s, s:o, s:O*}", "op", op, "ids", ids, "key", maild->key);
}

/*
 * Asks once where there is nothing to ask about: a timer that could not ask must not wait for the
 * first mail to say so. @known: gains what is answered; NULL: nothing is kept. Returns an exit
 * code.
 */
static int ask(struct op25b_held_maild *maild, const char *op, const json_t *mails, json_t *known)
{
	struct op25b_client *client = NULL;
	int code = open_client(maild, &client);

	for (size_t i = 0; !code && (!i || i < json_array_size(mails)); i += AT_ONCE) {
		json_t *answer = NULL;

		if (!op25b_client_request(client, make_request(maild, op, mails, i), &code) &&
		    !op25b_client_receive(client, &answer, &code) && known)
			json_array_extend(known, json_object_get(answer, "mails"));
		json_decref(answer);
	}
	op25b_client_close(&client);
	return code;
}

bool op25b_held_maild_ask(struct op25b_held_maild *maild, const json_t *mails, json_t **ret,
			  int *ret_exit)
{
	json_t *known = json_array();
	int code = ask(maild, "held", mails, known);

	maild->away = code != OP25B_EXIT_YES;
	if (maild->away) {
		json_decref(known);
		*ret_exit = code;
		return false;
	}
	*ret = known;
	return true;
}

void op25b_held_maild_let_go(struct op25b_held_maild *maild, const json_t *mails)
{
	if (json_array_size(mails) && !maild->away)
		(void)ask(maild, "let-go", mails, NULL);
}
