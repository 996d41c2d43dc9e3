/* SPDX-License-Identifier: BSD-2-Clause */
/* The first page, and where "/" leads. */
#include "web/announcements.h"
#include "web/route.h"

struct button {
	const char *path;
	op25b_phrase title, text;
};

static const struct button symptom = { "/help", OP25B_PAGE_START_SYMPTOM,
				       OP25B_PAGE_START_SYMPTOM_TEXT };
static const struct button line = { "/line", OP25B_PAGE_START_LINE, OP25B_PAGE_START_LINE_TEXT };

static const struct button others[] = {
	{ "/settings", OP25B_PAGE_START_SETTINGS, OP25B_PAGE_START_SETTINGS_TEXT },
	{ "/error", OP25B_PAGE_START_ERROR, OP25B_PAGE_START_ERROR_TEXT },
	{ "/table", OP25B_PAGE_START_TABLE, OP25B_PAGE_START_TABLE_TEXT },
	{ "/flow", OP25B_PAGE_START_FLOW, OP25B_PAGE_START_FLOW_TEXT },
	{ "/faq", OP25B_PAGE_START_FAQ, OP25B_PAGE_START_FAQ_TEXT },
};

void op25b_page_root(struct op25b_page *page)
{
	page->response->vary_language = true;
	op25b_page_redirect(page, page->lang == OP25B_EN ? "/en/" : "/ja/");
}

static void write_button(struct op25b_page *page, const struct button *button, const char *class)
{
	op25b_html_rawf(page->html, "<li class=\"%s\">", class);
	op25b_page_link(page, button->path, button->title, NULL);
	op25b_html_raw(page->html, "<br>");
	op25b_html_element(page->html, "span", button->text, NULL);
	op25b_html_raw(page->html, "</li>\n");
}

/* Pages of the provider's own, where the policy names them. */
static void write_provider(struct op25b_page *page)
{
	const struct op25b_tenant *tenant = op25b_page_tenant(page);
	struct op25b_html *h = page->html;

	if (!tenant->portal && !tenant->spam_help)
		return;
	op25b_html_element(h, "h2", OP25B_PAGE_START_MORE, NULL);
	op25b_html_raw(h, "<ul>\n");
	op25b_block_portal(page, "li");
	if (tenant->spam_help) {
		op25b_html_raw(h, "<li>");
		op25b_html_link(h, tenant->spam_help, OP25B_PAGE_START_SPAM, NULL);
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_raw(h, "</ul>\n");
}

/* A limit that is to come (000-09, 001-17). */
static void write_announced(struct op25b_page *page, int64_t next)
{
	char day[OP25B_PAGE_TIME];

	if (next == INT64_MAX)
		return;
	op25b_html_raw(page->html, "<p class=\"note\" data-announced>");
	op25b_html_say(page->html, OP25B_PAGE_START_ANNOUNCED,
		       OP25B_VALUES({ "date", op25b_page_day(page, next, day) }));
	op25b_html_raw(page->html, " ");
	op25b_page_link(page, "/announcement", OP25B_PAGE_START_ANNOUNCEMENT, NULL);
	op25b_html_raw(page->html, "</p>\n");
}

/* Somebody else's server is refused now on lines of its pools, in either family. */
static bool is_limited(const struct op25b_page *page, const struct op25b_service *service)
{
	static const uint8_t families[] = { OP25B_V4, OP25B_V6 };
	struct op25b_finding_of_use f;

	for (size_t i = 0; i < sizeof(families); i++) {
		op25b_judge_service(&page->site->judge, service, OP25B_USE_OTHER_SERVER,
				    families[i], page->request->now, &f);
		if (f.asked && f.verdict == OP25B_REFUSE)
			return true;
	}
	return false;
}

/* In its tense: of a limit that holds, of one to come, or of none (002-01). */
static op25b_phrase lead_of(const struct op25b_page *page, int64_t next)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const uint32_t tenant = page->speaker.tenant;

	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		if (service->tenant == tenant && is_limited(page, service))
			return OP25B_PAGE_START_LEAD;
	}
	return next == INT64_MAX ? OP25B_PAGE_START_LEAD_NONE : OP25B_PAGE_START_LEAD_LATER;
}

void op25b_page_start(struct op25b_page *page)
{
	const int64_t next = op25b_announcement_next(page);
	bool symptom_first = op25b_page_tenant(page)->symptom_first;
	struct op25b_html *h = page->html;

	op25b_page_begin(page, OP25B_PAGE_SITE_TITLE, NULL);
	op25b_html_element(h, "p class=\"lead\"", lead_of(page, next), NULL);
	write_announced(page, next);
	op25b_html_raw(h, "<ul class=\"buttons\">\n");
	write_button(page, symptom_first ? &symptom : &line, "first");
	write_button(page, symptom_first ? &line : &symptom, "second");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		write_button(page, &others[i], "other");
	op25b_html_raw(h, "</ul>\n");
	op25b_html_element(h, "p class=\"gloss\"", OP25B_PAGE_START_GLOSS, NULL);
	op25b_block_receiving(page);
	write_provider(page);
	op25b_page_end(page);
}
