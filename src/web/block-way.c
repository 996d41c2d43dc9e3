/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One way out: what to do, how long it takes, what it costs, whom to ask, what changes. What is
 * said of time, cost and contract is the policy's and nothing else.
 */
#include <stdio.h>
#include <string.h>

#include "policy/mail.h"
#include "policy/remedy.h"
#include "policy/words.h"
#include "web/block-way.h"
#include "web/recipes.h"
#include "web/self.h"

struct way {
	struct op25b_page *page;
	enum op25b_situation situation;
	enum op25b_remedy remedy;
	const struct op25b_remedy_terms *terms;
};

static const op25b_phrase titles[OP25B_REMEDY_COUNT] = {
	[OP25B_REMEDY_SUBMISSION] = OP25B_PAGE_REM_SUBMISSION,
	[OP25B_REMEDY_SUBMISSION_465] = OP25B_PAGE_REM_SUBMISSION_465,
	[OP25B_REMEDY_RELAY] = OP25B_PAGE_REM_RELAY,
	[OP25B_REMEDY_ISP_SERVER] = OP25B_PAGE_REM_ISP_SERVER,
	[OP25B_REMEDY_FIXED_IP] = OP25B_PAGE_REM_FIXED_IP,
	[OP25B_REMEDY_WEBMAIL] = OP25B_PAGE_REM_WEBMAIL,
	[OP25B_REMEDY_ASK_PROVIDER] = OP25B_PAGE_REM_ASK_PROVIDER,
	[OP25B_REMEDY_FREE_MAILBOX] = OP25B_PAGE_REM_FREE_MAILBOX,
};

static const op25b_phrase texts[OP25B_REMEDY_COUNT] = {
	[OP25B_REMEDY_SUBMISSION] = OP25B_PAGE_REM_SUBMISSION_TEXT,
	[OP25B_REMEDY_SUBMISSION_465] = OP25B_PAGE_REM_SUBMISSION_465_TEXT,
	[OP25B_REMEDY_RELAY] = OP25B_PAGE_REM_RELAY_TEXT,
	[OP25B_REMEDY_ISP_SERVER] = OP25B_PAGE_REM_ISP_SERVER_TEXT,
	[OP25B_REMEDY_FIXED_IP] = OP25B_PAGE_REM_FIXED_IP_TEXT,
	[OP25B_REMEDY_WEBMAIL] = OP25B_PAGE_REM_WEBMAIL_TEXT,
	[OP25B_REMEDY_ASK_PROVIDER] = OP25B_PAGE_REM_ASK_PROVIDER_TEXT,
	[OP25B_REMEDY_FREE_MAILBOX] = OP25B_PAGE_REM_FREE_MAILBOX_TEXT,
};

op25b_phrase op25b_remedy_title(enum op25b_remedy remedy)
{
	return titles[remedy];
}

static const struct op25b_mail_settings *settings_of(const struct way *way)
{
	const struct op25b_mail *mail =
		op25b_mail_of(way->page->site->judge.policy, way->page->speaker.tenant);

	return mail ? mail->settings : NULL;
}

/* Whether there is a list of our servers to set "one of these". */
static bool has_servers(const struct way *way)
{
	size_t at = 0;

	return op25b_mail_outgoing_next(settings_of(way), way->page->request->now, &at);
}

/* Ports 465 and 587 mean another thing to change where the server is ours, or there is a device. */
static op25b_phrase text_of(const struct way *way)
{
	bool submission = way->remedy == OP25B_REMEDY_SUBMISSION ||
			  way->remedy == OP25B_REMEDY_SUBMISSION_465;

	if (submission && way->situation == OP25B_OWN_SERVER && has_servers(way))
		return OP25B_PAGE_REM_SUBMISSION_OWN_TEXT;
	if (submission && way->situation == OP25B_HOSTING_SERVER)
		return OP25B_PAGE_REM_SUBMISSION_HOSTING_TEXT;
	if (submission && way->situation == OP25B_DEVICE)
		return OP25B_PAGE_REM_SUBMISSION_DEVICE_TEXT;
	return texts[way->remedy];
}

/* Whether our own servers are the ones to type in. */
static bool is_by_our_server(const struct way *way)
{
	return way->remedy == OP25B_REMEDY_RELAY || way->remedy == OP25B_REMEDY_ISP_SERVER ||
	       ((way->remedy == OP25B_REMEDY_SUBMISSION ||
		 way->remedy == OP25B_REMEDY_SUBMISSION_465) &&
		way->situation == OP25B_OWN_SERVER);
}

