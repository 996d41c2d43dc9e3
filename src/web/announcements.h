/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a provider tells customers before a limit begins: a letter and a page for each service, made
 * of the policy. An operator's announcements/NAME.yaml adds paragraphs of its own.
 */
#pragma once

#include "web/data.h"

struct op25b_announcement {
	const char *service;
	struct op25b_data_text *texts; /* paragraphs */
	size_t n_texts;
};

struct op25b_announcements_data {
	struct op25b_announcement *list;
	size_t n;
};

struct op25b_page;

/* When the next limit begins for a service of the speaker's; INT64_MAX: none is to come. */
int64_t op25b_announcement_next(const struct op25b_page *page);

/* For data-kinds.c. */
void op25b_announcement_read(struct op25b_data_load *load, const struct op25b_node *root);
