/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading faq.yaml; see faq.h. */
#include "web/faq.h"

#include <string.h>

#include "policy/date.h"
#include "policy/words.h"
#include "web/data-id.h"
#include "web/glossary.h"
#include "web/keys.h"

/* What readers of parts fill, and where they are. */
struct part {
	struct op25b_data_load *load;
	void *to;
};

static const struct {
	const char *name, *path;
	op25b_phrase word;
} pages[] = {
	{ "line", "/line", OP25B_PAGE_FAQ_TO_LINE },
	{ "table", "/table", OP25B_PAGE_FAQ_TO_TABLE },
	{ "help", "/help", OP25B_PAGE_FAQ_TO_HELP },
	{ "flow", "/flow", OP25B_PAGE_FAQ_TO_FLOW },
	{ "error", "/error", OP25B_PAGE_FAQ_TO_ERROR },
	{ "settings", "/settings", OP25B_PAGE_FAQ_TO_SETTINGS },
	{ "provider", "/provider", OP25B_PAGE_FAQ_TO_PROVIDER },
	{ "addresses", "/addresses", OP25B_PAGE_FAQ_TO_ADDRESSES },
	{ "check", "/check", OP25B_PAGE_FAQ_TO_CHECK },
	{ "policy", "/policy", OP25B_PAGE_FAQ_TO_POLICY },
	{ "status", "/status", OP25B_PAGE_FAQ_TO_STATUS },
	{ "contact", "/contact", OP25B_PAGE_FAQ_TO_CONTACT },
	{ "links", "/links", OP25B_PAGE_FAQ_TO_LINKS },
	{ "words", "/words", OP25B_PAGE_FAQ_TO_WORDS },
	{ "privacy", "/privacy", OP25B_PAGE_FAQ_TO_PRIVACY },
};

const char *op25b_faq_page(const char *name, op25b_phrase *ret_word)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (!strcmp(pages[i].name, name) || !strcmp(pages[i].path, name)) {
			*ret_word = pages[i].word;
			return pages[i].path;
		}
	}
	return NULL;
}

static void read_service(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_claim *claim = ((struct part *)to)->to;
	const char *text = op25b_conf_text(c, value, "service");
	int access = text ? op25b_words_find(&op25b_words_access, text) : -1;
	int addressing = text ? op25b_words_find(&op25b_words_addressing, text) : -1;

	claim->service = text;
	if (!text || !strcmp(text, "*"))
		claim->of = OP25B_CLAIM_ALL;
	else if (addressing >= 0)
		claim->of = OP25B_CLAIM_ADDRESSING;
	else if (access >= 0)
		claim->of = OP25B_CLAIM_ACCESS;
	else
		claim->of = OP25B_CLAIM_ID;
	claim->value = claim->of == OP25B_CLAIM_ADDRESSING ? addressing : access;
}

static void read_use(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_claim *claim = ((struct part *)to)->to;
	const char *text = op25b_conf_text(c, value, "use");
	int use = text ? op25b_use_find(text) : -1;

	if (use >= 0)
		claim->use = (enum op25b_use)use;
	else if (text)
		op25b_find_error(&c->finder, &value->place,
				 "'%s' is no way of using mail; op25b-web(5) has them", text);
}

static void add_outcome(struct op25b_conf *c, const struct op25b_node *node,
			struct op25b_claim *claim)
{
	const char *text = op25b_conf_text(c, node, "outcome");
	int outcome = text ? op25b_outcome_find(text) : -1;

	if (outcome >= 0)
		claim->outcomes |= UINT64_C(1) << outcome;
	else if (text)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no outcome; op25b-web(5) has them", text);
}

static void read_outcome(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_claim *claim = ((struct part *)to)->to;

	if (value->kind != OP25B_LIST) {
		add_outcome(c, value, claim);
		return;
	}
	for (const struct op25b_node *item = value->first; item; item = item->next)
		add_outcome(c, item, claim);
}

