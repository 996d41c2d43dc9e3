/* SPDX-License-Identifier: BSD-2-Clause */
/* See status.h. */
#include "web/status.h"

#include <stdlib.h>
#include <string.h>

#include "policy/date.h"
#include "policy/mail.h"
#include "web/data-id.h"

static const char *const affects[] = {
#define AFFECTS_WORD(tail, word) word,
	OP25B_AFFECTS(AFFECTS_WORD)
#undef AFFECTS_WORD
};

const struct op25b_words op25b_words_affects = { affects, OP25B_AFFECTS_COUNT };

static const char *const kinds[] = { "outage", "planned" };
static const struct op25b_words kind_words = { kinds, 2 };

#define SUBMISSION (1U << OP25B_AFFECTS_BIT_465 | 1U << OP25B_AFFECTS_BIT_587)
#define SENDING    (1U << OP25B_AFFECTS_BIT_25 | SUBMISSION)
#define RECEIVING  (1U << OP25B_AFFECTS_BIT_POP | 1U << OP25B_AFFECTS_BIT_IMAP)

enum op25b_status_when op25b_status_when(const struct op25b_status_entry *entry, int64_t now)
{
	if (now < entry->from)
		return OP25B_STATUS_COMING;
	return now < entry->until ? OP25B_STATUS_NOW : OP25B_STATUS_OVER;
}

uint32_t op25b_status_ways(const struct op25b_policy *policy, uint32_t tenant, int64_t now)
{
	const struct op25b_mail *mail = op25b_mail_of(policy, tenant);
	const struct op25b_mail_settings *settings = mail ? mail->settings : NULL;
	const struct op25b_mail_server *server;
	uint32_t ways = 0;
	size_t at = 0;

	while ((server = op25b_mail_outgoing_next(settings, now, &at)))
		ways |= server->port == 465 ? 1U << OP25B_AFFECTS_BIT_465 :
			server->port == 587 ? 1U << OP25B_AFFECTS_BIT_587 :
					      0;
	return ways ? ways : SUBMISSION;
}

static bool is_about(const struct op25b_status_entry *entry, const struct op25b_service *service)
{
	for (size_t i = 0; i < entry->n_services; i++) {
		if (service && !strcmp(entry->services[i], service->id))
			return true;
	}
	return !entry->n_services;
}

static bool stops_sending(const struct op25b_status_entry *entry, uint32_t ways)
{
	return !entry->affects || (entry->affects & ways) == ways;
}

static bool stops_some_sending(const struct op25b_status_entry *entry, uint32_t ways)
{
	return entry->affects & SENDING && !stops_sending(entry, ways);
}

static bool stops_some(const struct op25b_status_entry *entry, uint32_t ways)
{
	return !entry->affects || entry->affects & ways;
}

/* The first that is now, about the service, and @stops. */
static const struct op25b_status_entry *
find_now(const struct op25b_status_data *data, const struct op25b_service *service, int64_t now,
	 bool (*stops)(const struct op25b_status_entry *entry, uint32_t ways), uint32_t ways)
{
	for (size_t i = 0; data && i < data->n; i++) {
		const struct op25b_status_entry *entry = &data->list[i];

		if (op25b_status_when(entry, now) == OP25B_STATUS_NOW && is_about(entry, service) &&
		    stops(entry, ways))
			return entry;
	}
	return NULL;
}

const struct op25b_status_entry *op25b_status_outage(const struct op25b_status_data *data,
						     uint32_t ways,
						     const struct op25b_service *service,
						     int64_t now)
{
	return find_now(data, service, now, stops_sending, ways);
}

const struct op25b_status_entry *op25b_status_partly(const struct op25b_status_data *data,
						     uint32_t ways,
						     const struct op25b_service *service,
						     int64_t now)
{
	return find_now(data, service, now, stops_some_sending, ways);
}

const struct op25b_status_entry *op25b_status_receiving(const struct op25b_status_data *data,
							const struct op25b_service *service,
							int64_t now)
{
	return find_now(data, service, now, stops_some, RECEIVING);
}

enum op25b_probed op25b_status_sending(const struct op25b_probe_facts *probe, int64_t now)
{
	if (!probe->at || probe->at > now || now - probe->at > OP25B_PROBE_FRESH)
		return OP25B_PROBE_UNKNOWN;
	if (probe->port465 == OP25B_PROBE_UNKNOWN || probe->port465 == probe->port587)
		return probe->port587;
	return probe->port587 == OP25B_PROBE_UNKNOWN ? probe->port465 : OP25B_PROBE_PARTLY;
}

