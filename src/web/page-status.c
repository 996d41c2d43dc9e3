/* SPDX-License-Identifier: BSD-2-Clause */
/* Outages and maintenance, as a page and as data. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/route.h"
#include "web/status-parts.h"

/* What is over is shown for a week. */
#define SHOWN ((int64_t)7 * 24 * 3600)

static const op25b_phrase affect_phrases[OP25B_AFFECTS_COUNT] = {
	[OP25B_AFFECTS_BIT_25] = OP25B_PAGE_STATUS_AFFECTS_25,
	[OP25B_AFFECTS_BIT_465] = OP25B_PAGE_STATUS_AFFECTS_465,
	[OP25B_AFFECTS_BIT_587] = OP25B_PAGE_STATUS_AFFECTS_587,
	[OP25B_AFFECTS_BIT_POP] = OP25B_PAGE_STATUS_AFFECTS_POP,
	[OP25B_AFFECTS_BIT_IMAP] = OP25B_PAGE_STATUS_AFFECTS_IMAP,
	[OP25B_AFFECTS_BIT_WEB] = OP25B_PAGE_STATUS_AFFECTS_WEB,
};

static void append(char *list, size_t size, const char *text, enum op25b_lang lang)
{
	size_t n = strlen(list);

	snprintf(list + n, size - n, "%s%s", n ? (lang == OP25B_JA ? "、" : ", ") : "", text);
}

static void write_span(struct op25b_page *page, const struct op25b_status_entry *entry)
{
	struct op25b_html *h = page->html;
	char from[OP25B_PAGE_TIME], until[OP25B_PAGE_TIME];
	op25b_phrase open = op25b_status_when(entry, page->request->now) == OP25B_STATUS_COMING ?
				    OP25B_PAGE_STATUS_SPAN_COMING :
				    OP25B_PAGE_STATUS_SPAN_OPEN;

	op25b_page_time(page, entry->from, from);
	if (entry->until == INT64_MAX)
		op25b_html_element(h, "p", open, OP25B_VALUES({ "from", from }));
	else
		op25b_html_element(
			h, "p", OP25B_PAGE_STATUS_SPAN,
			OP25B_VALUES({ "from", from },
				     { "until", op25b_page_time(page, entry->until, until) }));
	if (entry->next_update > page->request->now)
		op25b_html_element(
			h, "p", OP25B_PAGE_STATUS_NEXT,
			OP25B_VALUES({ "time", op25b_page_time(page, entry->next_update, until) }));
}

static void write_affects(struct op25b_page *page, const struct op25b_status_entry *entry)
{
	char list[512] = "";

	for (unsigned int bit = 0; bit < OP25B_AFFECTS_COUNT; bit++) {
		if (entry->affects & 1U << bit)
			append(list, sizeof(list),
			       op25b_phrase_text(page->html->own, affect_phrases[bit], page->lang),
			       page->lang);
	}
	if (*list)
		op25b_html_element(page->html, "p", OP25B_PAGE_STATUS_AFFECTS,
				   OP25B_VALUES({ "what", list }));
}

static void write_services(struct op25b_page *page, const struct op25b_status_entry *entry)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	char list[1024] = "";

	for (size_t i = 0; i < entry->n_services; i++) {
		for (size_t j = 0; j < policy->n_services; j++) {
			if (!strcmp(policy->services[j].id, entry->services[i]))
				append(list, sizeof(list),
				       op25b_page_service_name(page, &policy->services[j]),
				       page->lang);
		}
	}
	if (*list)
		op25b_html_element(page->html, "p", OP25B_PAGE_STATUS_SERVICES,
				   OP25B_VALUES({ "lines", list }));
}

void op25b_status_write(struct op25b_page *page, const struct op25b_status_entry *entry)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<section class=\"status\" id=\"");
	op25b_html_text(h, entry->id);
	op25b_html_raw(h, "\">\n");
	op25b_html_element(h, "h3",
			   entry->planned ? OP25B_PAGE_STATUS_PLANNED : OP25B_PAGE_STATUS_OUTAGE,
			   NULL);
	op25b_html_raw(h, "<p>");
	op25b_html_text(h, entry->text[page->lang]);
	op25b_html_raw(h, "</p>\n");
	write_span(page, entry);
	write_affects(page, entry);
	write_services(page, entry);
	op25b_html_raw(h, "</section>\n");
}

/* Returns whether there was one. */
static bool write_those(struct op25b_page *page, enum op25b_status_when when, op25b_phrase title)
{
	const struct op25b_status_data *data = page->site->data->status;
	const int64_t now = page->request->now;
	bool any = false;

	for (size_t i = 0; data && i < data->n; i++) {
		const struct op25b_status_entry *entry = &data->list[i];

		if (op25b_status_when(entry, now) != when ||
		    (when == OP25B_STATUS_OVER && now - entry->until > SHOWN))
			continue;
		if (!any && title != OP25B_NO_PHRASE)
			op25b_html_element(page->html, "h2", title, NULL);
		any = true;
		op25b_status_write(page, entry);
	}
	return any;
}

enum op25b_probe_place op25b_status_probe_place(const struct op25b_page *page)
{
	const struct op25b_judge *judge = &page->site->judge;
	const struct op25b_probe_facts *probe = &page->facts->probe;
	enum op25b_probe_place place = probe->n_from ? OP25B_PROBE_LIMITED : OP25B_PROBE_NOWHERE;
	struct op25b_finding_of_use of;
	struct op25b_line line;

