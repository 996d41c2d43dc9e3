/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See letter.h: what a letter says. The texts are words/letters.*.po; a line of theirs that names a
 * value that is not known is left out, and empty lines do not come in twos.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "letter-texts.h"
#include "mail/letter.h"
#include "mail/mime.h"
#include "policy/contact.h"

enum language { ENGLISH, JAPANESE, LANGUAGES };

enum text {
#define TEXT_ENUM(tail, english, japanese) OP25B_WRITE_##tail,
	OP25B_LETTER_TEXTS(TEXT_ENUM)
#undef TEXT_ENUM
};

static const char *const texts[][LANGUAGES] = {
#define TEXT(tail, english, japanese) { (english), (japanese) },
	OP25B_LETTER_TEXTS(TEXT)
#undef TEXT
};

enum value {
#define VALUE_ENUM(tail, name) VALUE_##tail,
	OP25B_LETTER_VALUES(VALUE_ENUM)
#undef VALUE_ENUM
		VALUES
};

static const char *const names[VALUES] = {
#define VALUE_NAME(tail, name) (name),
	OP25B_LETTER_VALUES(VALUE_NAME)
#undef VALUE_NAME
};

static const struct {
	enum text subject, body;
} kinds[OP25B_LETTER_KINDS] = {
	[OP25B_LETTER_HELD] = { OP25B_WRITE_HELD_SUBJECT, OP25B_WRITE_HELD_BODY },
	[OP25B_LETTER_LIMIT] = { OP25B_WRITE_LIMIT_SUBJECT, OP25B_WRITE_LIMIT_BODY },
	[OP25B_LETTER_STOPPED] = { OP25B_WRITE_STOPPED_SUBJECT, OP25B_WRITE_STOPPED_BODY },
	[OP25B_LETTER_RELEASED] = { OP25B_WRITE_RELEASED_SUBJECT, OP25B_WRITE_RELEASED_BODY },
	[OP25B_LETTER_POP] = { OP25B_WRITE_POP_SUBJECT, OP25B_WRITE_POP_BODY },
	[OP25B_LETTER_CONFIRM] = { OP25B_WRITE_CONFIRM_SUBJECT, OP25B_WRITE_CONFIRM_BODY },
	[OP25B_LETTER_ECHO] = { OP25B_WRITE_ECHO_SUBJECT, OP25B_WRITE_ECHO_BODY },
	[OP25B_LETTER_ABROAD] = { OP25B_WRITE_ABROAD_SUBJECT, OP25B_WRITE_ABROAD_BODY },
};

/* The words of signals (numbers.h), and of test mails, as sentences. */
static const struct {
	const char *word;
	enum text text;
} whys[] = {
	{ "unknown-recipients", OP25B_WRITE_WHY_UNKNOWN_RECIPIENTS },
	{ "unknown-recipients-day", OP25B_WRITE_WHY_UNKNOWN_RECIPIENTS },
	{ "refused", OP25B_WRITE_WHY_REFUSED },
	{ "addresses", OP25B_WRITE_WHY_PLACES },
	{ "networks", OP25B_WRITE_WHY_PLACES },
	{ "countries", OP25B_WRITE_WHY_PLACES },
	{ "failures", OP25B_WRITE_WHY_FAILURES },
	{ "first-away", OP25B_WRITE_WHY_OTHER },
	{ "echo-465", OP25B_WRITE_WHY_ECHO_465 },
	{ "echo-587", OP25B_WRITE_WHY_ECHO_587 },
	{ "echo-25", OP25B_WRITE_WHY_ECHO_25 },
};

/* What the values are, and the memory of those that are made. NULL: not known. */
struct values {
	const char *of[VALUES];
	char help[1024], hours[24], port[8], host[512];
};

/* NULL: the word is no signal's. */
static const char *why_of(const char *word, enum language language)
{
	for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++) {
		if (!strcmp(whys[i].word, word))
			return texts[whys[i].text][language];
	}
	return NULL;
}