static void read_at(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct part *part = to;
	struct op25b_claim *claim = part->to;
	const char *text = op25b_conf_text(c, value, "at");

	if (text && op25b_date_parse_in(text, part->load->policy->timezone, &claim->at))
		op25b_find_error(&c->finder, &value->place,
				 "'%s' is no date; write it as 2027-04-01", text);
}

static void read_upcoming(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_claim *claim = ((struct part *)to)->to;
	const char *text = op25b_conf_text(c, value, "upcoming");

	if (text && (!strcmp(text, "true") || !strcmp(text, "false")))
		claim->upcoming = *text == 't' ? OP25B_CLAIM_IT_STOPS : OP25B_CLAIM_NO_DATE;
	else if (text)
		op25b_find_error(&c->finder, &value->place, "write 'upcoming: true' or 'false'");
}

static void read_submits(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_claim *claim = ((struct part *)to)->to;
	const char *text = op25b_conf_text(c, value, "submits");

	claim->submits = text && !strcmp(text, "true");
	if (text && !claim->submits)
		op25b_find_error(&c->finder, &value->place,
				 "write 'submits: true', or leave it out");
}

static void read_claim(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "service", read_service, "add 'service: \"*\"', or which" },
		{ "use", read_use, "add 'use: other-server', or which" },
		{ "outcome", read_outcome, "add 'outcome: [...]', what is claimed" },
		{ "at", read_at, NULL },
		{ "upcoming", read_upcoming, NULL },
		{ "submits", read_submits, NULL },
		{ NULL, NULL, NULL },
	};
	struct part *part = to;
	struct op25b_faq_answer *answer = part->to;
	struct part inner = { part->load, &answer->claim };

	answer->has_claim = true;
	answer->claim.at = INT64_MIN;
	answer->claim.place = value->place;
	op25b_conf_map(c, value, "a claim", fields, &inner);
}

static void read_texts(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_faq_answer *answer = ((struct part *)to)->to;

	if (op25b_data_is_filled(c, value, "text", "write '- {en: ..., ja: ...}'"))
		op25b_data_texts_read(c, value, "text", &answer->texts, &answer->n_texts);
}

static void read_answers(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "claim", read_claim, NULL },
		{ "text", read_texts, "add 'text: [...]', its paragraphs" },
		{ NULL, NULL, NULL },
	};
	struct part *part = to;
	struct op25b_faq_entry *entry = part->to;

	if (!op25b_data_is_filled(c, value, "answers", "write '- {text: [...]}'"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		struct op25b_faq_answer answer = { .has_claim = false };
		struct part inner = { part->load, &answer };

		op25b_conf_map(c, item, "an answer", fields, &inner);
		*OP25B_PUSH(c->arena, entry->answers, entry->n_answers) = answer;
	}
}

static void add_link(struct op25b_conf *c, const struct op25b_node *node,
		     struct op25b_faq_entry *entry)
{
	const char *text = op25b_conf_text(c, node, "links");
	struct op25b_faq_link link = { .place = node->place };
	op25b_phrase word;

	if (!text)
		return;
	link.name = text;
	if (!strncmp(text, "words#", strlen("words#"))) {
		link.target = OP25B_FAQ_TERM;
		link.name += strlen("words#");
	} else if (!strncmp(text, "faq/", strlen("faq/"))) {
		link.target = OP25B_FAQ_QUESTION;
		link.name += strlen("faq/");
	} else {
		link.name = op25b_faq_page(text, &word);
	}
	if (link.name)
		*OP25B_PUSH(c->arena, entry->links, entry->n_links) = link;
	else
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no page; write as 'settings', 'faq/ID' or 'words#ID'",
				 text);
}

static void read_links(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	if (!op25b_data_is_filled(c, value, "links", "write [settings, faq/ID, words#ID]"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next)
		add_link(c, item, ((struct part *)to)->to);
}

static void read_id(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct op25b_faq_entry *)((struct part *)to)->to)->id = op25b_data_id(c, value);
}