	for (size_t i = 0; i < probe->n_from; i++) {
		op25b_judge_line(judge, &probe->from[i], 0, page->request->now, &line);
		if (!line.service || line.waiting || line.tenant != page->speaker.tenant)
			return OP25B_PROBE_NOWHERE;
		op25b_judge_use(judge, &line, OP25B_USE_OTHER_SERVER, page->request->now, &of);
		if (of.verdict != OP25B_REFUSE)
			place = OP25B_PROBE_OPEN;
	}
	return place;
}

void op25b_status_write_probe(struct op25b_page *page)
{
	static const op25b_phrase phrases[] = {
		[OP25B_PROBE_UNKNOWN] = OP25B_PAGE_STATUS_PROBE_UNKNOWN,
		[OP25B_PROBE_GOOD] = OP25B_PAGE_STATUS_PROBE_GOOD,
		[OP25B_PROBE_BAD] = OP25B_PAGE_STATUS_PROBE_BAD,
		[OP25B_PROBE_PARTLY] = OP25B_PAGE_STATUS_PROBE_PARTLY,
	};
	const struct op25b_probe_facts *probe = &page->facts->probe;
	const bool up465 = probe->port465 == OP25B_PROBE_GOOD;
	char time[OP25B_PAGE_TIME];

	op25b_html_element(
		page->html, "p", phrases[op25b_status_sending(probe, page->request->now)],
		OP25B_VALUES({ "time", op25b_page_time(page, probe->at, time) },
			     { "down", up465 ? "587" : "465" }, { "up", up465 ? "465" : "587" }));
	if (op25b_status_sending(probe, page->request->now) != OP25B_PROBE_UNKNOWN &&
	    op25b_status_probe_place(page) != OP25B_PROBE_NOWHERE)
		op25b_html_element(page->html, "p data-probe-from", OP25B_PAGE_STATUS_PROBE_FROM,
				   NULL);
}

void op25b_page_status(struct op25b_page *page)
{
	struct op25b_html *h = page->html;
	const enum op25b_probed sending =
		op25b_status_sending(&page->facts->probe, page->request->now);
	bool any;

	op25b_page_begin(page, OP25B_PAGE_STATUS_TITLE, NULL);
	op25b_html_element(h, "h2", OP25B_PAGE_STATUS_NOW, NULL);
	any = write_those(page, OP25B_STATUS_NOW, OP25B_NO_PHRASE);
	if (any || sending == OP25B_PROBE_BAD)
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_STATUS_NOTHING, NULL);
	else if (sending != OP25B_PROBE_PARTLY)
		op25b_html_element(h, "p", OP25B_PAGE_STATUS_NONE, NULL);
	/* Under "Now" nothing else stands then: the check is what is known of now. */
	if (any || sending != OP25B_PROBE_PARTLY)
		op25b_html_element(h, "h2", OP25B_PAGE_STATUS_PROBE, NULL);
	op25b_status_write_probe(page);
	write_those(page, OP25B_STATUS_COMING, OP25B_PAGE_STATUS_COMING);
	write_those(page, OP25B_STATUS_OVER, OP25B_PAGE_STATUS_OVER);
	op25b_html_raw(h, "<p>");
	op25b_page_link(page, "/help", OP25B_PAGE_STATUS_HELP, NULL);
	op25b_html_raw(h, "</p>\n<p>");
	op25b_html_link(h, "/status.json", OP25B_PAGE_STATUS_JSON, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}

static json_t *entry_json(const struct op25b_status_entry *entry, int64_t now)
{
	static const char *const whens[] = { "over", "now", "coming" };
	json_t *what = json_array(), *services = json_array();

	for (unsigned int bit = 0; bit < OP25B_AFFECTS_COUNT; bit++) {
		if (entry->affects & 1U << bit)
			json_array_append_new(
				what, json_string(op25b_words_name(&op25b_words_affects, bit)));
	}
	for (size_t i = 0; i < entry->n_services; i++)
		json_array_append_new(services, json_string(entry->services[i]));
	return json_pack(
		"{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:{s:s, s:s}}", "id", entry->id, "kind",
		entry->planned ? "planned" : "outage", "when", whens[op25b_status_when(entry, now)],
		"from", (json_int_t)entry->from, "until",
		entry->until == INT64_MAX ? json_null() : json_integer((json_int_t)entry->until),
		"next_update",
		entry->next_update ? json_integer((json_int_t)entry->next_update) : json_null(),
		"affects", what, "services", services, "text", "en", entry->text[OP25B_EN], "ja",
		entry->text[OP25B_JA]);
}

void op25b_page_status_json(struct op25b_page *page)
{
	static const char *const words[] = { "unknown", "works", "down", "partly" };
	const struct op25b_status_data *data = page->site->data->status;
	const struct op25b_probe_facts *probe = &page->facts->probe;
	const int64_t now = page->request->now;
	json_t *entries = json_array(), *root;
	char *text;

	for (size_t i = 0; data && i < data->n; i++) {
		if (now < data->list[i].until || now - data->list[i].until <= SHOWN)
			json_array_append_new(entries, entry_json(&data->list[i], now));
	}
	root = json_pack("{s:s, s:I, s:{s:s, s:o}, s:o}", "schema", "op25b.status-page/1", "at",
			 (json_int_t)now, "sending", "probe",
			 words[op25b_status_sending(probe, now)], "probed_at",
			 probe->at ? json_integer((json_int_t)probe->at) : json_null(), "entries",
			 entries);
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	if (!text) {
		op25b_page_error(page, 503);
		return;
	}
	page->response->content_type = "application/json";
	op25b_html_raw(page->html, text);
	op25b_html_raw(page->html, "\n");
	free(text);
}
