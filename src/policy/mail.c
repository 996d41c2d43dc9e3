/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mail section of one provider, the root or a tenant. A tenant that does not say where
 * addresses are, or which country is home, has the root's word for it.
 */
#include "policy/mail.h"

#include <string.h>

#include "policy/mail-reader.h"

#define HOUR 3600

struct entry {
	struct op25b_mail *mail;
	const struct op25b_node *free_mailbox; /* waits for `domains` */
};

static void read_domain(struct op25b_reader *r, const struct op25b_node *item,
			struct op25b_mail *mail)
{
	const char *text = op25b_walk_text(r, item, "a domain");
	char *domain;

	if (!text)
		return;
	if (!op25b_mail_is_name(text, /* star= */ true)) {
		op25b_find_error(r->finder, &item->place,
				 "'%s' can't be a domain; write one like example.net, or "
				 "\"*.example.net\" for those one label below it",
				 text);
		return;
	}
	domain = op25b_arena_copy(r->arena, text, strlen(text));
	for (char *c = domain; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	for (size_t i = 0; i < mail->n_domains; i++) {
		if (!strcmp(mail->domains[i], domain))
			op25b_find_error(r->finder, &item->place, "'%s' is here twice; remove one",
					 text);
	}
	mail->domains[mail->n_domains++] = domain;
}

static void read_domains(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	const struct op25b_node *item = op25b_walk_list(r, value, "domains");

	if (value->kind == OP25B_LIST && !value->n)
		op25b_find_error(r->finder, &value->place,
				 "without a domain all mail is mail to others; name those of the "
				 "provider's mailboxes");
	entry->mail->domains = op25b_arena_alloc(r->arena, value->n * sizeof(char *));
	for (; item; item = item->next)
		read_domain(r, item, entry->mail);
}

/* Was read before, over all files. */
static void read_limits(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	(void)r;
	(void)value;
	(void)object;
}

static void read_networks_from(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_networks(r, value, &entry->mail->networks);
}

static void read_free_mailbox(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	(void)r;
	entry->free_mailbox = value;
}

#define PART(name)                                                                      \
	static void read_##name(struct op25b_reader *r, const struct op25b_node *value, \
				void *object)                                           \
	{                                                                               \
		struct entry *entry = object;                                           \
                                                                                        \
		op25b_read_mail_##name(r, value, entry->mail);                          \
	}

PART(ways)
PART(senders)
PART(new_account)
PART(server_accounts)
PART(first_password)
PART(abroad)
PART(home)
PART(stolen)
PART(settings)

static const struct op25b_field fields[] = {
	{ "domains", read_domains, "add those of the provider's own mailboxes" },
	{ "ways", read_ways, NULL },
	{ "senders", read_senders, NULL },
	{ "limits", read_limits, NULL },
	{ "new_account", read_new_account, NULL },
	{ "server_accounts", read_server_accounts, NULL },
	{ "first_password", read_first_password, NULL },
	{ "abroad", read_abroad, NULL },
	{ "home", read_home, NULL },
	{ "networks_from", read_networks_from, NULL },
	{ "stolen", read_stolen, NULL },
	{ "free_mailbox", read_free_mailbox, NULL },
	{ "settings", read_settings, NULL },
};

static bool is_second(struct op25b_reader *r, const struct op25b_node *node,
		      const struct op25b_tenant *tenant)
{
	if (tenant->mail)
		op25b_find_error(r->finder, &node->place,
				 "'mail' is here a second time, first at %s:%u; put all of a "
				 "provider's into one",
				 r->policy->files[tenant->mail->place.file],
				 tenant->mail->place.line);
	return tenant->mail;
}

void op25b_read_mail(struct op25b_reader *r, const struct op25b_node *node)
{
	struct op25b_tenant *tenant = &r->policy->tenants[r->doc->tenant];
	struct op25b_mail *mail;
	struct entry entry;

	if (is_second(r, node, tenant))
		return;
	mail = op25b_arena_alloc(r->arena, sizeof(*mail));
	*mail = (struct op25b_mail){
		.tenant = r->doc->tenant,
		.new_limits = OP25B_MAIL_UNLIMITED,
		.server_limits = OP25B_MAIL_UNLIMITED,
		.abroad.limits = OP25B_MAIL_UNLIMITED,
		.stolen = { .steps = { OP25B_MAIL_SLOW, OP25B_MAIL_HOLD, OP25B_MAIL_STOP },
			    .n_steps = OP25B_MAIL_STEPS,
			    .slow_factor = 10,
			    .hold_for = (int64_t)72 * HOUR },
		.place = node->place,
	};
	tenant->mail = mail;
	entry = (struct entry){ .mail = mail };
	op25b_mail_ways_init(r, mail);
	op25b_walk_map(r, node, "'mail'", fields, sizeof(fields) / sizeof(fields[0]), &entry);
	if (entry.free_mailbox)
		op25b_read_mail_free_mailbox(r, entry.free_mailbox, mail);
}

void op25b_mail_inherit(struct op25b_reader *r)
{
	const struct op25b_mail *root = r->policy->tenants[0].mail;

	for (size_t i = 1; root && i < r->policy->n_tenants; i++) {
		struct op25b_mail *mail = r->policy->tenants[i].mail;

		if (mail && !mail->networks)
			mail->networks = root->networks;
		if (mail && !mail->home) {
			mail->home = root->home;
			mail->n_home = root->n_home;
		}
	}
}
