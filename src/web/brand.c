/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading brand.yaml: colours that can be read, a logo that is a picture, a day of review. */
#include "web/brand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "policy/date.h"
#include "web/brand-read.h"

#define LEAST_CONTRAST 4.5

struct reading {
	struct op25b_data_load *load;
	struct op25b_brand *brand;
};

struct op25b_brand *op25b_brand_make(struct op25b_data_load *load)
{
	struct op25b_brands_data *brands = load->data->brands;

	if (!brands) {
		brands = op25b_arena_alloc(load->c.arena, sizeof(*brands));
		brands->n = load->policy->n_tenants;
		brands->list = op25b_arena_alloc(load->c.arena, brands->n * sizeof(*brands->list));
		load->data->brands = brands;
	}
	return &brands->list[load->tenant];
}

/* Relative luminance of one channel (WCAG 2.2). */
static double linear(uint32_t channel)
{
	const double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t colour)
{
	return 0.2126 * linear(colour >> 16 & 0xff) + 0.7152 * linear(colour >> 8 & 0xff) +
	       0.0722 * linear(colour & 0xff);
}

double op25b_brand_contrast(uint32_t a, uint32_t b)
{
	const double one = luminance(a), other = luminance(b);

	return (fmax(one, other) + 0.05) / (fmin(one, other) + 0.05);
}

static bool is_colour(const char *text)
{
	return text[0] == '#' && strlen(text) == 7 &&
	       strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

/* A colour of links and headings, on the darkest or lightest ground that style.css has for them. */
static const char *read_colour(struct op25b_conf *c, const struct op25b_node *value,
			       const char *key, uint32_t ground, const char *mend)
{
	const char *text = op25b_conf_text(c, value, key);
	double contrast;

	if (!text)
		return NULL;
	if (!is_colour(text)) {
		op25b_find_error(&c->finder, &value->place,
				 "'%s' is no colour; write it as \"#1a5fb4\"", text);
		return NULL;
	}
	contrast = op25b_brand_contrast((uint32_t)strtoul(text + 1, NULL, 16), ground);
	if (contrast < LEAST_CONTRAST) {
		op25b_find_error(&c->finder, &value->place,
				 "'%s' can't be read on these pages: its contrast to the "
				 "background #%06x is %.2f, and 4.5 is the least; %s",
				 text, ground, floor(contrast * 100) / 100, mend);
		return NULL;
	}
	return text;
}

static void read_accent(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct reading *reading = to;

	reading->brand->accent =
		read_colour(c, value, "accent", OP25B_BRAND_LIGHT, "take a darker one");
}

static void read_accent_dark(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct reading *reading = to;

	reading->brand->accent_dark =
		read_colour(c, value, "accent_dark", OP25B_BRAND_DARK, "take a lighter one");
}

static uint32_t big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* By what stands in the file; NULL: neither, or too large a picture. */
static const char *type_of(const unsigned char *bytes, size_t size)
{
	static const unsigned char png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

	if (size >= 24 && !memcmp(bytes, png, sizeof(png)))
		return big_endian(bytes + 16) <= OP25B_BRAND_SIDE &&
				       big_endian(bytes + 20) <= OP25B_BRAND_SIDE ?
			       "image/png" :
			       NULL;
	if (size && bytes[0] == '<' && memmem(bytes, size, "<svg", 4) &&
	    memmem(bytes, size, "</svg>", 6) && !memchr(bytes, '\0', size))
		return "image/svg+xml";
	return NULL;
}

static void read_logo(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct reading *reading = to;
	const char *name = op25b_conf_text(c, value, "logo");
	const unsigned char *bytes = NULL;
	size_t size = 0;

	if (!name ||
	    op25b_data_beside(reading->load, &value->place, name, OP25B_BRAND_LOGO, &bytes, &size))
		return;
	reading->brand->logo_type = type_of(bytes, size);
	if (!reading->brand->logo_type) {
		op25b_find_error(&c->finder, &value->place,
				 "'%s' is neither an SVG nor a PNG of at most 1024 pixels a side; "
				 "save it as one of them",
				 name);
		return;
	}
	reading->brand->logo = bytes;
	reading->brand->logo_size = size;
}

static void read_reviewed(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct reading *reading = to;
	const char *text = op25b_conf_text(c, value, "reviewed");

	if (text &&
	    op25b_date_parse_in(text, reading->load->policy->timezone, &reading->brand->reviewed))
		op25b_find_error(
			&c->finder, &value->place,
			"'%s' is no day; write 2027-04-01, with an offset where the policy "
			"has no timezone",
			text);
}

void op25b_brand_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "accent", read_accent, NULL },
		{ "accent_dark", read_accent_dark, NULL },
		{ "logo", read_logo, NULL },
		{ "reviewed", read_reviewed, NULL },
		{ NULL, NULL, NULL },
	};
	struct reading reading = { load, op25b_brand_make(load) };

	op25b_conf_map(&load->c, root, "a brand", fields, &reading);
}
