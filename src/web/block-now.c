/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An outcome's page can be read by anybody: by a link of another page, of a letter, of a neighbour.
 * Who is on a line of which it is not true is told what is.
 */
#include "web/page.h"

/* The use that an outcome is about; OP25B_USE_COUNT: none, or the line as a whole. */
static enum op25b_use use_of(enum op25b_outcome outcome)
{
	const int situation = op25b_outcome_situation(outcome);
	int use = 0;

	if (outcome == OP25B_O_OK_DESIGNATED)
		return OP25B_USE_OWN_SERVER;
	if (outcome == OP25B_O_PROVIDER_NO_SUBMISSION)
		return OP25B_USE_OTHER_SERVER;
	if (outcome < OP25B_O_AFFECTED_OWN_SERVER || outcome > OP25B_O_AFFECTED_DEVICE)
		return OP25B_USE_COUNT;
	while (use < OP25B_USE_COUNT && op25b_use_situation((enum op25b_use)use) != situation)
		use++;
	return (enum op25b_use)use;
}

/* Whether it says how a line is, or whose it is. */
static bool is_of_line(enum op25b_outcome outcome)
{
	switch (outcome) {
	case OP25B_O_OK_LINE:
	case OP25B_O_OK_EXEMPT:
	case OP25B_O_OK_UNTIL_START:
	case OP25B_O_OK_COUNTED:
	case OP25B_O_AFFECTED_SOME_DESTINATIONS:
	case OP25B_O_CANNOT_TELL_ELSEWHERE:
	case OP25B_O_CANNOT_TELL_SHARED:
	case OP25B_O_SUSPECT:
		return true;
	default:
		return false;
	}
}

/* @family: of the service; a line has the one it asks by. */
static void judge(const struct op25b_page *page, const struct op25b_service *service,
		  uint8_t family, enum op25b_use use, struct op25b_finding_of_use *ret)
{
	if (service)
		op25b_judge_service(&page->site->judge, service, use, family, page->request->now,
				    ret);
	else
		op25b_judge_use(&page->site->judge, &page->line, use, page->request->now, ret);
}

/* What leads on /line; of destinations the use that they are closed for. */
static void judge_line(const struct op25b_page *page, const struct op25b_service *service,
		       uint8_t family, enum op25b_outcome outcome, struct op25b_finding_of_use *ret)
{
	struct op25b_finding_of_use uses[OP25B_USE_COUNT];
	struct op25b_line_answer answer;

	for (int use = 0; use < OP25B_USE_COUNT; use++)
		judge(page, service, family, (enum op25b_use)use, &uses[use]);
	op25b_judge_answer(uses, &answer);
	*ret = uses[answer.use];
	for (int use = 0; use < OP25B_USE_COUNT; use++) {
		if (outcome == OP25B_O_AFFECTED_SOME_DESTINATIONS && uses[use].asked &&
		    uses[use].outcome == outcome)
			*ret = uses[use];
	}
}

/* Two are true beside others: a server of ours is open where all are, and one that takes mail on
 * port 25 alone is closed wherever that port is. */
static bool is_true_beside(enum op25b_outcome outcome, enum op25b_outcome now)
{
	if (outcome == OP25B_O_OK_DESIGNATED)
		return op25b_outcome_verdict(now) == OP25B_NOT_AFFECTED;
	return outcome == OP25B_O_PROVIDER_NO_SUBMISSION &&
	       op25b_outcome_verdict(now) == OP25B_AFFECTED;
}

static struct op25b_finding_of_use find(const struct op25b_page *page,
					const struct op25b_service *service, uint8_t family,
					enum op25b_outcome outcome)
{
	const enum op25b_use use = use_of(outcome);
	struct op25b_finding_of_use of = { .asked = false };

	if (use != OP25B_USE_COUNT)
		judge(page, service, family, use, &of);
	else if (is_of_line(outcome))
		judge_line(page, service, family, outcome, &of);
	return of;
}

void op25b_page_now(const struct op25b_page *page, enum op25b_outcome outcome,
		    const struct op25b_service *service, struct op25b_page_now *ret)
{
	const struct op25b_line_facts *facts = &page->facts->line;
	struct op25b_finding_of_use other = { .asked = false };

	*ret = (struct op25b_page_now){ 0 };
	if (!service && (!page->line.service || page->line.waiting))
		return;
	ret->of = find(page, service, OP25B_V4, outcome);
	if (service)
		other = find(page, service, OP25B_V6, outcome);
	/* Of a service's families that which the page is about, else the first that is asked. */
	if (other.asked &&
	    (!ret->of.asked || (ret->of.outcome != outcome && other.outcome == outcome)))
		ret->of = other;
	if (!ret->of.asked)
		return;
	ret->holds = ret->of.outcome == outcome;
	ret->otherwise = !ret->holds && !is_true_beside(outcome, ret->of.outcome);
	/* That many servers were tried is a fact of the line, whatever its port. */
	if (outcome == OP25B_O_SUSPECT && (!facts->known || facts->suspect))
		ret->otherwise = false;
}

void op25b_block_now(struct op25b_page *page, const struct op25b_service *service,
		     const struct op25b_page_now *now)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<p class=\"note\" data-now=\"%s\">", op25b_outcome_id(now->of.outcome));
	op25b_html_say(h, service ? OP25B_PAGE_O_SERVICE_NOW : OP25B_PAGE_O_LINE_NOW, NULL);
	op25b_html_raw(h, " ");
	op25b_html_say(h, op25b_outcome_sentence(now->of.outcome), NULL);
	op25b_html_raw(h, " ");
	op25b_page_link(page, "/line", OP25B_PAGE_O_NEXT_LINE, NULL);
	op25b_html_raw(h, "</p>\n");
}