static void read_question(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_faq_entry *entry = ((struct part *)to)->to;

	op25b_data_text_read(c, value, "question", &entry->question);
}

static struct op25b_faq_entry *find(const struct op25b_faq_data *data, const char *id)
{
	for (size_t i = 0; i < data->n_entries; i++) {
		if (!strcmp(data->entries[i].id, id))
			return &data->entries[i];
	}
	return NULL;
}

/* One of the id there is already is that one, said otherwise. */
static void keep(struct op25b_conf *c, struct op25b_faq_data *data,
		 const struct op25b_faq_entry *entry)
{
	struct op25b_faq_entry *same = entry->id ? find(data, entry->id) : NULL;

	if (same && same->place.file == entry->place.file)
		op25b_find_error(&c->finder, &entry->place,
				 "there is a question '%s' already; name this one otherwise",
				 entry->id);
	else if (same)
		*same = *entry;
	else if (entry->id)
		*OP25B_PUSH(c->arena, data->entries, data->n_entries) = *entry;
}

static void read_entries(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "id", read_id, "add 'id: WORD': its address is /l/faq/WORD" },
		{ "question", read_question, "add 'question: {en: ..., ja: ...}'" },
		{ "answers", read_answers, "add 'answers: [{text: [...]}]'" },
		{ "links", read_links, "add 'links: [...]': no answer is a dead end" },
		{ NULL, NULL, NULL },
	};
	struct op25b_data_load *load = to;

	if (!op25b_data_is_filled(c, value, "questions", "begin each question with '- '"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		struct op25b_faq_entry entry = { .place = item->place };
		struct part part = { load, &entry };

		op25b_conf_map(c, item, "a question", fields, &part);
		keep(c, load->data->faq, &entry);
	}
}

void op25b_faq_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "questions", read_entries, "add 'questions: [...]'" },
		{ NULL, NULL, NULL },
	};

	if (!load->data->faq)
		load->data->faq = op25b_arena_alloc(load->c.arena, sizeof(*load->data->faq));
	op25b_conf_map(&load->c, root, "questions and answers", fields, load);
}

static bool has_term(const struct op25b_glossary_data *data, const char *id)
{
	for (size_t i = 0; data && i < data->n_terms; i++) {
		if (!strcmp(data->terms[i].id, id))
			return true;
	}
	return false;
}

static void check_links(struct op25b_data_load *load, const struct op25b_faq_entry *entry)
{
	for (size_t i = 0; i < entry->n_links; i++) {
		const struct op25b_faq_link *link = &entry->links[i];

		if ((link->target == OP25B_FAQ_TERM &&
		     !has_term(load->data->glossary, link->name)) ||
		    (link->target == OP25B_FAQ_QUESTION && !find(load->data->faq, link->name)))
			op25b_find_error(&load->c.finder, &link->place,
					 "'%s' is neither a term nor a question; correct the link",
					 link->name);
	}
}

/* A claim about a service by its id: of this policy, if of any. */
static void check_services(struct op25b_data_load *load, const struct op25b_faq_entry *entry)
{
	for (size_t i = 0; i < entry->n_answers; i++) {
		const struct op25b_claim *claim = &entry->answers[i].claim;
		bool found = !entry->answers[i].has_claim || claim->of != OP25B_CLAIM_ID;

		for (size_t k = 0; !found && k < load->policy->n_services; k++)
			found = !strcmp(load->policy->services[k].id, claim->service);
		if (!found)
			op25b_find_warning(&load->c.finder, &claim->place,
					   "the policy has no service '%s': this answer is never "
					   "shown",
					   claim->service);
	}
}

void op25b_faq_check(struct op25b_data_load *load)
{
	for (size_t i = 0; load->data->faq && i < load->data->faq->n_entries; i++) {
		check_links(load, &load->data->faq->entries[i]);
		check_services(load, &load->data->faq->entries[i]);
	}
}
