/* SPDX-License-Identifier: BSD-2-Clause */
/* Which page a path is: the URLs of design-words 6b.3, one row each. */
#pragma once

#include "web/page.h"

struct op25b_route {
	const char *path;   /* behind the language: "/line"; of those without a language whole */
	bool in_language;   /* "/ja" or "/en" stands before it */
	bool has_rest;      /* a last part follows: "/o/" and the outcome's id */
	bool post, staff;   /* POST, not GET; on the second listener only */
	bool no_store;      /* holds a verdict, or anything else of one caller */
	bool secret;        /* the last part is nobody else's to know: no log has it */
	unsigned int wants; /* enum op25b_web_want */
	op25b_page_fn make;
};

/**
 * op25b_route_find() - the row of a path.
 * @ret_lang: of the path; written where it has one
 * @ret_rest: the last part; ""
 * Returns NULL and *ret_allowed the methods that would do: "" none (404), else "GET" or "POST".
 */
const struct op25b_route *op25b_route_find(const struct op25b_web_request *request,
					   enum op25b_lang *ret_lang, const char **ret_rest,
					   const char **ret_allowed);

/* Every row, for tests and the crawler: @n of them. */
const struct op25b_route *op25b_routes(size_t *n);

/* What stands behind "/ja" or "/en" in a path: "/line"; NULL: it has no language. Static. */
const char *op25b_route_behind_language(const char *path);

/* Whether the path of a request can be asked for with GET too. */
bool op25b_route_has_get(const struct op25b_web_request *request);

/* Pages, each in page-SUBJECT.c. */
void op25b_page_abroad(struct op25b_page *page);
void op25b_page_abroad_sent(struct op25b_page *page);
void op25b_page_accessibility(struct op25b_page *page);
void op25b_page_addresses(struct op25b_page *page);
void op25b_page_announcement(struct op25b_page *page);
void op25b_page_announcements(struct op25b_page *page);
void op25b_page_autoconfig(struct op25b_page *page);
void op25b_page_autodiscover(struct op25b_page *page);
void op25b_page_check(struct op25b_page *page);
void op25b_page_check_new(struct op25b_page *page);
void op25b_page_check_result(struct op25b_page *page);
void op25b_page_client(struct op25b_page *page);
void op25b_page_code(struct op25b_page *page);
void op25b_page_confirm(struct op25b_page *page);
void op25b_page_confirm_done(struct op25b_page *page);
void op25b_page_contact(struct op25b_page *page);
void op25b_page_error_answer(struct op25b_page *page);
void op25b_page_error_form(struct op25b_page *page);
void op25b_page_faq(struct op25b_page *page);
void op25b_page_flow(struct op25b_page *page);
void op25b_page_flow_chart(struct op25b_page *page);
void op25b_page_flow_list(struct op25b_page *page);
void op25b_page_help(struct op25b_page *page);
void op25b_page_line(struct op25b_page *page);
void op25b_page_links(struct op25b_page *page);
void op25b_page_logo(struct op25b_page *page);
void op25b_page_icon(struct op25b_page *page);
void op25b_page_mailbox(struct op25b_page *page);
void op25b_page_mailbox_done(struct op25b_page *page);
void op25b_page_mobileconfig(struct op25b_page *page);
void op25b_page_open(struct op25b_page *page);
void op25b_page_open_done(struct op25b_page *page);
void op25b_page_outcome(struct op25b_page *page);
void op25b_page_policy(struct op25b_page *page);
void op25b_page_policy_json(struct op25b_page *page);
void op25b_page_privacy(struct op25b_page *page);
void op25b_page_provider_of(struct op25b_page *page);
void op25b_page_qr(struct op25b_page *page);
void op25b_page_question(struct op25b_page *page);
void op25b_page_root(struct op25b_page *page);
void op25b_page_settings(struct op25b_page *page);
void op25b_page_short(struct op25b_page *page);
void op25b_page_start(struct op25b_page *page);
void op25b_page_status(struct op25b_page *page);
void op25b_page_status_json(struct op25b_page *page);
void op25b_page_style(struct op25b_page *page);
void op25b_page_table(struct op25b_page *page);
void op25b_page_staff(struct op25b_page *page);
void op25b_page_staff_lookup(struct op25b_page *page);
void op25b_page_staff_log(struct op25b_page *page);
void op25b_page_staff_log_form(struct op25b_page *page);
void op25b_page_ops(struct op25b_page *page);
void op25b_page_metrics(struct op25b_page *page);
void op25b_page_healthz(struct op25b_page *page);
void op25b_page_words(struct op25b_page *page);

/* Of pages for staff: the language, which no path has; links to each other. */
void op25b_staff_language(struct op25b_page *page);
void op25b_staff_places(struct op25b_page *page);

/* Of forms for staff: a field with its label. */
void op25b_staff_field(struct op25b_page *page, const char *name, op25b_phrase word, bool required);

/* Whether what is asked may be shown, and is in the staff log. Else the page says what is wrong. */
bool op25b_staff_noted(struct op25b_page *page, const char *what);
