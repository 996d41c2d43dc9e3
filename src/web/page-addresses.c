/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A checklist of several addresses (002-25). It stands in the query string alone, and of an address
 * only its domain: who types a whole one in is led on to the same page without it.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "web/route.h"
#include "web/setup.h"

#define MOST 12U /* domains */

struct list {
	char domains[MOST][OP25B_SETUP_NAME];
	bool done[MOST];
	size_t n;
};

static size_t find(const struct list *list, const char *domain)
{
	size_t i = 0;

	while (i < list->n && strcmp(list->domains[i], domain) != 0)
		i++;
	return i;
}

/* Lower case, once. False: no domain, or no room. */
static bool add(struct list *list, const char *text)
{
	const char *domain = op25b_setup_domain(text);
	char lower[OP25B_SETUP_NAME];
	size_t n = domain ? strlen(domain) : 0;

	if (!n || !strchr(domain, '.'))
		return false;
	for (size_t i = 0; i <= n; i++)
		lower[i] = (char)tolower((unsigned char)domain[i]);
	if (find(list, lower) < list->n)
		return true;
	if (list->n == MOST)
		return false;
	memcpy(list->domains[list->n++], lower, n + 1);
	return true;
}

/* What the query says; *ret_bad: something in it is no domain. */
static void read_list(const struct op25b_page *page, struct list *list, bool *ret_bad)
{
	const struct op25b_web_fields *query = &page->request->query;

	for (size_t i = 0; i < query->n; i++) {
		if (!strcmp(query->list[i].name, "d") && !add(list, query->list[i].value))
			*ret_bad = *ret_bad || *query->list[i].value;
	}
	for (size_t i = 0; i < query->n; i++) {
		size_t at = find(list, query->list[i].value);

		if (!strcmp(query->list[i].name, "done") && at < list->n)
			list->done[at] = true;
	}
}

/* Whether somebody typed a whole address: then the page is asked for again, without it. */
static bool holds_address(const struct op25b_page *page)
{
	const struct op25b_web_fields *query = &page->request->query;

	for (size_t i = 0; i < query->n; i++) {
		if (strchr(query->list[i].value, '@'))
			return true;
	}
	return false;
}

/* The query of a list: as it is, with one ticked or not, or without one (MOST: all are in it). */
static void write_query(struct op25b_html *h, const struct list *list, size_t toggled,
			size_t without)
{
	const char *between = "?";

	for (size_t i = 0; i < list->n; i++) {
		if (i == without)
			continue;
		op25b_html_raw(h, between);
		op25b_html_raw(h, "d=");
		op25b_html_query(h, list->domains[i]);
		between = "&amp;";
		if (list->done[i] == (i != toggled)) {
			op25b_html_raw(h, "&amp;done=");
			op25b_html_query(h, list->domains[i]);
		}
	}
}

static void go_on_without_address(struct op25b_page *page, const struct list *list)
{
	char to[sizeof(page->response->location)];
	int n = snprintf(to, sizeof(to), "/%s/addresses", op25b_lang_names[page->lang]);

	for (size_t i = 0; i < list->n && n < (int)sizeof(to); i++)
		n += snprintf(to + n, sizeof(to) - (size_t)n, "%sd=%s%s%s", i ? "&" : "?",
			      list->domains[i], list->done[i] ? "&done=" : "",
			      list->done[i] ? list->domains[i] : "");
	if (n < (int)sizeof(to))
		op25b_page_redirect(page, to);
	else
		op25b_page_error(page, 400);
}

static void write_link(struct op25b_page *page, const struct list *list, size_t toggled,
		       size_t without, op25b_phrase word, const char *domain)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<a href=\"");
	op25b_page_href(page, "/addresses");
	write_query(h, list, toggled, without);
	op25b_html_raw(h, "\">");
	op25b_html_say(h, word, OP25B_VALUES({ "domain", domain }));
	op25b_html_raw(h, "</a>");
}

