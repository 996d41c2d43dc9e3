/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /staff: what a code stands for, how it stands with a line. For members of staff whom the proxy
 * named, with a reason; a line of the staff log is written before anything is shown (6b.5).
 */
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "policy/mail-words.h"
#include "policy/prefix.h"
#include "policy/words.h"
#include "web/answers.h"
#include "web/line-parts.h"
#include "web/route.h"

/* In the language that the browser asks for; ?lang= says otherwise. */
void op25b_staff_language(struct op25b_page *page)
{
	const char *asked = op25b_web_field(&page->request->query, "lang");

	asked = asked ? asked : op25b_web_field(&page->request->form, "lang");
	page->lang = op25b_web_language(page->request->accept_language);
	for (int lang = 0; asked && lang < OP25B_LANGS; lang++) {
		if (!strcmp(asked, op25b_lang_names[lang]))
			page->lang = (enum op25b_lang)lang;
	}
	page->html->lang = page->lang;
	page->response->vary_language = true;
}

void op25b_staff_places(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<p><a href=\"/staff/?lang=%s\">", op25b_lang_names[page->lang]);
	op25b_html_say(h, OP25B_PAGE_STAFF_TITLE, NULL);
	op25b_html_rawf(h, "</a> <a href=\"/ops/?lang=%s\">", op25b_lang_names[page->lang]);
	op25b_html_say(h, OP25B_PAGE_OPS_TITLE, NULL);
	op25b_html_rawf(h, "</a> <a href=\"/staff/log?lang=%s\">", op25b_lang_names[page->lang]);
	op25b_html_say(h, OP25B_PAGE_STAFF_LOG, NULL);
	op25b_html_raw(h, "</a></p>\n");
}

void op25b_staff_field(struct op25b_page *page, const char *name, op25b_phrase word, bool required)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<p><label for=\"%s\">", name);
	op25b_html_say(h, word, NULL);
	op25b_html_rawf(h,
			"</label><br>\n<input id=\"%s\" name=\"%s\" autocomplete=\"off\"%s></p>\n",
			name, name, required ? " required" : "");
}

static void write_form(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h,
			"<form method=\"post\" action=\"/staff/\">\n"
			"<input type=\"hidden\" name=\"lang\" value=\"%s\">\n",
			op25b_lang_names[page->lang]);
	op25b_staff_field(page, "code", OP25B_PAGE_STAFF_CODE, false);
	op25b_staff_field(page, "address", OP25B_PAGE_STAFF_ADDRESS, false);
	op25b_staff_field(page, "line", OP25B_PAGE_STAFF_LINE, false);
	op25b_staff_field(page, "reason", OP25B_PAGE_STAFF_REASON, true);
	op25b_html_raw(h, "<p><button>");
	op25b_html_say(h, OP25B_PAGE_STAFF_LOOK, NULL);
	op25b_html_raw(h, "</button></p>\n</form>\n");
}

static void row(struct op25b_page *page, op25b_phrase head, const char *value)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<tr><th scope=\"row\">");
	op25b_html_say(h, head, NULL);
	op25b_html_raw(h, "</th><td>");
	op25b_html_text(h, value && *value ? value : "-");
	op25b_html_raw(h, "</td></tr>\n");
}

static void row_outcome(struct op25b_page *page, enum op25b_outcome outcome)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<tr data-outcome=\"%s\"><th scope=\"row\">", op25b_outcome_id(outcome));
	op25b_html_say(h, OP25B_PAGE_STAFF_SAW, NULL);
	op25b_html_raw(h, "</th><td>");
	op25b_html_say(h, op25b_outcome_title(outcome), NULL);
	op25b_html_raw(h, "<br><strong>");
	op25b_html_say(h, op25b_outcome_sentence(outcome), NULL);
	op25b_html_raw(h, "</strong><br>");
	op25b_html_say(h, op25b_outcome_why(outcome), NULL);
	op25b_html_raw(h, "</td></tr>\n");
}

