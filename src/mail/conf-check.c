/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an existing Postfix says against a fragment. `postconf -n` shows what its main.cf sets, so
 * what isn't there has its default; what comes out of a table can't be judged here and is taken as
 * right. Only what would open the relay, lose a limit, or answer wrongly is said.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "mail/conf-check.h"

/* Parameters that must have a value, or be left alone where that is Postfix's own. */
static const struct {
	const char *name, *value, *why;
	bool by_default;
} wanted[] = {
	{ "smtpd_forbid_bare_newline", "normalize", "a message could hold a second one", false },
	{ "smtpd_forbid_unauth_pipelining", "yes", "a message could hold a second one", false },
	{ "enable_long_queue_ids", "yes", "op25b-maild knows messages by ids that never come twice",
	  false },
	{ "smtpd_client_port_logging", "yes", "several mail hosts may have one process id", false },
	{ "smtpd_delay_reject", "yes", "op25b-maild answers for a recipient", true },
	{ "smtpd_sasl_auth_enable", "no", "AUTH is for the services of the fragment, which say so",
	  true },
	{ "soft_bounce", "no", "refusals must be final where they say so", true },
	{ "smtpd_policy_service_default_action", "451 4.3.5 Server configuration problem",
	  "while op25b-maild is dead nothing may be taken", true },
	{ "allow_untrusted_routing", "no", "a recipient's name could route mail to others", true },
	{ "info_log_addr_form", "external", "what strangers write could pass for a result", true },
	{ "smtpd_policy_service_try_limit", "2",
	  "the second is for an op25b-maild that was restarted; with more clients wait longer",
	  true },
	{ "smtpd_policy_service_retry_delay", "1s", "clients wait that long between the two",
	  true },
};

void op25b_mailconf_complain(struct op25b_mailconf_check *check, const char *format, ...)
{
	char text[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	check->found++;
	check->say(check->arg, text);
}

const char *op25b_mailconf_next_line(const struct op25b_mailconf_check *check, const char *line)
{
	line += strlen(line) + 1;
	return line < check->end ? line : NULL;
}

/* The value of "name = value"; NULL: not set. */
static const char *value_of(const struct op25b_mailconf_check *check, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = check->text; line; line = op25b_mailconf_next_line(check, line)) {
		const char *at = line + length;

		if (strncmp(line, name, length) != 0)
			continue;
		at += strspn(at, " \t");
		if (*at == '=')
			return at + 1 + strspn(at + 1, " \t");
	}
	return NULL;
}

/* "1" is "1s". */
static bool is_same(const char *value, const char *should)
{
	const size_t length = strlen(value);

	return !strcasecmp(value, should) ||
	       (length && !strncasecmp(value, should, length) && isdigit(value[length - 1]) &&
		!strcmp(should + length, "s"));
}

static void check_wanted(struct op25b_mailconf_check *check)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		const char *value = value_of(check, wanted[i].name);

		if (value ? is_same(value, wanted[i].value) : wanted[i].by_default)
			continue;
		op25b_mailconf_complain(check, "%s is %s: set it to %s; %s", wanted[i].name,
					value ? value : "not set", wanted[i].value, wanted[i].why);
	}
}

/* Calls fn for each word of a list, until it returns true. */
static bool any_word(const char *list, bool (*fn)(const char *word, const void *arg),
		     const void *arg)
{
	while (list && *list) {
		size_t length = strcspn(list, ", \t");
		char word[512];

		if (length && length < sizeof(word)) {
			memcpy(word, list, length);
			word[length] = '\0';
			if (fn(word, arg))
				return true;
		}
		list += length + (list[length] != '\0');
	}
	return false;
}

bool op25b_mailconf_is_loopback(const char *word)
{
	return !strncmp(word, "127.", 4) || !strncmp(word, "[::1]", 5) ||
	       !strncmp(word, "[::ffff:127.", 12) || !strcmp(word, "::1");
}

static bool is_not_loopback(const char *word, const void *arg)
{
	(void)arg;
	return !op25b_mailconf_is_loopback(word);
}

static void check_networks(struct op25b_mailconf_check *check)
{
	const char *networks = value_of(check, "mynetworks");
	const char *style = value_of(check, "mynetworks_style");
	const char *level = value_of(check, "compatibility_level");

	/* As Postfix has it by default. */
	if (!style && (!level || strtol(level, NULL, 10) < 2))
		style = "subnet, as compatibility_level is below 2";
	if (networks ? any_word(networks, is_not_loopback, NULL) :
		       style && strcmp(style, "host") != 0)
		op25b_mailconf_complain(
			check,
			"%s is %s: set mynetworks to 127.0.0.0/8 [::1]/128; whom a network may "
			"stand for is the policy's to say",
			networks ? "mynetworks" : "mynetworks_style", networks ? networks : style);
}