/* One file on its way: its dates are of the policy's zone. */
struct reading {
	struct op25b_status_entry *entry;
	const struct op25b_policy *policy;
};

static void read_date(struct op25b_conf *c, const struct op25b_node *value, const char *key,
		      const struct reading *to, int64_t *ret)
{
	const char *text = op25b_conf_text(c, value, key);

	if (text && op25b_date_parse_in(text, to->policy->timezone, ret))
		op25b_find_error(
			&c->finder, &value->place,
			"'%s' is no time; write 2027-04-01T09:00, with an offset where the "
			"policy has no timezone",
			text);
}

static void read_id(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct reading *)to)->entry->id = op25b_data_id(c, value);
}

static void read_kind(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct reading *)to)->entry->planned = op25b_conf_word(c, value, "kind", &kind_words) ==
						 1;
}

static void read_from(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	read_date(c, value, "from", to, &((struct reading *)to)->entry->from);
}

static void read_until(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	read_date(c, value, "until", to, &((struct reading *)to)->entry->until);
}

static void read_next_update(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	read_date(c, value, "next_update", to, &((struct reading *)to)->entry->next_update);
}

static void read_affects(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_status_entry *entry = ((struct reading *)to)->entry;

	if (!op25b_data_is_list(c, value, "affects", "write [A, B]"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		int bit = op25b_conf_word(c, item, "affects", &op25b_words_affects);

		if (bit >= 0)
			entry->affects |= 1U << bit;
	}
}

static bool is_service(const struct op25b_policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		if (!strcmp(policy->services[i].id, id))
			return true;
	}
	return false;
}

static void read_services(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct reading *reading = to;

	if (!op25b_data_is_list(c, value, "services", "write [A, B]"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		const char *id = op25b_conf_text(c, item, "services");

		if (id && !is_service(reading->policy, id))
			op25b_find_error(&c->finder, &item->place,
					 "the policy has no service '%s'; name one of its services",
					 id);
		if (id)
			*OP25B_PUSH(c->arena, reading->entry->services,
				    reading->entry->n_services) = id;
	}
}

static void read_text(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_data_text text;

	op25b_data_text_read(c, value, "text", &text);
	for (int lang = 0; lang < OP25B_LANGS; lang++)
		((struct reading *)to)->entry->text[lang] =
			op25b_data_text_in(NULL, &text, (enum op25b_lang)lang);
}

void op25b_status_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "id", read_id, "name the entry" },
		{ "kind", read_kind, "say 'outage' or 'planned'" },
		{ "from", read_from, "say since when" },
		{ "until", read_until, NULL },
		{ "next_update", read_next_update, NULL },
		{ "affects", read_affects, NULL },
		{ "services", read_services, NULL },
		{ "text", read_text, "say what happens, in both languages" },
		{ NULL, NULL, NULL },
	};
	struct op25b_status_data *status = load->data->status;
	struct reading reading = { .policy = load->policy };

	if (!status)
		status = load->data->status = op25b_arena_alloc(load->c.arena, sizeof(*status));
	reading.entry = OP25B_PUSH(load->c.arena, status->list, status->n);
	reading.entry->until = INT64_MAX;
	reading.entry->place = root->place;
	op25b_conf_map(&load->c, root, "a file of status/", fields, &reading);
	if (reading.entry->until <= reading.entry->from)
		op25b_find_error(&load->c.finder, &root->place,
				 "'until' is not after 'from'; correct one of them");
}

static int latest_first(const void *a, const void *b)
{
	const struct op25b_status_entry *one = a, *other = b;

	return (one->from < other->from) - (one->from > other->from);
}

void op25b_status_check(struct op25b_data_load *load)
{
	struct op25b_status_data *status = load->data->status;

	if (!status)
		return;
	for (size_t i = 0; i < status->n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (status->list[i].id && status->list[j].id &&
			    !strcmp(status->list[i].id, status->list[j].id))
				op25b_find_error(&load->c.finder, &status->list[i].place,
						 "another file has the id '%s'; name this one "
						 "otherwise",
						 status->list[i].id);
		}
	}
	qsort(status->list, status->n, sizeof(*status->list), latest_first);
}
