/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The impact table: every service of the speaker's with every way of sending. One table of two
 * columns for services that answer alike: it reads the same on a telephone, on paper and in a text
 * browser, and stays short where a provider has many services.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/words.h"
#include "web/line-parts.h"
#include "web/route.h"

/* What a service answers, in each family that it has. `service` NULL: it is not the speaker's. */
struct answers {
	const struct op25b_service *service;
	bool has[OP25B_FAMILY_COUNT], shown;
	struct op25b_finding_of_use uses[OP25B_FAMILY_COUNT][OP25B_USE_COUNT];
};

/* By index of the policy's services. */
struct table {
	struct answers *list;
	const struct op25b_service **alike; /* room for one section */
	size_t n;
};

static bool is_same_use(const struct op25b_finding_of_use *one,
			const struct op25b_finding_of_use *other)
{
	return one->asked == other->asked &&
	       (!one->asked || (one->outcome == other->outcome && one->since == other->since &&
				one->from == other->from && one->until == other->until));
}

static bool are_same_uses(const struct op25b_finding_of_use *one,
			  const struct op25b_finding_of_use *other)
{
	for (int use = 0; use < OP25B_USE_COUNT; use++) {
		if (!is_same_use(&one[use], &other[use]))
			return false;
	}
	return true;
}

/* Which families each of the speaker's services has: of its pools, and of lines. */
static void find_families(const struct op25b_page *page, struct table *table)
{
	const struct op25b_policy *policy = page->site->judge.policy;

	for (size_t i = 0; i < table->n; i++) {
		const struct op25b_service *service = &policy->services[i];

		if (service->tenant != page->speaker.tenant)
			continue;
		table->list[i].service = service;
		for (size_t k = 0; k < service->n_pools; k++)
			table->list[i].has[service->pools[k].prefix.family] = true;
	}
	for (size_t i = 0; i < policy->n_lines; i++)
		table->list[policy->lines[i].service].has[policy->lines[i].prefix.family] = true;
}

/* A family whose answers are those of IPv4 is not told twice. */
static void judge(const struct op25b_page *page, struct answers *answers)
{
	bool *has = answers->has;

	has[OP25B_V4] |= !has[OP25B_V6];
	for (unsigned int family = OP25B_V4; family < OP25B_FAMILY_COUNT; family++) {
		for (int use = 0; has[family] && use < OP25B_USE_COUNT; use++)
			op25b_judge_service(&page->site->judge, answers->service,
					    (enum op25b_use)use, (uint8_t)family,
					    page->request->now, &answers->uses[family][use]);
	}
	if (has[OP25B_V4] && has[OP25B_V6] &&
	    are_same_uses(answers->uses[OP25B_V4], answers->uses[OP25B_V6]))
		has[OP25B_V6] = false;
}

static bool have_same_remedies(const struct op25b_service *one, const struct op25b_service *other)
{
	return one->has_remedies == other->has_remedies &&
	       !memcmp(one->remedies, other->remedies, sizeof(one->remedies)) &&
	       !memcmp(one->help, other->help, sizeof(one->help));
}

static bool are_same(const struct answers *one, const struct answers *other)
{
	for (unsigned int family = OP25B_V4; family < OP25B_FAMILY_COUNT; family++) {
		if (one->has[family] != other->has[family] ||
		    (one->has[family] && !are_same_uses(one->uses[family], other->uses[family])))
			return false;
	}
	return !one->service->info_url && !other->service->info_url &&
	       have_same_remedies(one->service, other->service);
}

/* @family: OP25B_NO_FAMILY where there is one table. */
static void write_table(struct op25b_page *page, const struct op25b_line_services *services,
			unsigned int family, const struct op25b_finding_of_use *uses)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<table aria-labelledby=\"s%zu\"", services->number);
	if (family != OP25B_NO_FAMILY)
		op25b_html_rawf(h, " data-family=\"%s\"",
				op25b_words_name(&op25b_words_family, family));
	op25b_html_raw(h, ">\n");
	if (family != OP25B_NO_FAMILY)
		op25b_html_element(h, "caption",
				   family == OP25B_V6 ? OP25B_PAGE_TABLE_FAMILY_V6 :
							OP25B_PAGE_TABLE_FAMILY_V4,
				   NULL);
	op25b_html_raw(h, "<thead><tr>");
	op25b_html_element(h, "th scope=\"col\"", OP25B_PAGE_TABLE_WAY, NULL);
	op25b_html_element(h, "th scope=\"col\"", OP25B_PAGE_TABLE_ANSWER, NULL);
	op25b_html_raw(h, "</tr></thead>\n<tbody>\n");
	for (int use = 0; use < OP25B_USE_COUNT; use++) {
		if (uses[use].asked)
			op25b_line_use_row(page, (enum op25b_use)use, &uses[use], services);
	}
	op25b_html_raw(h, "</tbody>\n</table>\n");
}

