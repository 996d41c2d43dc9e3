/* SPDX-License-Identifier: BSD-2-Clause */
/* See lmtp.h. */
#include "mail/lmtp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/code.h"

static void say(const struct op25b_lmtp *l, const char *text)
{
	l->calls->say(l->to, text);
}

void op25b_lmtp_begin(struct op25b_lmtp *l, const struct op25b_lmtp_calls *calls,
		      const struct op25b_trace_own *own, void *to)
{
	*l = (struct op25b_lmtp){ .calls = calls, .own = own, .to = to };
	say(l, "220 op25b-maild LMTP\r\n");
}

static void reset(struct op25b_lmtp *l)
{
	l->mailing = l->named = false;
	*l->sender = '\0';
	l->n_mail = 0;
	l->n_field = 0;
	l->trace = (struct op25b_trace){ .own = l->own };
}

/* What follows a command's words, or NULL. */
static const char *behind(const char *line, const char *words)
{
	const size_t n = strlen(words);

	return strncasecmp(line, words, n) != 0 ? NULL : line + n;
}

/* "<path>" and what may follow it; false: it is none, or does not fit. */
static bool read_path(const char *text, char *ret, size_t size)
{
	const char *end;

	text += strspn(text, " ");
	end = *text == '<' ? strchr(text, '>') : NULL;
	if (!end || (size_t)(end - text) > size || (end[1] && end[1] != ' '))
		return false;
	snprintf(ret, size, "%.*s", (int)(end - text - 1), text + 1);
	return true;
}

static void take_mail(struct op25b_lmtp *l, const char *path)
{
	char sender[OP25B_LMTP_LINE];

	if (!l->greeted || l->mailing) {
		say(l, "503 5.5.1 not now\r\n");
		return;
	}
	if (!read_path(path, sender, sizeof(sender))) {
		say(l, "501 5.5.4 MAIL FROM:<address>\r\n");
		return;
	}
	reset(l);
	l->mailing = true;
	if (strlen(sender) < sizeof(l->sender))
		memcpy(l->sender, sender, strlen(sender) + 1);
	say(l, "250 2.1.0 fine\r\n");
}

/* 1: an address that tests mail; its code. */
static int read_code(const struct op25b_lmtp *l, const char *address, uint64_t *ret)
{
	const char *code = behind(address, "check+"), *at = code ? strchr(code, '@') : NULL;
	char digits[11];

	if (!at || at - code != 10 || strspn(code, "0123456789") != 10 ||
	    !l->calls->domain(l->calls->arg, at + 1))
		return 0;
	snprintf(digits, sizeof(digits), "%.10s", code);
	return *digits == '0' + OP25B_CODE_ECHO && !op25b_code_parse(digits, ret);
}

static void take_recipient(struct op25b_lmtp *l, const char *path)
{
	char address[OP25B_LMTP_LINE];
	uint64_t code = 0;
	int r;

	if (!l->mailing) {
		say(l, "503 5.5.1 MAIL first\r\n");
		return;
	}
	if (l->named) {
		say(l, "452 4.5.3 one recipient at a time\r\n");
		return;
	}
	if (!read_path(path, address, sizeof(address))) {
		say(l, "501 5.5.4 RCPT TO:<address>\r\n");
		return;
	}
	r = read_code(l, address, &code);
	r = r > 0 ? l->calls->known(l->calls->arg, code) : r;
	if (r > 0) {
		l->code = code;
		l->named = true;
	}
	say(l, r > 0  ? "250 2.1.5 fine\r\n" :
	       r == 0 ? "550 5.1.1 no test waits for mail to this address\r\n" :
			"451 4.3.0 try again later\r\n");
}

static void take_data(struct op25b_lmtp *l)
{
	if (!l->named) {
		say(l, l->mailing ? "554 5.5.1 no recipient\r\n" : "503 5.5.1 not now\r\n");
		return;
	}
	l->place = OP25B_LMTP_HEADER;
	say(l, "354 end with a dot\r\n");
}