/* "mail.{domain}": the part of the customer's own address is said in words. */
static const char *host_of(const struct way *way, const struct op25b_mail_server *server,
			   char *room, size_t size)
{
	const char *brace = strstr(server->host, "{domain}");
	const char *domain =
		op25b_phrase_text(way->page->html->own, OP25B_PAGE_REM_DOMAIN, way->page->lang);

	if (!brace)
		return server->host;
	snprintf(room, size, "%.*s%s%s", (int)(brace - server->host), server->host, domain,
		 brace + strlen("{domain}"));
	return room;
}

static void say_servers(const struct way *way)
{
	const struct op25b_mail_settings *settings = settings_of(way);
	const struct op25b_mail_server *server;
	struct op25b_html *h = way->page->html;
	char host[512], port[8];
	size_t at = 0;

	if (!has_servers(way) || !is_by_our_server(way))
		return;
	op25b_html_raw(h, "<ul class=\"servers\">\n");
	while ((server = op25b_mail_outgoing_next(settings, way->page->request->now, &at))) {
		snprintf(port, sizeof(port), "%u", (unsigned int)server->port);
		op25b_html_element(
			h, "li",
			server->tls == OP25B_MAIL_IMPLICIT ? OP25B_PAGE_REM_SERVER_TLS :
							     OP25B_PAGE_REM_SERVER_STARTTLS,
			OP25B_VALUES({ "host", host_of(way, server, host, sizeof(host)) },
				     { "port", port }));
	}
	op25b_html_raw(h, "</ul>\n");
}

static void open_term(struct op25b_page *page, op25b_phrase name)
{
	op25b_html_raw(page->html, "<div><dt>");
	op25b_html_say(page->html, name, NULL);
	op25b_html_raw(page->html, "</dt><dd>");
}

/* Whether it is the provider of the mail address who can help, and not the line's. */
static bool is_by_others(const struct way *way)
{
	return way->remedy == OP25B_REMEDY_ASK_PROVIDER ||
	       (!is_by_our_server(way) && way->situation != OP25B_HOSTING_SERVER &&
		(way->remedy == OP25B_REMEDY_SUBMISSION ||
		 way->remedy == OP25B_REMEDY_SUBMISSION_465));
}

static void say_whom(const struct way *way)
{
	struct op25b_html *h = way->page->html;

	open_term(way->page, OP25B_PAGE_REM_ASK);
	if (is_by_others(way))
		op25b_html_say(h, OP25B_PAGE_REM_ASK_MAIL_PROVIDER, NULL);
	else if (!op25b_block_contact_link(way->page, way->terms->contact) &&
		 !op25b_block_contact_link(way->page, OP25B_CONTACT_SUPPORT))
		op25b_page_link(way->page, "/contact", OP25B_PAGE_SITE_CONTACT_ALL, NULL);
	op25b_html_raw(h, "</dd></div>\n");
}

static void say_terms(const struct way *way)
{
	const struct op25b_remedy_terms *terms = way->terms;
	struct op25b_html *h = way->page->html;
	char time[OP25B_PAGE_TIME];

	op25b_html_raw(h, "<dl class=\"terms\">\n");
	if (terms->takes) {
		op25b_page_span(way->page, terms->takes, time);
		open_term(way->page, OP25B_PAGE_REM_TIME);
		op25b_html_say(h, OP25B_PAGE_REM_ABOUT, OP25B_VALUES({ "time", time }));
		op25b_html_raw(h, "</dd></div>\n");
	}
	if (terms->cost.en || terms->cost.ja) {
		open_term(way->page, OP25B_PAGE_REM_COST);
		op25b_html_text_of(h, terms->cost.en, terms->cost.ja);
		op25b_html_raw(h, "</dd></div>\n");
	}
	say_whom(way);
	op25b_html_raw(h, "</dl>\n");
}

/* What is not as before, ahead of the link that leads to it (002-28, 002-29). */
static void say_changes(const struct way *way)
{
	static const op25b_phrase changes[] = {
		OP25B_PAGE_REM_CHANGES_ACCOUNT,
		OP25B_PAGE_REM_CHANGES_SERVICES,
		OP25B_PAGE_REM_CHANGES_FEE,
		OP25B_PAGE_REM_CHANGES_ADDRESS,
	};
	static const op25b_phrase processes[] = {
		[OP25B_PROCESS_NEW_CONTRACT] = OP25B_PAGE_REM_NEW_CONTRACT,
		[OP25B_PROCESS_CHANGE_PLAN] = OP25B_PAGE_REM_CHANGE_PLAN,
		[OP25B_PROCESS_APPLICATION] = OP25B_PAGE_REM_APPLICATION,
	};
	const struct op25b_remedy_terms *terms = way->terms;
	struct op25b_html *h = way->page->html;

	if (terms->process != OP25B_PROCESS_NONE)
		op25b_html_element(h, "p", processes[terms->process], NULL);
	if (terms->needs_account)
		op25b_html_element(h, "p", OP25B_PAGE_REM_NEEDS_ACCOUNT, NULL);
	if (!terms->changes)
		return;
	op25b_html_element(h, "p", OP25B_PAGE_REM_CHANGES, NULL);
	op25b_html_raw(h, "<ul data-changes>\n");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (terms->changes & 1U << i)
			op25b_html_element(h, "li", changes[i], NULL);
	}
	op25b_html_raw(h, "</ul>\n");
}

