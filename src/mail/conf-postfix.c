/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of Postfix's templates. In main.cf a '$' that is meant is written "$$". */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "mail/conf-files.h"
#include "mail/conf-host.h"
#include "mail/conf-template.h"
#include "op25b-mailconf-templates.h"
#include "policy/prefix.h"

#define POSTFIX_RECIPIENTS 1000U /* smtpd_recipient_limit's default */

/* A domain as a regular expression; a '*' is one label. */
static void print_pattern(FILE *out, const char *before, const char *domain)
{
	fprintf(out, "{ /%s", before);
	for (; *domain; domain++) {
		if (*domain == '*')
			fputs("[^.@]+", out);
		else
			fprintf(out, "%s%c", *domain == '.' ? "\\" : "", *domain);
	}
	fputs("$$/", out);
}

/* "a.example, regexp:{ { /^[^.@]+\.e\.example$$/ own } }" */
static void print_domains(FILE *out, const struct op25b_mail *mail)
{
	const char *before = "";
	bool open = false;

	for (size_t i = 0; i < mail->n_domains; i++) {
		if (*mail->domains[i] == '*')
			continue;
		fprintf(out, "%s%s", before, mail->domains[i]);
		before = " ";
	}
	for (size_t i = 0; i < mail->n_domains; i++) {
		if (*mail->domains[i] != '*')
			continue;
		fputs(open ? ", " : before, out);
		fputs(open ? "" : "regexp:{ ", out);
		print_pattern(out, "^", mail->domains[i]);
		fputs(" own }", out);
		open = true;
	}
	fputs(open ? " }" : "", out);
}

/* What begins with a pattern and ends with one of the own domains, to a value. */
static void print_map(FILE *out, const struct op25b_mail *mail, const char *before,
		      const char *value)
{
	fputs("regexp:{ ", out);
	for (size_t i = 0; i < mail->n_domains; i++) {
		fputs(i ? ", " : "", out);
		print_pattern(out, before, mail->domains[i]);
		fprintf(out, " %s }", value);
	}
	fputs(" }", out);
}

/* What mail leaves as where it has no domain: the first that is one. */
static const char *origin(const struct op25b_mailconf_host *host)
{
	for (size_t i = 0; i < host->mail->n_domains; i++) {
		if (*host->mail->domains[i] != '*')
			return host->mail->domains[i];
	}
	return host->name;
}

/* What mail leaves from: the relay's address, or where there is no relay the submission's. */
static void set_bind(struct op25b_mailconf_values *values, const struct op25b_mailconf_host *host,
		     const char *name, uint8_t family)
{
	const struct op25b_prefix *from =
		op25b_mailconf_host_address(host, OP25B_MAILCONF_RELAY, family);
	char text[OP25B_PREFIX_TEXT] = "";

	if (!from)
		from = op25b_mailconf_host_address(host, OP25B_MAILCONF_SUBMISSION, family);
	if (from)
		op25b_address_format(from->family, from->addr, text);
	op25b_mailconf_set(values, name, text);
}

/* The families in which the host has services. */
static const char *protocols(const struct op25b_mailconf_host *host)
{
	bool has[OP25B_FAMILY_COUNT] = { false };

	for (int role = 0; role < OP25B_MAILCONF_POP; role++) {
		for (size_t i = 0; i < host->roles[role].n; i++)
			has[host->roles[role].list[i].family] = true;
	}
	if (!has[OP25B_V4])
		return "ipv6";
	return has[OP25B_V6] ? "all" : "ipv4";
}

/* What open_memstream() gave; NULL: it failed. */
static void set_printed(struct op25b_mailconf_values *values, const char *name, FILE *out,
			char *const *text)
{
	if (!out || fclose(out))
		values->failed = true;
	else
		op25b_mailconf_set(values, name, *text);
}

static void set_domains(struct op25b_mailconf_values *values, const char *name,
			const struct op25b_mail *mail)
{
	OP25B_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out)
		print_domains(out, mail);
	set_printed(values, name, out, &text);
}

