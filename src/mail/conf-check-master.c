/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the master.cf of an existing Postfix has against a fragment's services. `postconf -M` writes
 * a service as HOST:PORT or PORT alone, each by name or by number. The fragment's own, once they
 * are in, are known by their syslog_name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/conf-check.h"
#include "mail/settings.h"
#include "policy/prefix.h"

/* Where a service listens. */
struct place {
	char host[256];    /* without brackets; "": everywhere */
	unsigned int port; /* 0: a name that is none of mail's */
};

/* As Debian's /etc/services has them; this may not be the machine that Postfix is on. */
static unsigned int port_of(const char *name)
{
	static const struct {
		const char *name;
		unsigned int port;
	} known[] = { { "smtp", 25 },         { "mail", 25 },   { "submission", 587 },
		      { "submissions", 465 }, { "smtps", 465 }, { "ssmtp", 465 },
		      { "urd", 465 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcmp(name, known[i].name))
			return known[i].port;
	}
	return (unsigned int)strtoul(name, NULL, 10);
}

static struct place place_of(const char *name)
{
	const char *colon = strrchr(name, ':');
	struct place place = { .port = port_of(colon ? colon + 1 : name) };
	size_t length = colon ? (size_t)(colon - name) : 0;

	if (length >= 2 && *name == '[' && name[length - 1] == ']') {
		name++;
		length -= 2;
	}
	snprintf(place.host, sizeof(place.host), "%.*s", (int)length, name);
	return place;
}

static bool is_everywhere(const struct place *place)
{
	static const char *const all[] = { "", "*", "0.0.0.0", "::" };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (!strcmp(place->host, all[i]))
			return true;
	}
	return false;
}

static bool is_relays(const struct op25b_mailconf_check *check, const struct place *place)
{
	const struct op25b_mailconf_addresses *relay = &check->host->roles[OP25B_MAILCONF_RELAY];
	struct op25b_prefix address;

	if (op25b_prefix_parse(place->host, &address))
		return false;
	for (size_t i = 0; i < relay->n; i++) {
		if (!op25b_prefix_compare(&relay->list[i], &address))
			return true;
	}
	return false;
}

/* Whether a service listens where the fragment has one of its own for letters. */
static bool is_for_letters(const struct op25b_mailconf_check *check, const struct place *place)
{
	const struct op25b_maild_file *maild = check->host->ask->maild;
	const unsigned int port = maild ? maild->mail_port : OP25B_MAILD_MAIL_PORT;
	const char *host = maild ? maild->mail_host : OP25B_MAILD_MAIL_HOST;

	if (check->host->ask->maild_address || port == 25 || place->port != port ||
	    !op25b_mailconf_is_loopback(host))
		return false;
	return is_everywhere(place) || !strcmp(place->host, host) ||
	       !strcasecmp(place->host, "localhost");
}

static void check_service(struct op25b_mailconf_check *check, const char *name)
{
	const struct place place = place_of(name);

	if (place.port == 25 && is_everywhere(&place))
		op25b_mailconf_complain(check,
					"master.cf's service '%s inet' is on every address, the "
					"relay's too: name the MX's alone, ADDRESS:smtp inet",
					name);
	if (place.port == 25 && is_relays(check, &place))
		op25b_mailconf_complain(check,
					"master.cf's service '%s inet' is on the relay's address, "
					"where the fragment has its own: take it out",
					name);
	if (place.port == 587 || place.port == 465)
		op25b_mailconf_complain(check,
					"master.cf's service '%s inet' lets mail in beside the "
					"policy: take it out",
					name);
	if (is_for_letters(check, &place))
		op25b_mailconf_complain(check,
					"master.cf's service '%s inet' is where op25b-maild's "
					"letters come in: name another port as mail_host in the "
					"maild file",
					name);
}

void op25b_mailconf_check_services(struct op25b_mailconf_check *check)
{
	for (const char *line = check->text; line; line = op25b_mailconf_next_line(check, line)) {
		char name[256], type[16];

		if (sscanf(line, "%255s %15s", name, type) == 2 && !strcmp(type, "inet") &&
		    !strstr(line, "syslog_name=op25b/"))
			check_service(check, name);
	}
}