/* Mail of somebody else's domain from our server may fail its domain's own checks (001-24). */
static void say_warning(const struct way *way)
{
	if (way->remedy == OP25B_REMEDY_ISP_SERVER)
		op25b_html_element(way->page->html, "p class=\"note\" data-warning=\"spf\"",
				   OP25B_PAGE_REM_SPF, NULL);
}

/* A text to send to a mail provider or a server's administrator (000-26, 001-18, 003-08). */
static void say_question(const struct way *way)
{
	struct op25b_html *h = way->page->html;

	if (!is_by_others(way))
		return;
	op25b_html_raw(h, "<details><summary>");
	op25b_html_say(h, OP25B_PAGE_REM_QUESTION, NULL);
	op25b_html_raw(h, "</summary>\n<blockquote>");
	op25b_html_element(h, "p", OP25B_PAGE_REM_QUESTION_TEXT, NULL);
	op25b_html_raw(h, "</blockquote></details>\n");
}

static void say_next(const struct way *way)
{
	struct op25b_page *page = way->page;
	struct op25b_html *h = page->html;
	const struct op25b_mail_settings *settings = settings_of(way);

	op25b_html_raw(h, "<p class=\"next\">");
	switch (way->remedy) {
	case OP25B_REMEDY_WEBMAIL:
		/* Ours has the mailboxes of our own addresses alone. */
		if (way->situation == OP25B_OWN_SERVER && settings && settings->webmail)
			op25b_html_link(
				h, settings->webmail, OP25B_PAGE_REM_TO_WEBMAIL,
				OP25B_VALUES({ "provider", op25b_page_provider_said(page) }));
		else
			op25b_page_link(page, "/provider", OP25B_PAGE_REM_TO_PROVIDER, NULL);
		break;
	case OP25B_REMEDY_FIXED_IP:
	case OP25B_REMEDY_FREE_MAILBOX:
		if (way->remedy == OP25B_REMEDY_FREE_MAILBOX && op25b_self_mailbox(page)) {
			op25b_page_link(page, "/mailbox", OP25B_PAGE_SELF_MAILBOX_BY_LETTER, NULL);
			op25b_html_raw(h, "</p>\n<p class=\"next\">");
		}
		if (way->terms->url)
			op25b_html_link(h, way->terms->url, titles[way->remedy], NULL);
		else
			op25b_page_link(page, "/contact", OP25B_PAGE_SITE_CONTACT_ALL, NULL);
		break;
	case OP25B_REMEDY_ASK_PROVIDER:
		op25b_page_link(page, "/provider", OP25B_PAGE_REM_TO_PROVIDER, NULL);
		break;
	default:
		if (way->situation == OP25B_HOME_SERVER && op25b_recipes_any(page))
			op25b_page_link(page, "/settings#server", OP25B_PAGE_RECIPE_TO, NULL);
		else if (is_by_our_server(way) && !has_servers(way))
			op25b_page_link(page, "/contact", OP25B_PAGE_SITE_CONTACT_ALL, NULL);
		else if (is_by_our_server(way) || way->situation == OP25B_DEVICE)
			op25b_page_link(page, "/settings", OP25B_PAGE_REM_TO_SETTINGS, NULL);
		else
			op25b_page_link(page, "/provider", OP25B_PAGE_REM_TO_PROVIDER, NULL);
	}
	op25b_html_raw(h, "</p>\n");
}

void op25b_block_way(struct op25b_page *page, const struct op25b_service *service,
		     enum op25b_situation situation, enum op25b_remedy remedy)
{
	const struct way way = {
		.page = page,
		.situation = situation,
		.remedy = remedy,
		.terms = op25b_remedy_terms(page->site->judge.policy, service, remedy),
	};

	op25b_html_rawf(page->html, "<li data-remedy=\"%s\">\n",
			op25b_words_name(&op25b_words_remedy, remedy));
	op25b_html_element(page->html, "h3", titles[remedy], NULL);
	op25b_html_element(page->html, "p", text_of(&way), NULL);
	say_servers(&way);
	say_warning(&way);
	say_terms(&way);
	say_changes(&way);
	say_question(&way);
	say_next(&way);
	op25b_html_raw(page->html, "</li>\n");
}
