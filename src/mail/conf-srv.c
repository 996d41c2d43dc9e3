/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SRV records by which mail programs find the servers of a domain: RFC 6186, and RFC 8314 5.1 for
 * TLS from the start. "SRV 0 0 0 ." says that there is no such service (RFC 2782).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mail/conf-files.h"
#include "policy/mail.h"

#define PLACE "{domain}"

/* What stands for the label that a "*" of `domains` stands for. */
#define ANY_LABEL "NAME"

static const char head[] =
	"; By these, mail programs find the servers of an address's domain (RFC 6186, RFC 8314).\n"
	"; They go into the domain's zone. A target is no alias and has A or AAAA records.\n";

static const char pages[] =
	"; Settings are also fetched from the pages, by https. In place of PAGES put the name of\n"
	"; op25b-webd's proxy; its certificate has to have the names that are aliases of it.\n";

struct service {
	const char *name;
	enum op25b_mail_kind kind; /* of incoming ones */
	enum op25b_mail_tls tls;
};

/* TLS from the start first, which gives it the better priority (RFC 8314 5.1). */
static const struct service sends[] = { { "_submissions", 0, OP25B_MAIL_IMPLICIT },
					{ "_submission", 0, OP25B_MAIL_STARTTLS } };
static const struct service receives[] = { { "_imaps", OP25B_MAIL_IMAP, OP25B_MAIL_IMPLICIT },
					   { "_imap", OP25B_MAIL_IMAP, OP25B_MAIL_STARTTLS },
					   { "_pop3s", OP25B_MAIL_POP3, OP25B_MAIL_IMPLICIT },
					   { "_pop3", OP25B_MAIL_POP3, OP25B_MAIL_STARTTLS } };

/* A domain whose records are written. */
struct zone {
	FILE *out;
	int64_t at;         /* what is open then */
	const char *before; /* of each line: "; " where the domain is none yet */
	char name[512];     /* of the domain, without the dot at its end */
};

/* A record of a server that takes no mail yet is a comment below its date, also where all are
 * comments. */
static void write_record(const struct zone *zone, const char *service, unsigned int priority,
			 const struct op25b_mail_server *server)
{
	const char *brace = strstr(server->host, PLACE);
	const time_t since = (time_t)server->since;
	char date[32];
	struct tm tm;

	if (server->since > zone->at && localtime_r(&since, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%d %H:%M %z", &tm))
		fprintf(zone->out, "%s; from %s on; a \".\" of this name has to go then:\n%s; ",
			zone->before, date, zone->before);
	else
		fputs(zone->before, zone->out);
	fprintf(zone->out, "%s._tcp.%s. IN SRV %u 0 %u ", service, zone->name, priority,
		server->port);
	if (brace)
		fprintf(zone->out, "%.*s%s%s.\n", (int)(brace - server->host), server->host,
			zone->name, brace + strlen(PLACE));
	else
		fprintf(zone->out, "%s.\n", server->host);
}

/* All servers of a service, or that there is none yet. @priority: of the next one to send through;
 * that of incoming ones is the policy's order, by which a program chooses between IMAP and POP (RFC
 * 6186 3.4). */
static void write_service(const struct zone *zone, const struct service *service, bool incoming,
			  const struct op25b_mail_settings *settings, unsigned int *priority)
{
	const struct op25b_mail_server *list = incoming ? settings->incoming : settings->outgoing;
	const size_t n = incoming ? settings->n_incoming : settings->n_outgoing;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (list[i].tls != service->tls || (incoming && list[i].kind != service->kind))
			continue;
		write_record(zone, service->name, incoming ? 10 * (unsigned int)i : *priority,
			     &list[i]);
		*priority += 10;
		any |= list[i].since <= zone->at;
	}
	if (!any)
		fprintf(zone->out, "%s%s._tcp.%s. IN SRV 0 0 0 .\n", zone->before, service->name,
			zone->name);
}

/* A policy that names no incoming server does not say that there is none. */
static void write_domain(const struct zone *zone, const struct op25b_mail_settings *settings)
{
	unsigned int priority = 0;

	for (size_t i = 0; i < sizeof(sends) / sizeof(sends[0]); i++)
		write_service(zone, &sends[i], /* incoming= */ false, settings, &priority);
	for (size_t i = 0; settings->n_incoming && i < sizeof(receives) / sizeof(receives[0]); i++)
		write_service(zone, &receives[i], /* incoming= */ true, settings, &priority);
	fprintf(zone->out, "; autoconfig.%s. IN CNAME PAGES.\n", zone->name);
	fprintf(zone->out, "; _autodiscover._tcp.%s. IN SRV 0 0 443 PAGES.\n", zone->name);
}

/* Below a "*" nothing can stand in a zone: each name has records of its own. */
static void write_each(FILE *out, int64_t at, const struct op25b_mail *mail)
{
	for (size_t i = 0; i < mail->n_domains; i++) {
		const char *domain = mail->domains[i];
		struct zone zone = { .out = out, .at = at, .before = "" };

		fprintf(out, "\n; %s", domain);
		if (*domain == '*') {
			fputs(": for each name in place of " ANY_LABEL, out);
			zone.before = "; ";
			snprintf(zone.name, sizeof(zone.name), ANY_LABEL "%s", domain + 1);
		} else {
			snprintf(zone.name, sizeof(zone.name), "%s", domain);
		}
		fputc('\n', out);
		write_domain(&zone, mail->settings);
	}
}

static void write_all(FILE *out, const struct op25b_mailconf_ask *ask,
		      const struct op25b_mail *mail)
{
	const char *slash = strrchr(ask->policy_name, '/');
	const char *name = slash ? slash + 1 : ask->policy_name;

	fprintf(out, "; " OP25B_MAILCONF_MARK " from %.*s (digest %016" PRIx64 ").\n%s%s",
		(int)strcspn(name, "\n"), name, ask->policy->digest, head, pages);
	write_each(out, ask->at, mail);
}

int op25b_mailconf_srv(const struct op25b_mailconf_ask *ask, char **ret_text,
		       struct op25b_error *error)
{
	const struct op25b_mail *mail = op25b_mail_of(ask->policy, ask->tenant);
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!mail || !mail->settings || !mail->settings->n_outgoing)
		return op25b_error_set(error, -EINVAL,
				       "the policy does not say what customers type in: add "
				       "`settings` with `outgoing` to its `mail` section");
	if (!mail->n_domains)
		return op25b_error_set(error, -EINVAL,
				       "the policy does not say which domains have mailboxes: add "
				       "`domains` to its `mail` section");
	out = open_memstream(&text, &size);
	if (!out)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	write_all(out, ask, mail);
	if (ferror(out) | fclose(out)) {
		free(text);
		return op25b_error_set(error, -ENOMEM, "out of memory");
	}
	*ret_text = text;
	return 0;
}