static const char *domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : address;
}

/* "mail.{domain}" of a customer's address: what the account is called need not be one. */
static const char *host_of(const char *host, const char *address, char *room, size_t size)
{
	const char *place = strstr(host, "{domain}");

	if (!place)
		return host;
	snprintf(room, size, "%.*s%s%s", (int)(place - host), host, domain_of(address),
		 place + strlen("{domain}"));
	return room;
}

/* How to send: the best of the settings that took mail when the letter was posted, else the server
 * that offers submission. */
static void find_server(struct values *v, const struct op25b_letter_due *letter,
			const struct op25b_letter_facts *facts)
{
	const struct op25b_mail *mail = op25b_mail_of(facts->policy, facts->tenant);
	const struct op25b_mail_server *server;
	uint32_t offers = 0;
	bool implicit;
	size_t at = 0;

	server = op25b_mail_outgoing_next(mail ? mail->settings : NULL, letter->at, &at);
	if (server) {
		v->of[VALUE_SERVER] =
			host_of(server->host, letter->address, v->host, sizeof(v->host));
		snprintf(v->port, sizeof(v->port), "%u", server->port);
		implicit = server->tls == OP25B_MAIL_IMPLICIT;
	} else {
		v->of[VALUE_SERVER] =
			op25b_contact_submission(facts->policy, facts->tenant, &offers);
		if (!v->of[VALUE_SERVER])
			return;
		implicit = offers & OP25B_OFFER_SUBMISSIONS;
		snprintf(v->port, sizeof(v->port), "%u", implicit ? 465U : 587U);
	}
	v->of[VALUE_PORT] = v->port;
	v->of[VALUE_SECURITY] = implicit ? "SSL/TLS" : "STARTTLS";
}

static const char *provider_of(const struct op25b_letter_facts *facts, enum language language)
{
	const struct op25b_text *name = &facts->policy->tenants[facts->tenant].provider;
	const char *wanted = language == JAPANESE ? name->ja : name->en,
		   *other = language == JAPANESE ? name->en : name->ja;

	return wanted ? wanted : other ? other : domain_of(facts->from);
}

static void find_values(struct values *v, const struct op25b_letter_due *letter,
			const struct op25b_letter_facts *facts, enum language language)
{
	const struct op25b_tenant *tenant = &facts->policy->tenants[facts->tenant];
	const struct op25b_mail *mail = op25b_mail_of(facts->policy, facts->tenant);

	*v = (struct values){
		.of = { [VALUE_ACCOUNT] = letter->account, [VALUE_ADDRESS] = letter->address }
	};
	v->of[VALUE_PROVIDER] = provider_of(facts, language);
	v->of[VALUE_CONTACT] = op25b_contact_person(tenant);
	if (letter->kind == OP25B_LETTER_CONFIRM || letter->kind == OP25B_LETTER_ABROAD)
		v->of[VALUE_TOKEN] = letter->why;
	else
		v->of[VALUE_WHY] = why_of(letter->why, language);
	if (tenant->help_url && op25b_contact_extends(tenant->help_url) &&
	    strlen(tenant->help_url) < sizeof(v->help)) {
		size_t n = strlen(tenant->help_url);

		n -= tenant->help_url[n - 1] == '/';
		snprintf(v->help, sizeof(v->help), "%.*s", (int)n, tenant->help_url);
		v->of[VALUE_HELP] = v->help;
	}
	if (mail) {
		snprintf(v->hours, sizeof(v->hours), "%" PRId64, mail->stolen.hold_for / 3600);
		v->of[VALUE_HOURS] = v->hours;
	}
	find_server(v, letter, facts);
}

/* The value of the place that begins behind a brace. */
static const char *value_at(const struct values *v, const char *name, size_t len)
{
	for (size_t i = 0; i < VALUES; i++) {
		if (!strncmp(names[i], name, len) && !names[i][len])
			return v->of[i];
	}
	return NULL;
}