static void write_domain(struct op25b_page *page, const struct list *list, size_t at)
{
	const char *domain = list->domains[at];
	struct op25b_html *h = page->html;
	struct op25b_setup setup;
	bool own = op25b_setup_find(page, domain, &setup) && !strcmp(setup.domain, domain);

	op25b_html_rawf(h, "<li data-done=\"%s\"><strong>", list->done[at] ? "yes" : "no");
	op25b_html_say(h, list->done[at] ? OP25B_PAGE_ADDR_DONE : OP25B_PAGE_ADDR_OPEN,
		       OP25B_VALUES({ "domain", domain }));
	op25b_html_raw(h, "</strong><ul>\n<li><a href=\"");
	op25b_page_href(page, own ? "/settings?domain=" : "/provider?domain=");
	op25b_html_query(h, domain);
	op25b_html_raw(h, "\">");
	op25b_html_say(h, OP25B_PAGE_ADDR_SETTINGS, OP25B_VALUES({ "domain", domain }));
	op25b_html_raw(h, "</a></li>\n<li>");
	write_link(page, list, at, MOST,
		   list->done[at] ? OP25B_PAGE_ADDR_UNTICK : OP25B_PAGE_ADDR_TICK, domain);
	op25b_html_raw(h, "</li>\n<li>");
	write_link(page, list, MOST, at, OP25B_PAGE_ADDR_REMOVE, domain);
	op25b_html_raw(h, "</li>\n</ul></li>\n");
}

static void write_form(struct op25b_page *page, const struct list *list)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<form method=\"get\">\n");
	for (size_t i = 0; i < list->n; i++) {
		op25b_html_rawf(h, "<input type=\"hidden\" name=\"d\" value=\"%s\">\n",
				list->domains[i]);
		if (list->done[i])
			op25b_html_rawf(h, "<input type=\"hidden\" name=\"done\" value=\"%s\">\n",
					list->domains[i]);
	}
	op25b_html_raw(h, "<p><label for=\"d\">");
	op25b_html_say(h, OP25B_PAGE_SET_DOMAIN, NULL);
	op25b_html_raw(h, "</label><br>\n<input id=\"d\" name=\"d\" autocomplete=\"off\" "
			  "spellcheck=\"false\">\n<button>");
	op25b_html_say(h, OP25B_PAGE_ADDR_ADD, NULL);
	op25b_html_raw(h, "</button></p>\n</form>\n");
}

void op25b_page_addresses(struct op25b_page *page)
{
	struct op25b_html *h = page->html;
	struct list list = { .n = 0 };
	size_t open = 0;
	bool bad = false;

	read_list(page, &list, &bad);
	if (holds_address(page)) {
		go_on_without_address(page, &list);
		return;
	}
	page->head.parent = "/settings";
	page->head.parent_word = OP25B_PAGE_SET_TITLE;
	op25b_page_begin(page, OP25B_PAGE_ADDR_TITLE, NULL);
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_ADDR_LEAD, NULL);
	if (bad)
		op25b_html_element(h, "p class=\"note\" role=\"alert\"", OP25B_PAGE_ADDR_BAD, NULL);
	for (size_t i = 0; i < list.n; i++)
		open += !list.done[i];
	if (list.n && !open)
		op25b_html_element(h, "p class=\"note\"", OP25B_PAGE_ADDR_ALL_DONE, NULL);
	op25b_html_raw(h, list.n ? "<ol>\n" : "");
	for (size_t i = 0; i < list.n; i++)
		write_domain(page, &list, i);
	op25b_html_raw(h, list.n ? "</ol>\n" : "");
	if (list.n < MOST)
		write_form(page, &list);
	op25b_html_element(h, "p", OP25B_PAGE_ADDR_KEPT, NULL);
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/check", OP25B_PAGE_FAQ_TO_CHECK, NULL);
	op25b_html_raw(h, "</li>\n</ul>\n");
	op25b_page_end(page);
}