static void set_map(struct op25b_mailconf_values *values, const char *name,
		    const struct op25b_mail *mail, const char *before, const char *value)
{
	OP25B_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out)
		print_map(out, mail, before, value);
	set_printed(values, name, out, &text);
}

/* Where op25b-maild, if it is on this host, brings letters: nowhere but on loopback. */
static void set_letters(struct op25b_mailconf_values *values, const struct op25b_mailconf_ask *ask)
{
	const char *host = ask->maild ? ask->maild->mail_host : OP25B_MAILD_MAIL_HOST;
	unsigned int port = ask->maild ? ask->maild->mail_port : OP25B_MAILD_MAIL_PORT;

	if (ask->maild_address || port == 25)
		return;
	if (!strncmp(host, "127.", 4))
		op25b_mailconf_setf(values, "LETTERS", "%s:%u", host, port);
	else if (!strcmp(host, "::1"))
		op25b_mailconf_setf(values, "LETTERS", "[::1]:%u", port);
	op25b_mailconf_set_filled(values, "LETTERS_SERVICE", letters);
}

/* Where op25b-maild is on this host, and takes test mails. */
static void set_echo(struct op25b_mailconf_values *values, const struct op25b_mailconf_host *host)
{
	/* "check+4123456789@": what a code is, so that a mailbox `check` keeps the rest. */
	static const char code[] = "^check\\+"
				   "4[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]@";
	static const struct {
		const char *value, *door, *word;
	} doors[] = { { "ECHO_MX", "DOOR_MX", "mx" },
		      { "ECHO_RELAY", "DOOR_RELAY", "relay" },
		      { "ECHO_SUBMISSION", "DOOR_SUBMISSION", "submission" },
		      { "ECHO_SUBMISSIONS", "DOOR_SUBMISSIONS", "submissions" } };
	const struct op25b_mailconf_ask *ask = host->ask;
	const char *path = ask->maild ? ask->maild->echo.socket : NULL;
	char text[200];

	if (!path || ask->maild_address || ask->fragment)
		path = "";
	op25b_mailconf_set(values, "ECHO", path);
	snprintf(text, sizeof(text), "lmtp:unix:%s", path);
	set_map(values, "ECHO_TRANSPORT", host->mail, code, text);
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		snprintf(text, sizeof(text), "PREPEND Op25b-Door: %s", doors[i].word);
		set_map(values, doors[i].value, host->mail, code, text);
		snprintf(text, sizeof(text), *path ? "$op25b_door_%s, " : "%.0s", doors[i].word);
		op25b_mailconf_set(values, doors[i].door, text);
	}
	if (*path)
		op25b_mailconf_set(values, "RELAY_CHECK",
				   "{ smtpd_recipient_restrictions = $op25b_door_relay, "
				   "$op25b_own_recipient }");
	else
		op25b_mailconf_setf(values, "RELAY_CHECK", "smtpd_recipient_restrictions=%s",
				    ask->fragment ? "" : "$op25b_own_recipient");
}