static bool may_be_others(const char *word, const void *arg)
{
	return strcmp(word, "$mynetworks") != 0 && is_not_loopback(word, arg);
}

/* Whom smtpd_forbid_bare_newline is not for. A table is for somebody, or it would not be there. */
static void check_exclusions(struct op25b_mailconf_check *check)
{
	static const char name[] = "smtpd_forbid_bare_newline_exclusions";
	const char *value = value_of(check, name);

	if (any_word(value, may_be_others, NULL))
		op25b_mailconf_complain(
			check,
			"%s is %s: set it to $mynetworks; from others a message could hold a "
			"second one",
			name, value);
}

struct wish {
	const struct op25b_mailconf_check *check;
	const char *domain;
};

/* What "$name" stands for; NULL: that isn't here, so it may be anything. */
static const char *meaning(const struct op25b_mailconf_check *check, const char *name)
{
	const char *value = value_of(check, name);
	const char *host = value_of(check, "myhostname");

	if (value || strcmp(name, "mydomain") != 0 || !host)
		return value;
	host = strchr(host, '.');
	return host ? host + 1 : NULL;
}

/* Whether a word of a list is the domain; a table may hold anything. */
static bool may_hold(const char *word, const void *arg)
{
	const struct wish *wish = arg;

	if (*word == '$') {
		word = meaning(wish->check, word + 1);
		return !word || !strcasecmp(word, wish->domain);
	}
	return strchr(word, ':') || *word == '/' || !strcasecmp(word, wish->domain);
}

/* Whether a word of a list is every domain. */
static bool is_everything(const char *word, const void *arg)
{
	(void)arg;
	return !strcmp(word, "*") || !strncmp(word, "static:", 7);
}

static void check_domains(struct op25b_mailconf_check *check)
{
	static const char *const lists[] = { "mydestination", "virtual_mailbox_domains",
					     "virtual_alias_domains", "virtual_alias_maps",
					     "relay_domains" };
	const struct op25b_mail *mail = check->host->mail;

	for (size_t k = 0; k < sizeof(lists) / sizeof(*lists); k++) {
		const char *list = value_of(check, lists[k]);

		if (any_word(list, is_everything, NULL))
			op25b_mailconf_complain(
				check,
				"%s is %s: name the domains; mail to all that it takes is let in "
				"for everybody, without asking",
				lists[k], list);
	}

	for (size_t i = 0; i < mail->n_domains; i++) {
		const struct wish wish = { check, mail->domains[i] };
		bool held = false;

		for (size_t k = 0; k < sizeof(lists) / sizeof(*lists) && !held; k++)
			held = any_word(value_of(check, lists[k]), may_hold, &wish);
		if (!held)
			op25b_mailconf_complain(
				check,
				"%s is in none of mydestination, virtual_mailbox_domains, "
				"virtual_alias_domains, relay_domains: mail for own mailboxes "
				"would be taken for others'",
				mail->domains[i]);
	}
}

static void check_tls(struct op25b_mailconf_check *check)
{
	if (!value_of(check, "smtpd_tls_chain_files") && !value_of(check, "smtpd_tls_cert_file"))
		op25b_mailconf_complain(
			check,
			"smtpd_tls_chain_files is not set: submission needs a certificate "
			"for %s",
			check->host->name);
}

/* Lines end with NULs, and one that begins with a blank goes on with the line before. */
static int take_text(struct op25b_mailconf_check *check, const char *text, size_t size,
		     struct op25b_error *error)
{
	char *to;

	if (memchr(text, '\0', size) || !memchr(text, '=', size))
		return op25b_error_set(error, -EINVAL, "this is no output of postconf -n");
	check->text = to = malloc(size + 1);
	if (!to)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	for (size_t i = 0; i < size; i++) {
		bool ends = text[i] == '\n' && !(i + 1 < size && strchr(" \t", text[i + 1]));

		*to++ = ends ? '\0' : text[i];
		if (text[i] == '\n' && !ends)
			to[-1] = ' ';
	}
	*to = '\0';
	check->end = to;
	return 0;
}

int op25b_mailconf_check(const struct op25b_mailconf_ask *ask, const char *text, size_t size,
			 op25b_mailconf_say_fn say, void *arg, struct op25b_error *error)
{
	struct op25b_mailconf_host host;
	struct op25b_mailconf_check check = { .host = &host, .say = say, .arg = arg };
	int r = op25b_mailconf_host_read(ask, /* mailboxes= */ false, &host, error);

	if (!r)
		r = take_text(&check, text, size, error);
	if (r)
		return r;
	check_wanted(&check);
	check_networks(&check);
	check_exclusions(&check);
	check_domains(&check);
	check_tls(&check);
	op25b_mailconf_check_services(&check);
	free(check.text);
	return check.found;
}
