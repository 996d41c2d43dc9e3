/* SPDX-License-Identifier: BSD-2-Clause */
/* Accept-Language, see request.h. */
#include <string.h>
#include <strings.h>

#include "web/request.h"

static const char names[OP25B_LANGS][3] = { [OP25B_EN] = "en", [OP25B_JA] = "ja" };

/* A weight in thousandths: "0", "1", "0.8", "1.000"; anything else counts as 0. */
static int weight_of(const char *text, size_t n)
{
	int value = 0, unit = 1000;

	if (!n || n > 5 || (*text != '0' && *text != '1') || (n > 1 && text[1] != '.'))
		return 0;
	value = (*text - '0') * 1000;
	for (size_t i = 2; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		unit /= 10;
		value += (text[i] - '0') * unit;
	}
	return value > 1000 ? 0 : value;
}

/* A range and its weight, "ja;q=0.8"; *ret_n: bytes of the range. */
static int read_range(const char *text, size_t n, size_t *ret_n)
{
	const char *semicolon = memchr(text, ';', n);
	const char *q;

	*ret_n = semicolon ? (size_t)(semicolon - text) : n;
	while (*ret_n && strchr(" \t", text[*ret_n - 1]))
		--*ret_n;
	if (!semicolon)
		return 1000;
	q = semicolon + 1 + strspn(semicolon + 1, " \t");
	if (strncasecmp(q, "q=", 2) != 0)
		return 0;
	while (n && strchr(" \t", text[n - 1]))
		n--;
	return q + 2 < text + n ? weight_of(q + 2, (size_t)(text + n - q - 2)) : 0;
}

/* "ja" and "ja-JP" are of ja. */
static bool is_of(const char *range, size_t n, const char *language)
{
	return n >= 2 && !strncasecmp(range, language, 2) && (n == 2 || range[2] == '-');
}

enum op25b_lang op25b_web_language(const char *accept_language)
{
	int weights[OP25B_LANGS] = { -1, -1 }, any = -1;
	size_t first[OP25B_LANGS] = { 0 };

	if (!*accept_language)
		return OP25B_JA;
	for (const char *at = accept_language, *end; *at; at = *end ? end + 1 : end) {
		size_t n;
		int weight;

		at += strspn(at, " \t");
		end = at + strcspn(at, ",");
		weight = read_range(at, (size_t)(end - at), &n);
		if (n == 1 && *at == '*')
			any = weight;
		for (int lang = 0; lang < OP25B_LANGS; lang++) {
			if (!is_of(at, n, names[lang]) || weight <= weights[lang])
				continue;
			weights[lang] = weight;
			first[lang] = (size_t)(at - accept_language);
		}
	}
	for (int lang = 0; lang < OP25B_LANGS; lang++) {
		if (weights[lang] >= 0)
			continue;
		weights[lang] = any > 0 ? any : 0;
		first[lang] = strlen(accept_language);
	}
	if (weights[OP25B_JA] != weights[OP25B_EN])
		return weights[OP25B_JA] > weights[OP25B_EN] ? OP25B_JA : OP25B_EN;
	/* As much of both: what stands first, of a mere "*" Japanese. */
	if (weights[OP25B_JA] <= 0)
		return OP25B_EN;
	return first[OP25B_JA] <= first[OP25B_EN] ? OP25B_JA : OP25B_EN;
}
