/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions and answers: all on one page with an index, and each on its own. */
#include <string.h>

#include "web/faq.h"
#include "web/glossary.h"
#include "web/page.h"
#include "web/route.h"

static const char *text_in(const struct op25b_page *page, const struct op25b_data_text *text)
{
	return op25b_data_text_in(page->html->own, text, page->lang);
}

static const struct op25b_faq_answer *answer_of(const struct op25b_page *page,
						const struct op25b_faq_entry *entry)
{
	return op25b_faq_answer_of(&page->site->judge, entry, page->speaker.tenant,
				   page->request->now);
}

static const struct op25b_term *find_term(const struct op25b_page *page, const char *id)
{
	const struct op25b_glossary_data *data = page->site->data->glossary;

	for (size_t i = 0; data && i < data->n_terms; i++) {
		if (!strcmp(data->terms[i].id, id))
			return &data->terms[i];
	}
	return NULL;
}

static const struct op25b_faq_entry *find_entry(const struct op25b_page *page, const char *id)
{
	const struct op25b_faq_data *data = page->site->data->faq;

	for (size_t i = 0; data && i < data->n_entries; i++) {
		if (!strcmp(data->entries[i].id, id))
			return &data->entries[i];
	}
	return NULL;
}

/* <a href="/ja/FOLDER/ID"> or, with '#', of an anchor, around a text of data. */
static void open_link(struct op25b_page *page, const char *before, const char *id)
{
	op25b_html_raw(page->html, "<a href=\"");
	op25b_page_href(page, before);
	op25b_html_text(page->html, id);
	op25b_html_raw(page->html, "\">");
}

static void write_link(struct op25b_page *page, const struct op25b_faq_link *link)
{
	const struct op25b_faq_entry *entry = NULL;
	const struct op25b_term *term;
	op25b_phrase word;

	switch (link->target) {
	case OP25B_FAQ_PAGE:
		if (op25b_faq_page(link->name, &word))
			op25b_page_link(page, link->name, word, NULL);
		break;
	case OP25B_FAQ_TERM:
		term = find_term(page, link->name);
		open_link(page, "/words#", term->id);
		op25b_html_say(page->html, OP25B_PAGE_FAQ_TERM,
			       OP25B_VALUES({ "term", text_in(page, &term->name) }));
		op25b_html_raw(page->html, "</a>");
		break;
	case OP25B_FAQ_QUESTION:
		entry = find_entry(page, link->name);
		open_link(page, "/faq/", entry->id);
		op25b_html_text(page->html, text_in(page, &entry->question));
		op25b_html_raw(page->html, "</a>");
		break;
	}
}

/* A question that isn't asked here is nowhere to lead to. */
static bool leads_somewhere(const struct op25b_page *page, const struct op25b_faq_link *link)
{
	const struct op25b_faq_entry *entry;

	if (link->target != OP25B_FAQ_QUESTION)
		return link->target != OP25B_FAQ_TERM || find_term(page, link->name);
	entry = find_entry(page, link->name);
	return entry && answer_of(page, entry);
}

static void write_links(struct op25b_page *page, const struct op25b_faq_entry *entry)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<ul class=\"next\">\n");
	for (size_t i = 0; i < entry->n_links; i++) {
		if (!leads_somewhere(page, &entry->links[i]))
			continue;
		op25b_html_raw(h, "<li>");
		write_link(page, &entry->links[i]);
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_raw(h, "</ul>\n");
}

/* Of the provider's services against spam, where it has some (004-18). */
static void write_spam_help(struct op25b_page *page, const struct op25b_faq_entry *entry)
{
	const char *url = op25b_page_tenant(page)->spam_help;

	if (!url || strcmp(entry->id, "spam") != 0)
		return;
	op25b_html_raw(page->html, "<p>");
	op25b_html_link(page->html, url, OP25B_PAGE_FAQ_SPAM_HELP, NULL);
	op25b_html_raw(page->html, "</p>\n");
}

static void write_answer(struct op25b_page *page, const struct op25b_faq_entry *entry,
			 const struct op25b_faq_answer *answer)
{
	for (size_t i = 0; i < answer->n_texts; i++) {
		op25b_html_raw(page->html, "<p>");
		op25b_html_text(page->html, text_in(page, &answer->texts[i]));
		op25b_html_raw(page->html, "</p>\n");
	}
	write_spam_help(page, entry);
}

static void write_index(struct op25b_page *page, const struct op25b_faq_data *data)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<nav aria-labelledby=\"index\">\n");
	op25b_html_element(h, "h2 id=\"index\"", OP25B_PAGE_FAQ_INDEX, NULL);
	op25b_html_raw(h, "<ol>\n");
	for (size_t i = 0; i < data->n_entries; i++) {
		if (!answer_of(page, &data->entries[i]))
			continue;
		op25b_html_raw(h, "<li><a href=\"#");
		op25b_html_text(h, data->entries[i].id);
		op25b_html_raw(h, "\">");
		op25b_html_text(h, text_in(page, &data->entries[i].question));
		op25b_html_raw(h, "</a></li>\n");
	}
	op25b_html_raw(h, "</ol>\n</nav>\n");
}

static void write_entry(struct op25b_page *page, const struct op25b_faq_entry *entry)
{
	const struct op25b_faq_answer *answer = answer_of(page, entry);
	struct op25b_html *h = page->html;

	if (!answer)
		return;
	op25b_html_raw(h, "<section data-faq=\"");
	op25b_html_text(h, entry->id);
	op25b_html_rawf(h, "\" data-answer=\"%zu\">\n<h2 id=\"", (size_t)(answer - entry->answers));
	op25b_html_text(h, entry->id);
	op25b_html_raw(h, "\">");
	open_link(page, "/faq/", entry->id);
	op25b_html_text(h, text_in(page, &entry->question));
	op25b_html_raw(h, "</a></h2>\n");
	write_answer(page, entry, answer);
	op25b_html_raw(h, "<p class=\"top\"><a href=\"#index\">");
	op25b_html_say(h, OP25B_PAGE_FAQ_TOP, NULL);
	op25b_html_raw(h, "</a></p>\n</section>\n");
}

void op25b_page_faq(struct op25b_page *page)
{
	const struct op25b_faq_data *data = page->site->data->faq;

	op25b_page_begin(page, OP25B_PAGE_FAQ_TITLE, NULL);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_FAQ_LEAD, NULL);
	if (data) {
		write_index(page, data);
		for (size_t i = 0; i < data->n_entries; i++)
			write_entry(page, &data->entries[i]);
	}
	op25b_page_end(page);
}

void op25b_page_question(struct op25b_page *page)
{
	const struct op25b_faq_entry *entry = find_entry(page, page->rest);
	const struct op25b_faq_answer *answer = entry ? answer_of(page, entry) : NULL;

	if (!answer) {
		op25b_page_error(page, 404);
		return;
	}
	page->head.parent = "/faq";
	page->head.parent_word = OP25B_PAGE_FAQ_TITLE;
	op25b_page_begin(page, OP25B_PAGE_FAQ_ONE,
			 OP25B_VALUES({ "question", text_in(page, &entry->question) }));
	op25b_html_rawf(page->html, "<div data-faq=\"%s\" data-answer=\"%zu\">\n", entry->id,
			(size_t)(answer - entry->answers));
	write_answer(page, entry, answer);
	write_links(page, entry);
	op25b_html_raw(page->html, "</div>\n<p>");
	op25b_page_link(page, "/faq", OP25B_PAGE_FAQ_ALL, NULL);
	op25b_html_raw(page->html, "</p>\n");
	op25b_page_end(page);
}
