/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every page has around it: head, language switch, navigation, contact, foot. In a text
 * browser all before <main> is five lines, so that a verdict stands within the first ten.
 */
#include <string.h>

#include "web/brand.h"
#include "web/page.h"
#include "web/route.h"

struct place {
	const char *path;
	op25b_phrase word;
};

static const struct place places[] = {
	{ "/help", OP25B_PAGE_SITE_NAV_HELP },         { "/line", OP25B_PAGE_SITE_NAV_LINE },
	{ "/settings", OP25B_PAGE_SITE_NAV_SETTINGS }, { "/table", OP25B_PAGE_SITE_NAV_TABLE },
	{ "/faq", OP25B_PAGE_SITE_NAV_FAQ },           { "/status", OP25B_PAGE_SITE_NAV_STATUS },
};

static const struct place foot_places[] = {
	{ "/policy", OP25B_PAGE_SITE_FOOT_POLICY },
	{ "/words", OP25B_PAGE_SITE_FOOT_WORDS },
	{ "/links", OP25B_PAGE_SITE_FOOT_LINKS },
	{ "/privacy", OP25B_PAGE_SITE_FOOT_PRIVACY },
	{ "/accessibility", OP25B_PAGE_SITE_FOOT_ACCESSIBILITY },
};

/* For text browsers, that run Japanese words together. */
static const char bar[] = "<span class=\"bar\" aria-hidden=\"true\"> | </span>\n";

void op25b_page_href(struct op25b_page *page, const char *path)
{
	/* The second listener has no pages for customers. */
	if (page->request->staff && page->site->file->host)
		op25b_html_rawf(page->html, "https://%s", page->site->file->host);
	op25b_html_rawf(page->html, "/%s", op25b_lang_names[page->lang]);
	op25b_html_text(page->html, path);
}

bool op25b_page_can_link(const struct op25b_page *page)
{
	return !page->request->staff || page->site->file->host;
}

void op25b_page_link(struct op25b_page *page, const char *path, op25b_phrase word,
		     const struct op25b_value *values)
{
	if (!op25b_page_can_link(page)) {
		op25b_html_say(page->html, word, values);
		return;
	}
	op25b_html_raw(page->html, "<a href=\"");
	op25b_page_href(page, path);
	op25b_html_raw(page->html, "\">");
	op25b_html_say(page->html, word, values);
	op25b_html_raw(page->html, "</a>");
}

const struct op25b_tenant *op25b_page_tenant(const struct op25b_page *page)
{
	return &page->site->judge.policy->tenants[page->speaker.tenant];
}

const char *op25b_page_text(const struct op25b_page *page, const struct op25b_text *text)
{
	const char *own = page->lang == OP25B_EN ? text->en : text->ja;

	return own ? own : page->lang == OP25B_EN ? text->ja : text->en;
}

const char *op25b_page_provider(const struct op25b_page *page)
{
	return op25b_page_text(page, &op25b_page_tenant(page)->provider);
}

const char *op25b_page_provider_said(const struct op25b_page *page)
{
	const char *name = op25b_page_provider(page);

	return name ? name :
		      op25b_phrase_text(page->html->own, OP25B_PAGE_SITE_PROVIDER, page->lang);
}

const char *op25b_page_service_name(const struct op25b_page *page,
				    const struct op25b_service *service)
{
	const char *name = op25b_page_text(page, &service->name);

	return name ? name : service->id;
}

/* A path of a request, percent-encoded but for its '/'. */
static void write_path(struct op25b_html *h, const char *path)
{
	char part[OP25B_WEB_PATH];

	while (*path) {
		size_t n = strcspn(path, "/");

		if (!n) {
			op25b_html_raw(h, "/");
			path++;
			continue;
		}
		if (n >= sizeof(part))
			n = sizeof(part) - 1;
		memcpy(part, path, n);
		part[n] = '\0';
		op25b_html_query(h, part);
		path += n;
	}
}