/* What was answered on the way, "where=home&server=other": step by step. */
static void row_steps(struct op25b_page *page, const char *answers)
{
	struct op25b_web_fields steps = { .n = 0 };
	struct op25b_html *h = page->html;

	if (op25b_web_fields_read(answers, strlen(answers), &steps) || !steps.n) {
		row(page, OP25B_PAGE_STAFF_ANSWERS, answers);
	} else {
		op25b_html_raw(h, "<tr><th scope=\"row\">");
		op25b_html_say(h, OP25B_PAGE_STAFF_ANSWERS, NULL);
		op25b_html_raw(h, "</th><td><ol>\n");
		for (size_t i = 0; i < steps.n; i++) {
			const char *question = steps.list[i].name, *answer = steps.list[i].value;
			const bool ours =
				op25b_answers_text(page, &steps.list[i], &question, &answer);

			op25b_html_raw(h, "<li>");
			op25b_html_text(h, question);
			op25b_html_raw(h, ours ? " <strong>" : ": <strong>");
			op25b_html_text(h, answer);
			op25b_html_raw(h, "</strong></li>\n");
		}
		op25b_html_raw(h, "</ol></td></tr>\n");
	}
	op25b_web_fields_done(&steps);
}

/* Kind 2: a page that a customer had before them. */
static void on_page_code(void *arg, const struct op25b_page_code *code)
{
	struct op25b_page *page = arg;
	char time[OP25B_PAGE_TIME];

	op25b_html_raw(page->html, "<table>\n");
	row_outcome(page, code->outcome);
	row(page, OP25B_PAGE_STAFF_WHEN, op25b_page_time(page, code->at, time));
	row(page, OP25B_PAGE_STAFF_OF_LINE, code->line);
	row_steps(page, code->answers);
	row(page, OP25B_PAGE_STAFF_PROBE, code->probe);
	row(page, OP25B_PAGE_STAFF_LANGUAGE, op25b_lang_names[code->lang]);
	op25b_html_raw(page->html, "</table>\n");
}

/* Kind 1: the text of a refusal of port 25. It holds no line, and none is known. */
static void on_notice_code(void *arg, const struct op25b_notice_of *of)
{
	struct op25b_page *page = arg;
	const int outcome = op25b_outcome_find(of->outcome);
	char time[OP25B_PAGE_TIME];

	op25b_html_raw(page->html, "<table>\n");
	if (outcome >= 0)
		row_outcome(page, (enum op25b_outcome)outcome);
	row(page, OP25B_PAGE_STAFF_SERVICE, of->service);
	row(page, OP25B_PAGE_STAFF_BECAUSE, op25b_words_name(&op25b_words_reason, of->reason));
	if (of->until)
		row(page, OP25B_PAGE_STAFF_POLICY_ENDED, op25b_page_time(page, of->until, time));
	op25b_html_raw(page->html, "</table>\n");
	op25b_html_element(page->html, "p", OP25B_PAGE_STAFF_NOTICE, NULL);
}

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* Kind 3: a refusal by the mail server. */
static bool write_mail_code(struct op25b_page *page)
{
	const json_t *code = page->facts->lookup.code;
	const char *outcome_id = text(code, "outcome");
	int outcome = outcome_id ? op25b_outcome_find(outcome_id) : -1;
	json_int_t until = json_integer_value(json_object_get(code, "until"));
	char time[OP25B_PAGE_TIME];

	if (!text(code, "reason"))
		return false;
	op25b_html_raw(page->html, "<table>\n");
	if (outcome >= 0)
		row_outcome(page, (enum op25b_outcome)outcome);
	row(page, OP25B_PAGE_STAFF_BECAUSE, text(code, "reason"));
	row(page, OP25B_PAGE_STAFF_ACCOUNT, text(code, "account"));
	row(page, OP25B_PAGE_STAFF_OF_LINE, text(code, "line"));
	row(page, OP25B_PAGE_STAFF_UNTIL, until ? op25b_page_time(page, until, time) : "");
	op25b_html_raw(page->html, "</table>\n");
	return true;
}

/* Kind 4: a test mail. */
static bool write_echo_code(struct op25b_page *page)
{
	if (!page->facts->echo.known)
		return false;
	if (page->facts->echo.arrived)
		op25b_block_arrived(page);
	else
		op25b_html_element(page->html, "p", OP25B_PAGE_CHECK_NOT_YET, NULL);
	return true;
}

