/* SPDX-License-Identifier: BSD-2-Clause */
/* What a customer types in. */
#include <string.h>

#include "policy/mail-reader.h"
#include "policy/mail-words.h"

#define SMTP   25
#define DOMAIN "{domain}"

struct entry {
	struct op25b_mail_server server;
	bool outgoing;
};

/* A "{domain}" reads as a name would in its place. */
static bool is_host(struct op25b_reader *r, const char *text)
{
	const char *at = strstr(text, DOMAIN);

	if (at)
		text = op25b_arena_format(r->scratch, "%.*sa%s", (int)(at - text), text,
					  at + strlen(DOMAIN));
	return op25b_mail_is_name(text, /* star= */ false);
}

static void read_host(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	const char *text = op25b_walk_text(r, value, "a host name");

	entry->server.place = value->place;
	if (!text)
		return;
	if (!is_host(r, text)) {
		op25b_find_error(r->finder, &value->place,
				 "'%s' can't be a host name; use letters, digits, '-' and '.', and "
				 "'" DOMAIN "' for the domain of the customer's address",
				 text);
		return;
	}
	entry->server.host = op25b_walk_keep(r, text);
}

static void read_port(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	unsigned int port;

	if (!op25b_walk_number(r, value, "port", 1, 65535, &port))
		return;
	if (entry->outgoing && port == SMTP)
		op25b_find_error(r->finder, &value->place,
				 "customers are not told to send over port 25, which closes; write "
				 "465 with 'tls: implicit', or 587 with 'tls: starttls'");
	entry->server.port = (uint16_t)port;
}

static void read_tls(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int word = op25b_walk_word(r, value, "tls", &op25b_words_mail_tls);

	if (word >= 0)
		entry->server.tls = (enum op25b_mail_tls)word;
}

static void read_kind(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int word = op25b_walk_word(r, value, "kind", &op25b_words_mail_kind);

	if (word >= 0)
		entry->server.kind = (enum op25b_mail_kind)word;
}

static void read_since(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_date(r, value, /* until= */ false, &entry->server.since);
}

/* The key `kind` comes last: only incoming servers have one. */
static const struct op25b_field server_fields[] = {
	{ "host", read_host, "add the server's name" },
	{ "port", read_port, "add its port" },
	{ "tls", read_tls, "add 'tls: implicit' or 'tls: starttls'" },
	{ "since", read_since, NULL },
	{ "kind", read_kind, "add 'kind: imap' or 'kind: pop3'" },
};

static void read_servers(struct op25b_reader *r, const struct op25b_node *value, bool outgoing,
			 struct op25b_mail_server **ret, size_t *ret_n)
{
	const struct op25b_node *item =
		op25b_walk_list(r, value, outgoing ? "outgoing" : "incoming");
	size_t n_fields = sizeof(server_fields) / sizeof(server_fields[0]) - outgoing;

	for (; item; item = item->next) {
		struct entry entry = { .server = { .since = INT64_MIN, .place = item->place },
				       .outgoing = outgoing };

		op25b_walk_map(r, item, outgoing ? "an outgoing server" : "an incoming server",
			       server_fields, n_fields, &entry);
		if (entry.server.host)
			*OP25B_PUSH(r->arena, *ret, *ret_n) = entry.server;
	}
}

static void read_outgoing(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_settings *settings = object;

	read_servers(r, value, /* outgoing= */ true, &settings->outgoing, &settings->n_outgoing);
}

static void read_incoming(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_settings *settings = object;

	read_servers(r, value, /* outgoing= */ false, &settings->incoming, &settings->n_incoming);
}

static void read_username(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_settings *settings = object;
	int word = op25b_walk_word(r, value, "username", &op25b_words_mail_username);

	if (word >= 0)
		settings->username = (enum op25b_mail_username)word;
}

static void read_webmail(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_settings *settings = object;

	settings->webmail = op25b_read_url(r, value, "webmail");
}

void op25b_read_mail_settings(struct op25b_reader *r, const struct op25b_node *node,
			      struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "username", read_username, NULL },
		{ "outgoing", read_outgoing, NULL },
		{ "incoming", read_incoming, NULL },
		{ "webmail", read_webmail, NULL },
	};
	struct op25b_mail_settings *settings = op25b_arena_alloc(r->arena, sizeof(*settings));

	settings->place = node->place;
	mail->settings = settings;
	op25b_walk_map(r, node, "'settings'", fields, 4, settings);
}