/* This very page in another language, with its query: what was answered so far is kept. */
static void write_same_page(struct op25b_page *page, enum op25b_lang lang)
{
	const struct op25b_web_request *request = page->request;
	const char *behind = op25b_route_behind_language(request->path);

	op25b_html_rawf(page->html, "/%s", op25b_lang_names[lang]);
	write_path(page->html, behind ? behind : "/");
	if (request->method != OP25B_WEB_GET || !behind)
		return;
	for (size_t i = 0; i < request->query.n; i++) {
		op25b_html_raw(page->html, i ? "&amp;" : "?");
		op25b_html_query(page->html, request->query.list[i].name);
		op25b_html_raw(page->html, "=");
		op25b_html_query(page->html, request->query.list[i].value);
	}
}

static bool has_languages(const struct op25b_page *page)
{
	return !page->request->staff &&
	       (page->request->method == OP25B_WEB_GET || op25b_route_has_get(page->request));
}

static void write_head(struct op25b_page *page, op25b_phrase title,
		       const struct op25b_value *values)
{
	struct op25b_html *h = page->html;
	const char *provider = op25b_page_provider(page);

	op25b_html_rawf(h,
			"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
			op25b_lang_names[page->lang]);
	op25b_html_raw(
		h, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
	if (page->response->no_store || page->request->staff)
		op25b_html_raw(h, "<meta name=\"robots\" content=\"noindex\">\n");
	op25b_html_raw(h, "<link rel=\"stylesheet\" href=\"");
	op25b_brand_style_href(page);
	op25b_html_raw(h, "\">\n");
	for (int lang = 0; has_languages(page) && lang < OP25B_LANGS; lang++) {
		op25b_html_rawf(h, "<link rel=\"alternate\" hreflang=\"%s\" href=\"",
				op25b_lang_names[lang]);
		write_same_page(page, (enum op25b_lang)lang);
		op25b_html_raw(h, "\">\n");
	}
	op25b_html_raw(h, "<title>");
	op25b_html_say(h, title, values);
	if (provider) {
		op25b_html_raw(h, " - ");
		op25b_html_text(h, provider);
	}
	op25b_html_raw(h, "</title>\n</head>\n");
}

/* In its own language, so that who can't read this one finds it. */
static void write_switch(struct op25b_page *page)
{
	static const op25b_phrase words[OP25B_LANGS] = { OP25B_PAGE_SITE_LANGUAGE_EN,
							 OP25B_PAGE_SITE_LANGUAGE_JA };
	enum op25b_lang other = page->lang == OP25B_EN ? OP25B_JA : OP25B_EN;
	struct op25b_html *h = page->html;

	if (!has_languages(page))
		return;
	op25b_html_rawf(h, "%s<a class=\"language\" lang=\"%s\" hreflang=\"%s\" href=\"", bar,
			op25b_lang_names[other], op25b_lang_names[other]);
	write_same_page(page, other);
	op25b_html_raw(h, "\">");
	op25b_html_say(h, words[other], NULL);
	op25b_html_raw(h, "</a>");
}

static void write_places(struct op25b_page *page, const struct place *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		op25b_html_raw(page->html, i ? bar : "");
		op25b_page_link(page, list[i].path, list[i].word, NULL);
	}
}

static void write_top(struct op25b_page *page)
{
	struct op25b_html *h = page->html;
	const char *provider = op25b_page_provider(page);

	op25b_html_raw(h, "<a class=\"skip\" href=\"#main\">");
	op25b_html_say(h, OP25B_PAGE_SITE_SKIP, NULL);
	op25b_html_raw(h, "</a>\n<header>\n<div><a class=\"home\" href=\"");
	op25b_page_href(page, "/");
	op25b_html_raw(h, "\">");
	op25b_brand_logo(page);
	if (provider)
		op25b_html_text(h, provider);
	else
		op25b_html_say(h, OP25B_PAGE_SITE_TITLE, NULL);
	op25b_html_raw(h, "</a>");
	write_switch(page);
	op25b_html_raw(h, "</div>\n<nav aria-label=\"");
	op25b_html_say(h, OP25B_PAGE_SITE_NAV, NULL);
	op25b_html_raw(h, "\">");
	write_places(page, places, sizeof(places) / sizeof(places[0]));
	op25b_html_raw(h, "</nav>\n</header>\n");
}

