/* SPDX-License-Identifier: BSD-2-Clause */
/* See hello.h. */
#include "probe/hello.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "probe/escape.h"

#define BLANKS " \t"

/* Whether @text begins with the word @word, whatever its case; *ret_rest is what is behind it. */
static bool begins(const char *text, const char *word, const char **ret_rest)
{
	size_t n = strlen(word);

	if (strncasecmp(text, word, n) != 0 || (text[n] && !strchr(BLANKS "=", text[n])))
		return false;
	*ret_rest = text + n;
	return true;
}

/* Mechanisms, as RFC 4954 has them; "AUTH=" is how old clients are told the same again. */
static void read_auth(const char *list, struct op25b_hello *hello)
{
	while (*(list += strspn(list, BLANKS "="))) {
		size_t n = strcspn(list, BLANKS);
		bool known = false;
		char word[OP25B_PROBE_WORD];

		op25b_probe_escape(list, n, word, sizeof(word));
		for (size_t i = 0; i < hello->n_auth; i++)
			known |= !strcmp(hello->auth[i], word);
		if (!known && hello->n_auth < OP25B_PROBE_AUTH)
			memcpy(hello->auth[hello->n_auth++], word, sizeof(word));
		list += n;
	}
}

static bool is_run_of(const char *text, char c, size_t least)
{
	size_t n = 0;

	for (; *text; text++) {
		n = *text == c ? n + 1 : 0;
		if (n >= least)
			return true;
	}
	return false;
}

void op25b_hello_read(const struct op25b_smtp_reply *reply, struct op25b_hello *ret)
{
	*ret = (struct op25b_hello){ 0 };
	for (size_t i = 1; i < reply->n_lines; i++) {
		const char *text = reply->lines[i].text, *rest;

		if (begins(text, "STARTTLS", &rest))
			ret->starttls = true;
		else if (begins(text, "AUTH", &rest))
			read_auth(rest, ret);
		else if (!strncmp(text, "XXXXXXX", 7) || is_run_of(text, '*', 3))
			ret->masked = true;
	}
}

bool op25b_hello_is_masked(const struct op25b_smtp_reply *greeting)
{
	for (size_t i = 0; i < greeting->n_lines; i++) {
		/* A banner may well have stars around its text; over the name they are a mask. */
		if (strspn(greeting->lines[i].text, "*") >= 3)
			return true;
	}
	return false;
}

const char *op25b_hello_name(const struct op25b_smtp_reply *greeting,
			     char ret[static OP25B_PROBE_NAME])
{
	const char *text = greeting->n_lines ? greeting->lines[0].text : "";
	size_t n = strcspn(text, BLANKS);

	ret[0] = '\0';
	if (n >= OP25B_PROBE_NAME || !memchr(text, '.', n))
		return ret;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr("-.", text[i]))
			return ret;
	}
	for (size_t i = 0; i < n; i++)
		ret[i] = (char)tolower((unsigned char)text[i]);
	ret[n] = '\0';
	return ret;
}

/* The first code in @text. */
static void find_code(const char *text, char ret[static OP25B_CODE_TEXT])
{
	static const char form[] = "0000-000-000";

	for (; *text; text++) {
		uint64_t code;
		size_t n = 0;

		while (form[n] && text[n] &&
		       (form[n] == '-' ? text[n] == '-' : isdigit((unsigned char)text[n]) != 0))
			n++;
		if (form[n] || *text != '0' + OP25B_CODE_NOTICE)
			continue;
		memcpy(ret, text, n);
		ret[n] = '\0';
		if (!op25b_code_parse(ret, &code))
			return;
		ret[0] = '\0';
	}
}

static void find_link(const char *text, char *ret, size_t room)
{
	const char *link = strstr(text, "https://");
	size_t n;

	link = link ? link : strstr(text, "http://");
	n = link ? strcspn(link, BLANKS "<>\"\\") : 0;
	if (n && n < room) {
		memcpy(ret, link, n);
		ret[n] = '\0';
	}
}

/* Other providers' refusals have no code of ours, but say this. */
static bool says_closed(const char *text)
{
	static const char *const words[] = { "closed", "block", "restrict", "refuse",
					     "not allowed" };
	const char *port = strcasestr(text, "port 25");

	for (size_t i = 0; port && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasestr(text, words[i]))
			return true;
	}
	return false;
}

bool op25b_hello_refusal(const struct op25b_smtp_reply *reply, struct op25b_probe_refusal *ret)
{
	bool closed = false;

	*ret = (struct op25b_probe_refusal){ 0 };
	for (size_t i = 0; i < reply->n_lines; i++) {
		char text[OP25B_PROBE_TEXT];

		op25b_probe_escape(reply->lines[i].text, reply->lines[i].size, text, sizeof(text));
		if (ret->n_lines < OP25B_PROBE_NOTE)
			memcpy(ret->lines[ret->n_lines++], text, sizeof(text));
		if (!ret->code[0])
			find_code(text, ret->code);
		if (!ret->link[0])
			find_link(text, ret->link, sizeof(ret->link));
		closed |= says_closed(text);
	}
	return ret->code[0] || closed;
}
