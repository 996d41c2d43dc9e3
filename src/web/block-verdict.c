/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verdict of an outcome: a mark, its word, the sentence, a date in its tense. A mark is never
 * told by colour alone: it is a drawing with a word beside it.
 */
#include <string.h>

#include "policy/prefix.h"
#include "web/page.h"

struct sentences {
	op25b_phrase title, verdict, why;
};

static const struct sentences outcomes[OP25B_OUTCOME_COUNT] = {
#define ROW(tail, id, verdict, situation, contact)                                       \
	[OP25B_O_##tail] = { OP25B_PAGE_O_##tail##_TITLE, OP25B_PAGE_O_##tail##_VERDICT, \
			     OP25B_PAGE_O_##tail##_WHY },
	OP25B_OUTCOMES(ROW)
#undef ROW
};

op25b_phrase op25b_outcome_title(enum op25b_outcome outcome)
{
	return outcomes[outcome].title;
}

op25b_phrase op25b_outcome_sentence(enum op25b_outcome outcome)
{
	return outcomes[outcome].verdict;
}

op25b_phrase op25b_outcome_why(enum op25b_outcome outcome)
{
	return outcomes[outcome].why;
}

op25b_phrase op25b_use_name(enum op25b_use use)
{
	static const op25b_phrase names[OP25B_USE_COUNT] = {
#define ROW(tail, word) [OP25B_USE_##tail] = OP25B_PAGE_USE_##tail,
		OP25B_USES(ROW)
#undef ROW
	};

	return names[use];
}

int op25b_use_situation(enum op25b_use use)
{
	switch (use) {
	case OP25B_USE_OWN_SERVER:
		return OP25B_OWN_SERVER;
	case OP25B_USE_HOSTING_SERVER:
		return OP25B_HOSTING_SERVER;
	case OP25B_USE_OTHER_SERVER:
		return OP25B_OTHER_SERVER;
	case OP25B_USE_HOME_SERVER:
		return OP25B_HOME_SERVER;
	case OP25B_USE_DEVICE:
		return OP25B_DEVICE;
	default:
		return -1;
	}
}

/* Drawn in the colour of the text: a cross, a tick, a question. */
static const struct mark {
	const char *name, *drawing;
	op25b_phrase word;
} marks[] = {
	[OP25B_AFFECTED] = { "no", "M7 7l10 10M17 7L7 17", OP25B_PAGE_LINE_AFFECTED },
	[OP25B_NOT_AFFECTED] = { "yes", "M6 12.5l4 4 8-9", OP25B_PAGE_LINE_NOT_AFFECTED },
	[OP25B_CANNOT_TELL] = { "ask", "M9 9a3 3 0 1 1 4 3q-1 .6-1 2.4M12 17.5v.2",
				OP25B_PAGE_LINE_CANNOT_TELL },
};

static void draw(struct op25b_page *page, const struct mark *mark)
{
	op25b_html_rawf(page->html,
			"<svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" "
			"focusable=\"false\"><circle cx=\"12\" cy=\"12\" r=\"11\"/>"
			"<path d=\"%s\"/></svg>",
			mark->drawing);
}

void op25b_block_mark(struct op25b_page *page, enum op25b_verdict_word verdict)
{
	op25b_html_rawf(page->html, "<span class=\"%s\">", marks[verdict].name);
	draw(page, &marks[verdict]);
	op25b_html_say(page->html, marks[verdict].word, NULL);
	op25b_html_raw(page->html, "</span>");
}

/* What was found when mail can't be sent is named as a cause: whoever asks knows that it fails. */
static op25b_phrase word_of(enum op25b_outcome outcome, const struct op25b_finding_of_use *of)
{
	if (outcome == OP25B_O_SUSPECT)
		return OP25B_PAGE_LINE_PLEASE_CHECK;
	if (outcome >= OP25B_O_OUTAGE && outcome != OP25B_O_UNKNOWN)
		return OP25B_PAGE_LINE_CAUSE;
	if (outcome == OP25B_O_OK_UNTIL_START ||
	    (outcome == OP25B_O_OK_COUNTED && of && of->from != INT64_MAX))
		return OP25B_PAGE_LINE_NOT_YET;
	return marks[op25b_outcome_verdict(outcome)].word;
}

/* Whether an exemption's last day is what comes next: no hold closes the line before it. */
static bool ends(const struct op25b_finding_of_use *of)
{
	return of->until != INT64_MAX && of->until != INT64_MIN && of->until <= of->from;
}

/* Whether the limit begins as the exemption ends, and towards all servers. */
static bool is_followed(const struct op25b_finding_of_use *of)
{
	return of->until == of->from && !of->destination;
}

/* The one date that an answer needs: of what changed, or of what comes. */
static op25b_phrase date_of(const struct op25b_finding_of_use *of, int64_t *ret)
{
	if (op25b_outcome_verdict(of->outcome) == OP25B_AFFECTED && of->since != INT64_MIN) {
		*ret = of->since;
		return OP25B_PAGE_LINE_DATE_SINCE;
	}
	/* `until` is the first instant after: the day before is the last that people mean. */
	if (of->outcome == OP25B_O_OK_EXEMPT && ends(of)) {
		*ret = of->until - 1;
		return is_followed(of) ? OP25B_PAGE_LINE_DATE_UNTIL :
					 OP25B_PAGE_LINE_DATE_UNTIL_ONLY;
	}
	if (op25b_outcome_verdict(of->outcome) == OP25B_NOT_AFFECTED && of->from != INT64_MAX) {
		*ret = of->from;
		return of->destination ? OP25B_PAGE_LINE_DATE_FROM_SOME : OP25B_PAGE_LINE_DATE_FROM;
	}
	return OP25B_NO_PHRASE;
}

/* As people know a server: by its name, else its address; destinations by the policy's word. */
static const char *name_of(const struct op25b_peer_group *group, char room[OP25B_PREFIX_TEXT])
{
	for (size_t i = 0; i < group->n_hosts; i++) {
		if (!strchr(group->hosts[i], '*'))
			return group->hosts[i];
	}
	if (!group->offers || !group->n_prefixes)
		return group->id;
	op25b_address_format(group->prefixes[0].family, group->prefixes[0].addr, room);
	return room;
}

/* What the answer does not mean, though its sentence may be taken so. */
static void say_open(struct op25b_page *page, const struct op25b_finding_of_use *of)
{
	char room[OP25B_PREFIX_TEXT];
	struct op25b_html *h = page->html;

	if (!of->n_open || op25b_outcome_verdict(of->outcome) != OP25B_AFFECTED)
		return;
	op25b_html_element(h, "p", OP25B_PAGE_LINE_STAYS_OPEN, NULL);
	op25b_html_raw(h, "<ul data-open>\n");
	for (size_t i = 0; i < of->n_open; i++) {
		op25b_html_raw(h, "<li>");
		op25b_html_text(h, name_of(of->open[i], room));
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_raw(h, "</ul>\n");
}

static void say_dates(struct op25b_page *page, const struct op25b_finding_of_use *of)
{
	char day[OP25B_PAGE_TIME];
	int64_t date = 0;
	const op25b_phrase word = date_of(of, &date);

	if (word != OP25B_NO_PHRASE)
		op25b_html_element(page->html, "p class=\"date\"", word,
				   OP25B_VALUES({ "date", op25b_page_day(page, date, day) }));
	/* Else a day of its own, or other servers, are what comes behind an exemption. */
	if (of->outcome == OP25B_O_OK_EXEMPT && ends(of) && of->from != INT64_MAX &&
	    !is_followed(of))
		op25b_html_element(page->html, "p",
				   of->destination ? OP25B_PAGE_LINE_DATE_FROM_SOME :
						     OP25B_PAGE_LINE_DATE_FROM,
				   OP25B_VALUES({ "date", op25b_page_day(page, of->from, day) }));
	/* Towards some destinations now, towards all later: both dates belong to the answer. */
	if (of->outcome == OP25B_O_AFFECTED_SOME_DESTINATIONS && of->from != INT64_MAX)
		op25b_html_element(page->html, "p", OP25B_PAGE_LINE_DATE_ALL_FROM,
				   OP25B_VALUES({ "date", op25b_page_day(page, of->from, day) }));
	if (op25b_outcome_verdict(of->outcome) == OP25B_AFFECTED && of->opens != INT64_MAX)
		op25b_html_element(page->html, "p", OP25B_PAGE_LINE_OPENS,
				   OP25B_VALUES({ "date", op25b_page_day(page, of->opens, day) }));
}

void op25b_block_verdict(struct op25b_page *page, enum op25b_outcome outcome,
			 const struct op25b_finding_of_use *of)
{
	const struct mark *mark = &marks[op25b_outcome_verdict(outcome)];
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<div class=\"verdict %s\">\n<p><span class=\"word\">", mark->name);
	draw(page, mark);
	op25b_html_say(h, word_of(outcome, of), NULL);
	op25b_html_raw(h, "<span class=\"bar\">");
	op25b_html_say(h, OP25B_PAGE_LINE_COLON, NULL);
	op25b_html_raw(h, " </span></span><strong class=\"sentence\">");
	op25b_html_say(h, op25b_outcome_sentence(outcome), NULL);
	op25b_html_raw(h, "</strong></p>\n");
	if (of) {
		say_dates(page, of);
		say_open(page, of);
	}
	op25b_html_raw(h, "</div>\n");
}
