/* SPDX-License-Identifier: BSD-2-Clause */
/* See forms.h. */
#include "web/forms.h"

void op25b_form_problem(struct op25b_page *page, const char *field, op25b_phrase what)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<div class=\"problem\" role=\"alert\">\n");
	op25b_html_element(h, "strong", OP25B_PAGE_FORM_PROBLEM, NULL);
	op25b_html_rawf(h, "<p><a href=\"#%s\">", field);
	op25b_html_say(h, what, NULL);
	op25b_html_raw(h, "</a></p>\n</div>\n");
}

void op25b_form_hidden(struct op25b_page *page, const char *name, const char *value)
{
	op25b_html_raw(page->html, "<input type=\"hidden\" name=\"");
	op25b_html_text(page->html, name);
	op25b_html_raw(page->html, "\" value=\"");
	op25b_html_text(page->html, value);
	op25b_html_raw(page->html, "\">\n");
}

void op25b_form_radio(struct op25b_page *page, const char *name, const char *value,
		      const char *text, bool first)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<p><label><input type=\"radio\" name=\"");
	op25b_html_text(h, name);
	op25b_html_raw(h, "\" value=\"");
	op25b_html_text(h, value);
	op25b_html_raw(h, first ? "\" id=\"answer\"> " : "\"> ");
	op25b_html_text(h, text);
	op25b_html_raw(h, "</label></p>\n");
}

void op25b_form_answer(struct op25b_page *page, const char *question, const char *answer)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<li>");
	op25b_html_text(h, question);
	op25b_html_raw(h, " <strong>");
	op25b_html_text(h, answer);
	op25b_html_raw(h, "</strong> ");
}

void op25b_form_links(struct op25b_page *page, const char *tag, const struct op25b_form_link *links)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<%s class=\"next\">\n", tag);
	for (; links->path; links++) {
		op25b_html_raw(h, "<li>");
		op25b_page_link(page, links->path, links->phrase, NULL);
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_rawf(h, "</%s>\n", tag);
}

void op25b_form_button(struct op25b_page *page, const char *path, const char *rest,
		       op25b_phrase word)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<form method=\"post\" action=\"");
	op25b_page_href(page, path);
	op25b_html_text(h, rest);
	op25b_html_raw(h, "\">\n<p><button>");
	op25b_html_say(h, word, NULL);
	op25b_html_raw(h, "</button></p>\n</form>\n");
}
