/* SPDX-License-Identifier: BSD-2-Clause */
/* What support helps with, of each outcome that names a contact (design-words 6b.1). */
#include "policy/words.h"
#include "web/page.h"

static void write_help(struct op25b_page *page, enum op25b_help help, op25b_phrase word)
{
	op25b_html_rawf(page->html, "<p class=\"note\" data-help=\"%s\">",
			op25b_words_name(&op25b_words_help, help));
	op25b_html_say(page->html, word, NULL);
	op25b_html_raw(page->html, "</p>\n");
}

void op25b_block_help(struct op25b_page *page, const struct op25b_service *service,
		      enum op25b_situation situation)
{
	static const op25b_phrase words[] = { [OP25B_HELP_FULL] = OP25B_PAGE_REM_HELP_FULL,
					      [OP25B_HELP_GUIDE] = OP25B_PAGE_REM_HELP_GUIDE,
					      [OP25B_HELP_NONE] = OP25B_PAGE_REM_HELP_NONE };
	enum op25b_help help = service->help[situation];

	if (help != OP25B_HELP_NOT_SAID)
		write_help(page, help, words[help]);
}

/* Full: what only we can see or open. None: what is in the way is no line or server of ours. */
static enum op25b_help help_of(enum op25b_outcome outcome)
{
	switch (outcome) {
	case OP25B_O_CANNOT_TELL_SHARED:
	case OP25B_O_OUTAGE:
	case OP25B_O_ACCOUNT_STOPPED:
	case OP25B_O_ACCOUNT_HELD:
	case OP25B_O_LIMIT_REACHED:
	case OP25B_O_ABROAD_CLOSED:
	case OP25B_O_FIRST_PASSWORD:
	case OP25B_O_SENDER_CONFIRM:
	case OP25B_O_NO_MAIL_ACCOUNT:
	case OP25B_O_SUSPECT:
	case OP25B_O_UNKNOWN:
		return OP25B_HELP_FULL;
	case OP25B_O_ELSEWHERE_BLOCKED:
	case OP25B_O_SECURITY_SOFTWARE:
		return OP25B_HELP_NONE;
	default:
		return OP25B_HELP_GUIDE;
	}
}

void op25b_block_help_of(struct op25b_page *page, enum op25b_outcome outcome, int situation)
{
	static const op25b_phrase words[] = { [OP25B_HELP_FULL] = OP25B_PAGE_O_HELP_FULL,
					      [OP25B_HELP_GUIDE] = OP25B_PAGE_O_HELP_GUIDE,
					      [OP25B_HELP_NONE] = OP25B_PAGE_O_HELP_NONE };
	enum op25b_help help = help_of(outcome);
	struct op25b_remedies shown;

	if (op25b_outcome_verdict(outcome) == OP25B_NOT_AFFECTED)
		return;
	/* There is nothing to be guided to. */
	if (situation >= 0) {
		op25b_remedies_shown(page, op25b_page_service(page),
				     (enum op25b_situation)situation, &shown);
		help = shown.n ? help : OP25B_HELP_FULL;
	}
	write_help(page, help, words[help]);
}
