/* SPDX-License-Identifier: BSD-2-Clause */
/* "Code for support": ten digits to read out, instead of explaining everything once more. */
#include "web/answers.h"

void op25b_block_code(struct op25b_page *page, enum op25b_outcome outcome)
{
	struct op25b_html *h = page->html;
	char answers[OP25B_ANSWERS];

	/* What was answered on the way here stands in the query. */
	op25b_answers_known(page, &page->request->query, answers);
	op25b_html_raw(h, "<section class=\"code\" aria-labelledby=\"code\">\n");
	op25b_html_element(h, "h2 id=\"code\"", OP25B_PAGE_CODE_TITLE, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_CODE_TEXT, NULL);
	op25b_html_raw(h, "<form method=\"post\" action=\"");
	op25b_page_href(page, "/code");
	op25b_html_rawf(h, "\">\n<input type=\"hidden\" name=\"outcome\" value=\"%s\">\n",
			op25b_outcome_id(outcome));
	op25b_html_raw(h, "<input type=\"hidden\" name=\"answers\" value=\"");
	op25b_html_text(h, answers);
	op25b_html_raw(h, "\">\n");
	op25b_html_element(h, "button", OP25B_PAGE_CODE_BUTTON, NULL);
	op25b_html_raw(h, "</form>\n</section>\n");
}
