/* SPDX-License-Identifier: BSD-2-Clause */
/* See clients.h. */
#include "web/clients.h"

#include <string.h>

#include "web/data-id.h"

static void read_id(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct op25b_mail_client *)to)->id = op25b_data_id(c, value);
}

static void read_name(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	op25b_data_text_read(c, value, "name", &((struct op25b_mail_client *)to)->name);
}

static void read_platform(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const char *const list[] = { "computer", "phone", "device", "server" };
	static const struct op25b_words words = { .words = list, .n = OP25B_PLATFORMS };
	int word = op25b_conf_word(c, value, "platform", &words);

	if (word >= 0)
		((struct op25b_mail_client *)to)->platform = (enum op25b_platform)word;
}

static void read_automatic(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const char *const list[] = { "none", "fetched", "profile" };
	static const struct op25b_words words = { .words = list, .n = 3 };
	int word = op25b_conf_word(c, value, "automatic", &words);

	if (word >= 0)
		((struct op25b_mail_client *)to)->automatic = (enum op25b_automatic)word;
}

static void read_recipe(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const char *const list[] = { "none", "postfix", "exim", "opensmtpd", "sendmail" };
	static const struct op25b_words words = { .words = list, .n = OP25B_RECIPES };
	int word = op25b_conf_word(c, value, "recipe", &words);

	if (word >= 0)
		((struct op25b_mail_client *)to)->recipe = (enum op25b_recipe)word;
}

static void read_implicit(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_mail_client *client = to;

	client->has_implicit = true;
	op25b_data_text_read(c, value, "implicit", &client->implicit);
}

static void read_starttls(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_mail_client *client = to;

	client->has_starttls = true;
	op25b_data_text_read(c, value, "starttls", &client->starttls);
}

static void read_auth(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_mail_client *client = to;

	client->has_auth = true;
	op25b_data_text_read(c, value, "auth", &client->auth);
}

static void read_words(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "implicit", read_implicit, NULL },
		{ "starttls", read_starttls, NULL },
		{ "auth", read_auth, NULL },
		{ NULL, NULL, NULL },
	};

	op25b_conf_map(c, value, "'words'", fields, to);
}

static void read_steps(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_mail_client *client = to;

	op25b_data_texts_read(c, value, "steps", &client->steps, &client->n_steps);
}

static void read_notes(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_mail_client *client = to;

	op25b_data_texts_read(c, value, "notes", &client->notes, &client->n_notes);
}

void op25b_clients_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "id", read_id, "add 'id: WORD': its address is /l/settings/WORD" },
		{ "name", read_name, "add 'name: {en: ..., ja: ...}'" },
		{ "platform", read_platform, "add 'platform: computer', phone, device or server" },
		{ "automatic", read_automatic, NULL },
		{ "recipe", read_recipe, NULL },
		{ "words", read_words, NULL },
		{ "steps", read_steps, NULL },
		{ "notes", read_notes, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_mail_client client = { .place = { load->file, 1, 1 } };

	if (!load->data->clients)
		load->data->clients =
			op25b_arena_alloc(load->c.arena, sizeof(*load->data->clients));
	op25b_conf_map(&load->c, root, "a mail program", fields, &client);
	if (!client.id)
		return;
	if (!client.n_steps && client.recipe == OP25B_RECIPE_NONE)
		op25b_find_error(&load->c.finder, &client.place,
				 "a mail program has no 'steps'; add 'steps: [...]', where to "
				 "click");
	if (op25b_clients_find(load->data->clients, client.id))
		op25b_find_error(&load->c.finder, &client.place,
				 "there is a mail program '%s' already, in another file; to say it "
				 "otherwise name this file as that one",
				 client.id);
	else
		*OP25B_PUSH(load->c.arena, load->data->clients->list, load->data->clients->n) =
			client;
}

const struct op25b_mail_client *op25b_clients_find(const struct op25b_clients_data *data,
						   const char *id)
{
	for (size_t i = 0; data && i < data->n; i++) {
		if (!strcmp(data->list[i].id, id))
			return &data->list[i];
	}
	return NULL;
}