static void take_command(struct op25b_lmtp *l)
{
	const char *rest;

	if (l->cut) {
		say(l, "500 5.5.6 too long\r\n");
	} else if ((rest = behind(l->line, "MAIL FROM:"))) {
		take_mail(l, rest);
	} else if ((rest = behind(l->line, "RCPT TO:"))) {
		take_recipient(l, rest);
	} else if (!strcasecmp(l->line, "DATA")) {
		take_data(l);
	} else if (behind(l->line, "LHLO ")) {
		reset(l);
		l->greeted = true;
		say(l, "250-op25b-maild\r\n250-PIPELINING\r\n250-8BITMIME\r\n"
		       "250 ENHANCEDSTATUSCODES\r\n");
	} else if (!strcasecmp(l->line, "RSET")) {
		reset(l);
		say(l, "250 2.0.0 fine\r\n");
	} else if (behind(l->line, "NOOP")) {
		say(l, "250 2.0.0 fine\r\n");
	} else if (!strcasecmp(l->line, "QUIT")) {
		l->place = OP25B_LMTP_END;
		say(l, "221 2.0.0 bye\r\n");
	} else {
		say(l, "500 5.5.2 no such command\r\n");
	}
}

static void end_field(struct op25b_lmtp *l)
{
	l->field[l->n_field] = '\0';
	if (l->n_field)
		op25b_trace_field(&l->trace, l->field);
	l->n_field = 0;
}

/* A line of the header; one that begins with a blank goes on with the field before. */
static void take_field(struct op25b_lmtp *l)
{
	const bool folded = *l->line == ' ' || *l->line == '\t';
	size_t room;

	if (!folded || !l->n_field)
		end_field(l);
	room = OP25B_TRACE_FIELD - l->n_field;
	if (l->n_line < room)
		room = l->n_line;
	memcpy(l->field + l->n_field, l->line, room);
	l->n_field += room;
	if (!l->n_line) {
		end_field(l);
		l->place = OP25B_LMTP_BODY;
	}
}

static void end_mail(struct op25b_lmtp *l)
{
	const struct op25b_lmtp_mail mail = { l->code, l->sender, &l->trace };
	int r;

	end_field(l);
	l->place = OP25B_LMTP_COMMANDS;
	r = l->n_mail > OP25B_LMTP_SIZE ? -EFBIG : l->calls->keep(l->calls->arg, &mail);
	say(l, !r           ? "250 2.0.0 seen\r\n" :
	       r == -EFBIG  ? "552 5.3.4 too large\r\n" :
	       r == -ENOENT ? "550 5.1.1 no test waits for this any more\r\n" :
			      "451 4.3.0 try again later\r\n");
	reset(l);
}

/* A line without its end. */
static void take_line(struct op25b_lmtp *l)
{
	l->line[l->n_line] = '\0';
	if (l->place == OP25B_LMTP_COMMANDS) {
		if (strlen(l->line) != l->n_line) /* a NUL: no client of ours */
			l->place = OP25B_LMTP_END;
		else
			take_command(l);
	} else if (!l->cut && !strcmp(l->line, ".")) {
		end_mail(l);
	} else if (l->place == OP25B_LMTP_HEADER) {
		if (*l->line == '.') /* RFC 5321 4.5.2 */
			memmove(l->line, l->line + 1, --l->n_line + 1U);
		take_field(l);
	}
	l->n_line = 0;
	l->cut = false;
}

bool op25b_lmtp_feed(struct op25b_lmtp *l, const char *data, size_t size)
{
	for (size_t i = 0; i < size && l->place != OP25B_LMTP_END; i++) {
		if (l->place != OP25B_LMTP_COMMANDS && l->n_mail <= OP25B_LMTP_SIZE)
			l->n_mail++;
		if (data[i] == '\n') {
			l->n_line -= l->n_line && l->line[l->n_line - 1] == '\r';
			take_line(l);
		} else if (l->n_line < OP25B_LMTP_LINE) {
			l->line[l->n_line++] = data[i];
		} else {
			l->cut = true;
		}
	}
	return l->place != OP25B_LMTP_END;
}