/* Whether all values of a line are known. */
static bool is_known(const struct values *v, const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '{' && !value_at(v, line + i + 1, strcspn(line + i + 1, "}")))
			return false;
	}
	return true;
}

static void put_line(FILE *out, const struct values *v, const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const size_t name = line[i] == '{' ? strcspn(line + i + 1, "}") : 0;

		if (name) {
			fputs(value_at(v, line + i + 1, name), out);
			i += name + 1;
		} else {
			fputc(line[i], out);
		}
	}
}

static void put_text(FILE *out, const struct values *v, enum text text, enum language language,
		     const char *end)
{
	const char *line = texts[text][language];
	bool empty = true; /* what stands above */

	while (*line) {
		const size_t len = strcspn(line, "\n");

		if (is_known(v, line, len) && !(empty && !len)) {
			put_line(out, v, line, len);
			fputs(end, out);
			empty = !len;
		}
		line += len + (line[len] == '\n');
	}
}

/* The subject in both languages. */
static int make_subject(const struct op25b_letter_due *letter, const struct values v[LANGUAGES],
			char **ret)
{
	size_t size;
	FILE *out = open_memstream(ret, &size);

	if (!out)
		return -ENOMEM;
	put_text(out, &v[JAPANESE], kinds[letter->kind].subject, JAPANESE, "");
	fputs(" / ", out);
	put_text(out, &v[ENGLISH], kinds[letter->kind].subject, ENGLISH, "");
	return fclose(out) ? -ENOMEM : 0;
}

/* An operator may hold or stop an account for any reason: nothing is said of a password then. */
static enum text body_of(enum op25b_letter_kind kind, const char *why)
{
	if (kind == OP25B_LETTER_HELD && !why)
		return OP25B_WRITE_HELD_BY_US_BODY;
	if (kind == OP25B_LETTER_STOPPED && !why)
		return OP25B_WRITE_STOPPED_BY_US_BODY;
	return kinds[kind].body;
}

static int make_body(const struct op25b_letter_due *letter, const struct values v[LANGUAGES],
		     char **ret)
{
	static const enum language order[] = { JAPANESE, ENGLISH };
	const enum text text = body_of(letter->kind, v[ENGLISH].of[VALUE_WHY]);
	size_t size;
	FILE *out = open_memstream(ret, &size);

	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < LANGUAGES; i++) {
		const enum language l = order[i];

		put_text(out, &v[l], OP25B_WRITE_BELOW, l, "\r\n\r\n");
		put_text(out, &v[l], text, l, "\r\n");
		fputs("\r\n", out);
		put_text(out, &v[l], OP25B_WRITE_AUTOMATIC, l, "\r\n");
		fprintf(out, "%s\r\n%s", v[l].of[VALUE_PROVIDER], i + 1 < LANGUAGES ? "\r\n" : "");
	}
	return fclose(out) ? -ENOMEM : 0;
}

int op25b_letter_write(const struct op25b_letter_due *letter,
		       const struct op25b_letter_facts *facts, char **ret)
{
	OP25B_AUTO_FREE char *subject = NULL, *body = NULL;
	struct values v[LANGUAGES];
	int r;

	for (enum language l = 0; l < LANGUAGES; l++)
		find_values(&v[l], letter, facts, l);
	r = make_subject(letter, v, &subject);
	if (r == 0)
		r = make_body(letter, v, &body);
	if (r == 0)
		r = op25b_mime_write(
			&(const struct op25b_mime){
				.from_name = v[JAPANESE].of[VALUE_PROVIDER],
				.from = facts->from,
				.to = letter->address,
				.id = letter->id,
				.id_domain = domain_of(facts->from),
				.subject = subject,
				.body = body,
				.at = letter->at,
			},
			ret);
	return r;
}
