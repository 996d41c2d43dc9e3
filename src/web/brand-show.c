/* SPDX-License-Identifier: BSD-2-Clause */
/* The look of the speaker on its pages: stylesheet with its colours, and logo. */
#include <string.h>

#include "web/brand.h"
#include "web/route.h"

const struct op25b_brand *op25b_brand_of(const struct op25b_web_data *data, uint32_t tenant)
{
	static const struct op25b_brand none;

	if (!data || !data->brands || tenant >= data->brands->n)
		return &none;
	return &data->brands->list[tenant];
}

/* The tenant stands in the address: whoever asks for it again, a cache too, means the same. */
static void write_tenant(struct op25b_page *page)
{
	const char *id = op25b_page_tenant(page)->id;

	if (!*id)
		return;
	op25b_html_raw(page->html, "?tenant=");
	op25b_html_query(page->html, id);
}

void op25b_brand_style_href(struct op25b_page *page)
{
	op25b_html_raw(page->html, "/style.css");
	write_tenant(page);
}

void op25b_brand_logo(struct op25b_page *page)
{
	if (!op25b_brand_of(page->site->data, page->speaker.tenant)->logo)
		return;
	/* The name stands beside it: a text of its own would be read out twice. */
	op25b_html_raw(page->html, "<img class=\"logo\" alt=\"\" src=\"/brand/logo");
	write_tenant(page);
	op25b_html_raw(page->html, "\">");
}

/* Of the tenant that the query names, the root's without; NULL: there is no such tenant. */
static const struct op25b_brand *asked_brand(const struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const char *id = op25b_web_field(&page->request->query, "tenant");

	for (uint32_t i = 0; i < policy->n_tenants; i++) {
		if (!strcmp(policy->tenants[i].id, id ? id : ""))
			return op25b_brand_of(page->site->data, i);
	}
	return NULL;
}

void op25b_page_style(struct op25b_page *page)
{
	const struct op25b_brand *brand = asked_brand(page);
	struct op25b_html *h = page->html;
	size_t size;

	if (!brand) {
		op25b_page_error(page, 404);
		return;
	}
	page->response->content_type = "text/css; charset=utf-8";
	op25b_html_raw(h, (const char *)op25b_web_built_in("style.css", &size));
	if (brand->accent)
		op25b_html_rawf(h, ":root{--accent:%s}\n", brand->accent);
	if (brand->accent_dark)
		op25b_html_rawf(
			h, "@media screen and (prefers-color-scheme:dark){:root{--accent:%s}}\n",
			brand->accent_dark);
}

static void write_logo(struct op25b_page *page, const struct op25b_brand *brand)
{
	page->response->content_type = brand->logo_type;
	op25b_html_bytes(page->html, brand->logo, brand->logo_size);
}

void op25b_page_logo(struct op25b_page *page)
{
	const struct op25b_brand *brand = asked_brand(page);

	if (brand && brand->logo)
		write_logo(page, brand);
	else
		op25b_page_error(page, 404);
}

/* Every browser asks for it unbidden: where there is no logo, that nothing is there is no error. */
void op25b_page_icon(struct op25b_page *page)
{
	const struct op25b_brand *brand = op25b_brand_of(page->site->data, page->speaker.tenant);

	if (brand->logo)
		write_logo(page, brand);
	else
		page->response->status = 204;
}