static void write_code(struct op25b_page *page, const char *asked)
{
	const struct op25b_site_calls *calls = page->calls;
	char shown[OP25B_CODE_TEXT];
	bool found = false;
	uint64_t code = 0;

	op25b_html_element(page->html, "h2", OP25B_PAGE_STAFF_CODE, NULL);
	if (op25b_code_parse(asked, &code)) {
		op25b_html_element(page->html, "p class=\"note\" role=\"alert\"",
				   OP25B_PAGE_STAFF_MISHEARD, NULL);
		return;
	}
	op25b_code_format(code, shown);
	op25b_html_rawf(page->html, "<p class=\"digits\">%s</p>\n", shown);
	switch (op25b_code_kind(code)) {
	case OP25B_CODE_NOTICE:
		found = calls && calls->find_notice &&
			!calls->find_notice(calls->arg, page->site->judge.policy, code,
					    on_notice_code, page);
		break;
	case OP25B_CODE_PAGE:
		found = calls && calls->find_code &&
			!calls->find_code(calls->arg, shown, on_page_code, page);
		break;
	case OP25B_CODE_MAIL:
		found = write_mail_code(page);
		break;
	case OP25B_CODE_ECHO:
		found = write_echo_code(page);
		break;
	default:
		break;
	}
	if (!found)
		op25b_html_element(page->html, "p", OP25B_PAGE_STAFF_FORGOTTEN, NULL);
}

static void write_seen(struct op25b_page *page, const struct op25b_line_facts *facts)
{
	struct op25b_html *h = page->html;
	char attempts[16], destinations[16], last[OP25B_PAGE_TIME] = "";

	op25b_html_element(h, "h2", OP25B_PAGE_STAFF_SEEN, NULL);
	if (!facts->known) {
		op25b_html_element(h, "p", OP25B_PAGE_STAFF_NOT_SEEN, NULL);
		return;
	}
	snprintf(attempts, sizeof(attempts), "%u", facts->attempts);
	snprintf(destinations, sizeof(destinations), "%u", facts->destinations);
	op25b_html_raw(h, "<table>\n");
	row(page, OP25B_PAGE_STAFF_ATTEMPTS, attempts);
	row(page, OP25B_PAGE_STAFF_DESTINATIONS, destinations);
	row(page, OP25B_PAGE_STAFF_LAST,
	    facts->last ? op25b_page_time(page, facts->last, last) : "");
	op25b_html_raw(h, "</table>\n");
	if (facts->suspect)
		op25b_html_element(h, "p class=\"note\"", OP25B_PAGE_STAFF_SUSPECT, NULL);
}

/* Whose hold it is that closes a line, and why. */
static void write_hold(struct op25b_page *page, const struct op25b_grant *hold)
{
	char time[OP25B_PAGE_TIME];

	row(page, OP25B_PAGE_STAFF_HOLD, hold->id);
	row(page, OP25B_PAGE_STAFF_HOLD_REASON, hold->reason);
	row(page, OP25B_PAGE_STAFF_UNTIL,
	    hold->until == INT64_MAX ? "" : op25b_page_time(page, hold->until, time));
}

/* What the customer of an address is told, use by use. */
static void write_told(struct op25b_page *page, const struct op25b_prefix *address)
{
	const struct op25b_judge *judge = &page->site->judge;
	struct op25b_html *h = page->html;
	char shown[OP25B_PREFIX_TEXT];

	op25b_judge_line(judge, address, 0, page->request->now, &page->line);
	op25b_html_raw(h, "<table>\n");
	row(page, OP25B_PAGE_STAFF_ADDRESS,
	    op25b_address_format(address->family, address->addr, shown));
	row(page, OP25B_PAGE_STAFF_SERVICE, page->line.service ? page->line.service->id : "");
	row(page, OP25B_PAGE_STAFF_OF_LINE, page->line.line);
	if (page->line.evidence.hold)
		write_hold(page, page->line.evidence.hold);
	op25b_html_raw(h, "</table>\n");
	if (!page->line.service) {
		op25b_html_element(h, "p", OP25B_PAGE_STAFF_NOT_OURS, NULL);
		return;
	}
	op25b_html_raw(h, "<ul class=\"uses\">\n");
	for (int use = 0; use < OP25B_USE_COUNT; use++) {
		struct op25b_finding_of_use finding;

		op25b_judge_use(judge, &page->line, (enum op25b_use)use, page->request->now,
				&finding);
		if (finding.asked)
			op25b_line_use(page, (enum op25b_use)use, &finding);
	}
	op25b_html_raw(h, "</ul>\n");
	write_seen(page, &page->facts->lookup.line);
}