static void set_services(struct op25b_mailconf_values *values,
			 const struct op25b_mailconf_host *host)
{
	static const char *const names[] = { [OP25B_MAILCONF_MX] = "MX",
					     [OP25B_MAILCONF_RELAY] = "RELAY",
					     [OP25B_MAILCONF_SUBMISSION] = "SUBMISSION",
					     [OP25B_MAILCONF_SUBMISSIONS] = "SUBMISSIONS" };

	for (size_t role = 0; role < sizeof(names) / sizeof(*names); role++)
		op25b_mailconf_set_addresses(values, names[role], &host->roles[role], "\n", "[",
					     "]");
	op25b_mailconf_setf(values, "PORTS", "%s%s%s",
			    host->roles[OP25B_MAILCONF_SUBMISSION].n ? "submission" : "",
			    host->roles[OP25B_MAILCONF_SUBMISSION].n &&
					    host->roles[OP25B_MAILCONF_SUBMISSIONS].n ?
				    "\n" :
				    "",
			    host->roles[OP25B_MAILCONF_SUBMISSIONS].n ? "submissions" : "");
	op25b_mailconf_set_filled(values, "MAILD", maild);
	set_echo(values, host);
	op25b_mailconf_set(values, "SERVICE", "submission");
	op25b_mailconf_set(values, "DOOR", op25b_mailconf_get(values, "DOOR_SUBMISSION"));
	op25b_mailconf_set_filled(values, "SUBMIT", submit);
	op25b_mailconf_set(values, "SERVICE", "submissions");
	op25b_mailconf_set(values, "DOOR", op25b_mailconf_get(values, "DOOR_SUBMISSIONS"));
	op25b_mailconf_set_filled(values, "SUBMITS", submit);
	op25b_mailconf_set_filled(values, "SERVICES", services);
	set_letters(values, host->ask);
}

/*
 * Postfix's own check behind op25b-maild's. Its map knows owners, not who asks: where servers may
 * use any address it can't tell them from others, and a list of them all would have no bound.
 */
static const char *sender_check(const struct op25b_mail *mail)
{
	if (mail->server_accounts && mail->server_any)
		return "";
	/* The other one refuses addresses that are nobody's. */
	return mail->foreign == OP25B_MAIL_FOREIGN_ANY ?
		       ", reject_known_sender_login_mismatch" :
		       ", reject_authenticated_sender_login_mismatch";
}

static void set_values(struct op25b_mailconf_values *values, const struct op25b_mailconf_host *host)
{
	const struct op25b_mailconf_ask *ask = host->ask;
	uint32_t recipients = host->message >= POSTFIX_RECIPIENTS ? host->message + 1 :
								    POSTFIX_RECIPIENTS;

	op25b_mailconf_set(values, "HOST", host->name);
	op25b_mailconf_set(values, "MX_HOST", host->mx_name);
	op25b_mailconf_set(values, "ORIGIN", origin(host));
	op25b_mailconf_set(values, "PROTOCOLS", protocols(host));
	set_bind(values, host, "BIND4", OP25B_V4);
	set_bind(values, host, "BIND6", OP25B_V6);
	set_domains(values, "DOMAINS", host->mail);
	/* Recipients in the own domains: asked for before they are taken. */
	set_map(values, "OWN_RECIPIENT", host->mail, "@", "reject_unverified_recipient");
	op25b_mailconf_set(values, "AUTH25", host->auth25 ? "yes" : "no");
	op25b_mailconf_set(values, "SENDER_CHECK", sender_check(host->mail));
	op25b_mailconf_setf(values, "MESSAGE", "%u", host->message);
	op25b_mailconf_setf(values, "RECIPIENT_LIMIT", "%u", recipients);
	if (ask->fragment)
		op25b_mailconf_set_filled(values, "SAFE", safe);
	set_services(values, host);
}

int op25b_mailconf_postfix(const struct op25b_mailconf_ask *ask,
			   struct op25b_mailconf_files *ret_files, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_mailconf_done) struct op25b_mailconf_values values = { 0 };
	struct op25b_mailconf_host host;
	struct op25b_mailconf_files files = { 0 };
	int r = op25b_mailconf_host_read(ask, /* mailboxes= */ false, &host, error);

	if (!r)
		r = op25b_mailconf_begin(&values, &host, error);
	if (r)
		return r;
	set_values(&values, &host);
	if (ask->fragment) {
		op25b_mailconf_add(&files, "op25b-main.cf", 0644, fragment_main_cf, &values);
		op25b_mailconf_add(&files, "op25b-master.cf", 0644, fragment_master_cf, &values);
	} else {
		op25b_mailconf_add(&files, "main.cf", 0644, main_cf, &values);
		op25b_mailconf_add(&files, "master.cf", 0644, master_cf, &values);
	}
	return op25b_mailconf_end(&files, ret_files, error);
}