/* Where one is (004-01). */
static void write_crumbs(struct op25b_page *page, op25b_phrase title,
			 const struct op25b_value *values)
{
	static const char between[] = " <span aria-hidden=\"true\">&gt;</span> ";
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<nav class=\"crumbs\" aria-label=\"");
	op25b_html_say(h, OP25B_PAGE_SITE_CRUMBS, NULL);
	op25b_html_raw(h, "\"><div>");
	op25b_page_link(page, "/", OP25B_PAGE_SITE_TITLE, NULL);
	op25b_html_raw(h, between);
	if (page->head.parent) {
		op25b_page_link(page, page->head.parent, page->head.parent_word, NULL);
		op25b_html_raw(h, between);
	}
	op25b_html_raw(h, "<span aria-current=\"page\">");
	op25b_html_say(h, title, values);
	op25b_html_raw(h, "</span></div></nav>\n");
}

static void write_main(struct op25b_page *page)
{
	op25b_html_raw(page->html, "<main id=\"main\" tabindex=\"-1\"");
	if (page->head.has_outcome)
		op25b_html_rawf(
			page->html, " data-outcome=\"%s\" data-verdict=\"%s\"",
			op25b_outcome_id(page->head.outcome),
			op25b_outcome_verdict_word(op25b_outcome_verdict(page->head.outcome)));
	op25b_html_raw(page->html, ">\n");
}

void op25b_page_begin(struct op25b_page *page, op25b_phrase title, const struct op25b_value *values)
{
	page->response->content_type = "text/html; charset=utf-8";
	write_head(page, title, values);
	op25b_html_raw(page->html, page->request->staff ? "<body class=\"staff\">\n" : "<body>\n");
	if (!page->request->staff) {
		write_top(page);
		if (title != OP25B_PAGE_SITE_TITLE)
			write_crumbs(page, title, values);
	}
	write_main(page);
	if (!page->head.own_title)
		op25b_html_element(page->html, "h1", title, values);
}

/* The line is another provider's than this host name: whose words these are, and its pages. */
static void write_whose(struct op25b_page *page)
{
	struct op25b_html *h = page->html;
	const char *help = op25b_page_tenant(page)->help_url;
	const struct op25b_value *values =
		OP25B_VALUES({ "provider", op25b_page_provider_said(page) });

	if (!page->speaker.not_hosts)
		return;
	op25b_html_raw(h, "<p class=\"note\" data-speaker=\"line\">");
	op25b_html_say(h, OP25B_PAGE_SITE_LINE_OF_OTHER, values);
	if (help) {
		op25b_html_raw(h, " ");
		op25b_html_link(h, help, OP25B_PAGE_SITE_PAGES_OF, values);
	}
	op25b_html_raw(h, "</p>\n");
}

/* Who reviews the pages says when: nobody else can. */
static void write_reviewed(struct op25b_page *page)
{
	const int64_t day = op25b_brand_of(page->site->data, page->speaker.tenant)->reviewed;
	char text[OP25B_PAGE_TIME];

	if (day)
		op25b_html_element(page->html, "p", OP25B_PAGE_SITE_REVIEWED,
				   OP25B_VALUES({ "date", op25b_page_day(page, day, text) }));
}

void op25b_page_end(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	if (page->request->staff) {
		op25b_html_raw(h, "</main>\n</body>\n</html>\n");
		return;
	}
	write_whose(page);
	op25b_html_raw(h, "</main>\n<aside class=\"contact\" aria-labelledby=\"contact\">\n");
	op25b_html_element(h, "h2 id=\"contact\"", OP25B_PAGE_SITE_CONTACT, NULL);
	op25b_block_contact(page, OP25B_CONTACT_SUPPORT);
	op25b_html_raw(h, "<p>");
	op25b_page_link(page, "/contact", OP25B_PAGE_SITE_CONTACT_ALL, NULL);
	op25b_html_raw(h, "</p>\n</aside>\n<footer>\n<nav aria-label=\"");
	op25b_html_say(h, OP25B_PAGE_SITE_FOOT, NULL);
	op25b_html_raw(h, "\">");
	write_places(page, foot_places, sizeof(foot_places) / sizeof(foot_places[0]));
	op25b_html_raw(h, "</nav>\n");
	write_reviewed(page);
	op25b_html_raw(h, "</footer>\n</body>\n</html>\n");
}
