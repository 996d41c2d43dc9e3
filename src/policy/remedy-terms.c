/* SPDX-License-Identifier: BSD-2-Clause */
/* The file's `remedies`: what the provider says of each way out. */
#include "policy/remedy.h"
#include "policy/reader.h"

struct entry {
	struct op25b_remedy_terms terms;
	const struct op25b_node *id;
	int remedy; /* enum op25b_remedy, or below 0 */
};

static void read_id(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->id = value;
	entry->remedy = op25b_walk_word(r, value, "remedy", &op25b_words_remedy);
}

static void read_takes(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_duration(r, value, &entry->terms.takes);
}

static void read_cost(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_text(r, value, &entry->terms.cost);
}

static void read_url(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->terms.url = op25b_read_url(r, value, "'url'");
}

static void read_contact(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int contact = op25b_walk_word(r, value, "contact", &op25b_words_contact);

	if (contact >= 0)
		entry->terms.contact = (enum op25b_contact)contact;
}

static void read_process(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int process = op25b_walk_word(r, value, "process", &op25b_words_process);

	if (process >= 0)
		entry->terms.process = (enum op25b_process)process;
}

static void read_changes(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	const struct op25b_node *item = op25b_walk_list(r, value, "changes");
	struct entry *entry = object;

	for (; item; item = item->next) {
		int what = op25b_walk_word(r, item, "change", &op25b_words_changes);

		if (what < 0)
			continue;
		if (entry->terms.changes & 1U << what)
			op25b_find_error(r->finder, &item->place, "'%s' is here twice; remove one",
					 item->text);
		entry->terms.changes |= 1U << what;
	}
}

static void read_needs(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	static const char *const list[] = { "account" };
	static const struct op25b_words words = { .words = list, .n = 1 };
	struct entry *entry = object;

	entry->terms.needs_account = op25b_walk_word(r, value, "need", &words) == 0;
}

static void keep(struct op25b_reader *r, const struct entry *entry)
{
	struct op25b_remedy_terms *terms = &r->policy->tenants[r->doc->tenant].terms[entry->remedy];

	if (terms->described) {
		op25b_find_error(r->finder, &entry->id->place,
				 "remedy '%s' is described twice, first at %s:%u; remove one",
				 entry->id->text, r->policy->files[terms->place.file],
				 terms->place.line);
		return;
	}
	*terms = entry->terms;
	terms->described = true;
}

void op25b_read_remedy_terms(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "id", read_id, "add 'id: REMEDY', such as submission" },
		{ "takes", read_takes, NULL },
		{ "cost", read_cost, NULL },
		{ "url", read_url, NULL },
		{ "contact", read_contact, NULL },
		{ "process", read_process, NULL },
		{ "changes", read_changes, NULL },
		{ "needs", read_needs, NULL },
	};
	const struct op25b_node *item = op25b_walk_list(r, node, "remedies");

	for (; item; item = item->next) {
		struct entry entry = { .terms.place = item->place, .remedy = -1 };

		op25b_walk_map(r, item, "a remedy", fields, sizeof(fields) / sizeof(fields[0]),
			       &entry);
		if (entry.remedy >= 0)
			keep(r, &entry);
	}
}

bool op25b_remedy_fixed_is_open(const struct op25b_policy *policy, uint32_t tenant)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];
		bool open = service->addressing == OP25B_FIXED &&
			    (!service->tenant || service->tenant == tenant);

		for (size_t k = 0; k < service->n_rules; k++)
			open &= service->rules[k].action != OP25B_REFUSE;
		if (open)
			return true;
	}
	return false;
}