static void write_names(struct op25b_page *page, const struct op25b_line_services *services)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<h2 id=\"s%zu\">", services->number);
	for (size_t i = 0; i < services->n; i++) {
		if (i) {
			op25b_html_say(h, OP25B_PAGE_TABLE_AND, NULL);
			op25b_html_raw(h, page->lang == OP25B_EN ? " " : "");
		}
		op25b_html_text(h, op25b_page_service_name(page, services->list[i]));
	}
	op25b_html_raw(h, "</h2>\n");
	for (size_t i = 0; i < services->n; i++) {
		if (!page->line.waiting && page->line.service == services->list[i])
			op25b_html_element(
				h, "p class=\"note\"", OP25B_PAGE_LINE_ONE_SERVICE,
				OP25B_VALUES({ "service",
					       op25b_page_service_name(page, services->list[i]) }));
	}
}

static void write_section(struct op25b_page *page, const struct op25b_line_services *services,
			  const struct answers *answers)
{
	const bool both = answers->has[OP25B_V4] && answers->has[OP25B_V6];
	const struct op25b_service *service = answers->service;
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<section class=\"service\">\n");
	write_names(page, services);
	if (service->info_url) {
		op25b_html_raw(h, "<p>");
		op25b_html_link(
			h, service->info_url, OP25B_PAGE_LINE_INFO,
			OP25B_VALUES({ "service", op25b_page_service_name(page, service) }));
		op25b_html_raw(h, "</p>\n");
	}
	for (unsigned int family = OP25B_V4; family < OP25B_FAMILY_COUNT; family++) {
		if (answers->has[family])
			write_table(page, services, both ? family : OP25B_NO_FAMILY,
				    answers->uses[family]);
	}
	op25b_html_raw(h, "</section>\n");
}

/* The section of the service at @at and of all that answer as it does. */
static void write_alike(struct op25b_page *page, struct table *table, size_t at, size_t number)
{
	struct op25b_line_services services = { .list = table->alike, .number = number };
	const struct answers *first = &table->list[at];

	for (size_t i = at; i < table->n; i++) {
		struct answers *other = &table->list[i];

		if (!other->service || other->shown || (i != at && !are_same(first, other)))
			continue;
		table->alike[services.n++] = other->service;
		other->shown = true;
	}
	write_section(page, &services, first);
}

static void write_tables(struct op25b_page *page, struct table *table)
{
	size_t sections = 0;

	find_families(page, table);
	for (size_t i = 0; i < table->n; i++) {
		if (table->list[i].service)
			judge(page, &table->list[i]);
	}
	for (size_t i = 0; i < table->n; i++) {
		if (table->list[i].service && !table->list[i].shown)
			write_alike(page, table, i, ++sections);
	}
	if (!sections)
		op25b_html_element(page->html, "p", OP25B_PAGE_TABLE_NONE, NULL);
}

void op25b_page_table(struct op25b_page *page)
{
	const size_t n = page->site->judge.policy->n_services;
	struct table table = { .list = calloc(n + 1, sizeof(*table.list)),
			       .alike = calloc(n + 1, sizeof(const struct op25b_service *)),
			       .n = n };
	struct op25b_html *h = page->html;

	op25b_page_begin(page, OP25B_PAGE_TABLE_TITLE, NULL);
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_TABLE_LEAD, NULL);
	op25b_block_receiving(page);
	if (table.list && table.alike)
		write_tables(page, &table);
	else
		h->failed = true;
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/line", OP25B_PAGE_O_NEXT_LINE, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/help", OP25B_PAGE_O_NEXT_HELP, NULL);
	op25b_html_raw(h, "</li>\n</ul>\n");
	op25b_page_end(page);
	free(table.alike);
	free(table.list);
}
