/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways of sending with their answers: in a list, or as rows of a table. */
#include "policy/words.h"
#include "web/line-parts.h"

/* Where its page can't be linked to, its title says what it would. */
static void write_outcome_link(struct op25b_page *page, enum op25b_use use,
			       enum op25b_outcome outcome, const struct op25b_service *service)
{
	const op25b_phrase word = op25b_use_name(use);
	struct op25b_html *h = page->html;

	if (!op25b_page_can_link(page)) {
		op25b_html_say(h, word, NULL);
		op25b_html_raw(h, "<br>");
		op25b_html_say(h, op25b_outcome_title(outcome), NULL);
		return;
	}
	op25b_html_raw(h, "<a href=\"");
	op25b_page_href(page, "/o/");
	op25b_html_raw(h, op25b_outcome_id(outcome));
	if (service) {
		op25b_html_raw(h, "?service=");
		op25b_html_query(h, service->id);
	}
	/* The one outcome that several uses come to: what helps depends on which. */
	if (outcome == OP25B_O_AFFECTED_SOME_DESTINATIONS)
		op25b_html_rawf(h, "%suse=%s", service ? "&amp;" : "?", op25b_use_word(use));
	op25b_html_raw(h, "\">");
	op25b_html_say(h, word, NULL);
	op25b_html_raw(h, "</a>");
}

/* In a list or table the whole sentence of a date is too long. */
static void write_short_date(struct op25b_page *page, const struct op25b_finding_of_use *of)
{
	char day[OP25B_PAGE_TIME];
	op25b_phrase word = OP25B_NO_PHRASE;
	int64_t date = 0;

	if (op25b_outcome_verdict(of->outcome) == OP25B_AFFECTED && of->since != INT64_MIN) {
		word = OP25B_PAGE_TABLE_DATE_SINCE;
		date = of->since;
	} else if (of->outcome == OP25B_O_OK_EXEMPT && of->until != INT64_MAX &&
		   of->until <= of->from) {
		word = OP25B_PAGE_TABLE_DATE_UNTIL;
		date = of->until - 1;
	} else if (op25b_outcome_verdict(of->outcome) == OP25B_NOT_AFFECTED &&
		   of->from != INT64_MAX) {
		word = of->destination ? OP25B_PAGE_TABLE_DATE_FROM_SOME :
					 OP25B_PAGE_TABLE_DATE_FROM;
		date = of->from;
	}
	if (word == OP25B_NO_PHRASE)
		return;
	op25b_html_raw(page->html, " <small>");
	op25b_html_say(page->html, word, OP25B_VALUES({ "date", op25b_page_day(page, date, day) }));
	op25b_html_raw(page->html, "</small>");
}

static void write_attributes(struct op25b_page *page, enum op25b_use use,
			     enum op25b_outcome outcome)
{
	op25b_html_rawf(page->html, " data-use=\"%s\" data-outcome=\"%s\" data-verdict=\"%s\"",
			op25b_use_word(use), op25b_outcome_id(outcome),
			op25b_outcome_verdict_word(op25b_outcome_verdict(outcome)));
}

void op25b_line_use(struct op25b_page *page, enum op25b_use use,
		    const struct op25b_finding_of_use *of)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<li");
	write_attributes(page, use, of->outcome);
	op25b_html_raw(h, ">");
	write_outcome_link(page, use, of->outcome, NULL);
	op25b_html_raw(h, "<br>");
	op25b_block_mark(page, op25b_outcome_verdict(of->outcome));
	write_short_date(page, of);
	op25b_html_raw(h, "</li>\n");
}

/* Names of the ways out, in order; the link of the row leads to what they mean. */
static void write_ways_out(struct op25b_page *page, enum op25b_use use, enum op25b_outcome outcome,
			   const struct op25b_service *service)
{
	const int situation = outcome == OP25B_O_AFFECTED_SOME_DESTINATIONS ?
				      op25b_use_situation(use) :
				      op25b_outcome_situation(outcome);
	struct op25b_remedies shown;
	struct op25b_html *h = page->html;

	if (situation < 0)
		return;
	op25b_remedies_shown(page, service, (enum op25b_situation)situation, &shown);
	if (!shown.n)
		return;
	op25b_html_rawf(h, "<ol data-situation=\"%s\">",
			op25b_words_name(&op25b_words_situation, (unsigned int)situation));
	for (size_t i = 0; i < shown.n; i++) {
		op25b_html_rawf(h, "<li data-remedy=\"%s\">",
				op25b_words_name(&op25b_words_remedy, shown.list[i]));
		op25b_html_say(h, op25b_remedy_title((enum op25b_remedy)shown.list[i]), NULL);
		op25b_html_raw(h, "</li>");
	}
	op25b_html_raw(h, "</ol>");
}

void op25b_line_use_row(struct op25b_page *page, enum op25b_use use,
			const struct op25b_finding_of_use *of,
			const struct op25b_line_services *services)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<tr");
	write_attributes(page, use, of->outcome);
	op25b_html_raw(h, " data-service=\"");
	for (size_t i = 0; i < services->n; i++) {
		op25b_html_raw(h, i ? " " : "");
		op25b_html_text(h, services->list[i]->id);
	}
	op25b_html_raw(h, "\"><th scope=\"row\">");
	write_outcome_link(page, use, of->outcome, services->list[0]);
	op25b_html_raw(h, "</th><td>");
	op25b_block_mark(page, op25b_outcome_verdict(of->outcome));
	write_short_date(page, of);
	write_ways_out(page, use, of->outcome, services->list[0]);
	op25b_html_raw(h, "</td></tr>\n");
}