static void write_address(struct op25b_page *page, const char *asked)
{
	struct op25b_prefix address;

	op25b_html_element(page->html, "h2", OP25B_PAGE_STAFF_ADDRESS, NULL);
	if (strchr(asked, '/') || op25b_prefix_parse(asked, &address))
		op25b_html_element(page->html, "p class=\"note\" role=\"alert\"",
				   OP25B_PAGE_STAFF_NO_ADDRESS, NULL);
	else
		write_told(page, &address);
}

/* By the first address that the policy gives it. What only sessions name has none to begin with. */
static void write_line(struct op25b_page *page, const char *asked)
{
	const struct op25b_policy *policy = page->site->judge.policy;

	op25b_html_element(page->html, "h2", OP25B_PAGE_STAFF_LINE, NULL);
	for (size_t i = 0; i < policy->n_lines; i++) {
		struct op25b_prefix address = policy->lines[i].prefix;

		if (strcmp(policy->line_ids[policy->lines[i].line], asked) != 0)
			continue;
		address.len = op25b_prefix_whole(address.family);
		write_told(page, &address);
		return;
	}
	op25b_html_element(page->html, "p class=\"note\" role=\"alert\"", OP25B_PAGE_STAFF_NO_LINE,
			   NULL);
	write_seen(page, &page->facts->lookup.line);
}

bool op25b_staff_noted(struct op25b_page *page, const char *what)
{
	const struct op25b_site_calls *calls = page->calls;
	const char *reason = op25b_web_field(&page->request->form, "reason");
	op25b_phrase fault = OP25B_NO_PHRASE;

	if (!*page->request->user)
		fault = OP25B_PAGE_STAFF_NO_USER;
	else if (!reason || !reason[strspn(reason, " \t\n")])
		fault = OP25B_PAGE_STAFF_NO_REASON;
	else if (!calls || !calls->note_staff ||
		 calls->note_staff(calls->arg, page->request->now, page->request->user, what,
				   reason))
		fault = OP25B_PAGE_STAFF_NO_LOG;
	if (fault == OP25B_NO_PHRASE)
		return true;
	page->response->status = fault == OP25B_PAGE_STAFF_NO_LOG ? 503 : 403;
	op25b_html_element(page->html, "p class=\"note\" role=\"alert\"", fault, NULL);
	return false;
}

static const char *given(const struct op25b_page *page, const char *name)
{
	const char *value = op25b_web_field(&page->request->form, name);

	return value && *value ? value : NULL;
}

void op25b_page_staff(struct op25b_page *page)
{
	op25b_staff_language(page);
	op25b_page_begin(page, OP25B_PAGE_STAFF_TITLE, NULL);
	op25b_staff_places(page);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_STAFF_LEAD, NULL);
	write_form(page);
	op25b_page_end(page);
}

void op25b_page_staff_lookup(struct op25b_page *page)
{
	const char *code = given(page, "code"), *address = given(page, "address");
	const char *line = given(page, "line");
	const int n = (code != NULL) + (address != NULL) + (line != NULL);
	const char *what = code ? code : address ? address : line;

	op25b_staff_language(page);
	op25b_page_begin(page, OP25B_PAGE_STAFF_TITLE, NULL);
	op25b_staff_places(page);
	/* One at a time: the staff log says all that was shown. */
	if (n != 1)
		op25b_html_element(page->html, "p class=\"note\" role=\"alert\"",
				   OP25B_PAGE_STAFF_NOTHING, NULL);
	else if (op25b_staff_noted(page, what)) {
		if (code)
			write_code(page, code);
		if (address)
			write_address(page, address);
		if (line)
			write_line(page, line);
	}
	write_form(page);
	op25b_page_end(page);
}
