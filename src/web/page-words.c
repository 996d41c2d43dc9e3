/* SPDX-License-Identifier: BSD-2-Clause */
/* Words explained, each with an anchor that other pages link to. */
#include "web/glossary.h"
#include "web/page.h"
#include "web/route.h"

static const char *text_in(const struct op25b_page *page, const struct op25b_data_text *text)
{
	return op25b_data_text_in(page->html->own, text, page->lang);
}

void op25b_page_words(struct op25b_page *page)
{
	const struct op25b_glossary_data *data = page->site->data->glossary;
	struct op25b_html *h = page->html;

	op25b_page_begin(page, OP25B_PAGE_WORDS_TITLE, NULL);
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_WORDS_LEAD, NULL);
	op25b_html_raw(h, "<dl class=\"words\">\n");
	for (size_t i = 0; data && i < data->n_terms; i++) {
		const struct op25b_term *term = &data->terms[i];

		op25b_html_raw(h, "<dt id=\"");
		op25b_html_text(h, term->id);
		op25b_html_raw(h, "\">");
		op25b_html_text(h, text_in(page, &term->name));
		op25b_html_raw(h, "</dt>\n<dd>");
		op25b_html_text(h, text_in(page, &term->text));
		op25b_html_raw(h, "</dd>\n");
	}
	op25b_html_raw(h, "</dl>\n<p>");
	op25b_page_link(page, "/faq", OP25B_PAGE_FAQ_TITLE, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}
