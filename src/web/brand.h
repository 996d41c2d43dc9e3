/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an operator gives the pages of its own: colours and a logo (brand.yaml), sentences
 * (words.yaml). Each tenant has its own, in tenants/ID/ of the folder; nothing of one is another's.
 */
#pragma once

#include <stdint.h>

#include "web/data.h"

#define OP25B_BRAND_LOGO (64U << 10) /* bytes of a logo at most */
#define OP25B_BRAND_SIDE 1024U       /* pixels of its sides at most */

/* Zero where nothing is given. */
struct op25b_brand {
	const char *accent, *accent_dark; /* "#rrggbb", on a light and on a dark page; NULL */
	const unsigned char *logo;        /* `logo_size` bytes; NULL: none */
	size_t logo_size;
	const char *logo_type; /* "image/svg+xml", "image/png" */
	int64_t reviewed;      /* the day on which somebody last reviewed the pages; 0: not said */
	struct op25b_phrases_own own;
};

struct op25b_brands_data {
	struct op25b_brand *list; /* by tenant */
	size_t n;
};

struct op25b_page;

/* Of a tenant; never NULL. */
const struct op25b_brand *op25b_brand_of(const struct op25b_web_data *data, uint32_t tenant);

/* Address of the stylesheet, or of the logo, of the speaker's: "/style.css?tenant=aozora". */
void op25b_brand_style_href(struct op25b_page *page);

/* <img> of the speaker's logo; nothing where there is none. */
void op25b_brand_logo(struct op25b_page *page);

/**
 * op25b_brand_contrast() - contrast ratio of two colours (WCAG 2.2, 1.4.3): 1 to 21.
 * @a, @b: 0xrrggbb
 */
double op25b_brand_contrast(uint32_t a, uint32_t b);

/* Readers of the two files, rows of data-kinds.c. */
void op25b_brand_read(struct op25b_data_load *load, const struct op25b_node *root);
void op25b_brand_words_read(struct op25b_data_load *load, const struct op25b_node *root);
