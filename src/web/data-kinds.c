/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of data files; each row's reader is beside its header. */
#include "web/announcements.h"
#include "web/brand.h"
#include "web/clients.h"
#include "web/data.h"
#include "web/errors.h"
#include "web/faq.h"
#include "web/flow.h"
#include "web/glossary.h"
#include "web/links.h"
#include "web/providers.h"
#include "web/status.h"

const struct op25b_data_kind op25b_data_kinds[] = {
	{ .name = "brand.yaml",
	  .hint = "a brand begins with 'accent', 'accent_dark' or 'logo'",
	  .of_tenants = true,
	  .read = op25b_brand_read },
	{ .name = "words.yaml",
	  .hint = "sentences are a map: KEY: {en: ..., ja: ...}",
	  .of_tenants = true,
	  .read = op25b_brand_words_read },
	{ .name = "errors.yaml",
	  .hint = "errors.yaml begins with 'patterns:'",
	  .read = op25b_errors_read },
	{ .name = "glossary.yaml",
	  .hint = "a glossary begins with 'terms'",
	  .adds = true,
	  .read = op25b_glossary_read },
	{ .name = "faq.yaml",
	  .hint = "questions and answers begin with 'questions'",
	  .adds = true,
	  .read = op25b_faq_read,
	  .check = op25b_faq_check },
	{ .name = "links.yaml",
	  .hint = "links begin with 'links'",
	  .read = op25b_outside_links_read },
	{ .name = "announcements/",
	  .hint = "an announcement begins with 'service'",
	  .read = op25b_announcement_read },
	{ .name = "flow.yaml",
	  .hint = "a flow begins with 'first' and 'nodes'",
	  .read = op25b_flow_read,
	  .check = op25b_flow_check },
	{ .name = "status/",
	  .hint = "an outage or maintenance begins with 'id' and 'kind'",
	  .read = op25b_status_read,
	  .check = op25b_status_check },
	{ .name = "clients/",
	  .hint = "a mail program begins with 'id'",
	  .read = op25b_clients_read },
	{ .name = "ispdb/", .read = op25b_providers_read },
	{ .name = "webmail.csv", .read = op25b_webmail_read },
	{ .name = NULL },
};

const size_t op25b_data_n_kinds = sizeof(op25b_data_kinds) / sizeof(op25b_data_kinds[0]) - 1;
