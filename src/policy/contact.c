/* SPDX-License-Identifier: BSD-2-Clause */
/* See contact.h. */
#include "policy/contact.h"

#include <string.h>

#define SUBMISSION (OP25B_OFFER_SUBMISSION | OP25B_OFFER_SUBMISSIONS)
#define LETTERS    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define URL_MAX    1000

bool op25b_contact_is_plain(const char *text, size_t most)
{
	size_t n = text ? strlen(text) : 0;

	if (!n || n > most)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return false;
	}
	return true;
}

const char *op25b_contact_person(const struct op25b_tenant *tenant)
{
	const char *contact = tenant->support ? tenant->support : tenant->abuse;

	if (contact && !strncmp(contact, "tel:", 4))
		return contact + 4;
	return contact && !strncmp(contact, "mailto:", 7) ? contact + 7 : contact;
}

/* RFC 1123 2.1: labels of letters, digits and '-', two of them at least, the last no number. */
static bool is_name(const char *text, size_t len)
{
	size_t label = 0, labels = 0;

	if (len > OP25B_CONTACT_HOST)
		return false;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != '.') {
			if (!strchr(LETTERS "-", text[i]))
				return false;
			continue;
		}
		if (i == label || text[label] == '-' || text[i - 1] == '-')
			return false;
		labels++;
		if (i < len)
			label = i + 1;
	}
	return labels > 1 && strspn(text + label, "0123456789") < len - label;
}

static const char *host_of(const struct op25b_peer_group *server)
{
	for (size_t i = 0; i < server->n_hosts; i++) {
		if (is_name(server->hosts[i], strlen(server->hosts[i])))
			return server->hosts[i];
	}
	return NULL;
}

/* The first server of the tenant that offers one of @offers and none of @no, with a name. */
static const struct op25b_peer_group *server_of(const struct op25b_policy *policy, uint32_t tenant,
						uint32_t offers, uint32_t no)
{
	for (size_t i = 0; i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];

		if (server->tenant == tenant && server->offers & offers && !(server->offers & no) &&
		    host_of(server))
			return server;
	}
	return NULL;
}

/* The name in a link. */
static const char *url_host(const char *url, char room[static OP25B_CONTACT_HOST + 1])
{
	const char *host;
	size_t len;

	if (!op25b_contact_extends(url))
		return NULL;
	host = strstr(url, "://") + 3;
	len = strcspn(host, "/:");
	if (!is_name(host, len))
		return NULL;
	memcpy(room, host, len);
	room[len] = '\0';
	return room;
}

const char *op25b_contact_host(const struct op25b_policy *policy, uint32_t tenant,
			       char room[static OP25B_CONTACT_HOST + 1])
{
	static const uint32_t wanted[][2] = { { SUBMISSION, OP25B_OFFER_HOSTING },
					      { SUBMISSION, 0 },
					      { OP25B_OFFER_RELAY, 0 } };
	const uint32_t whose[] = { tenant, 0 };
	const char *host = NULL;

	for (size_t i = 0; i < 2 && !host; i++) {
		for (size_t k = 0; k < 3 && !host; k++) {
			const struct op25b_peer_group *server =
				server_of(policy, whose[i], wanted[k][0], wanted[k][1]);

			host = server ? host_of(server) : NULL;
		}
	}
	for (size_t i = 0; i < 2 && !host; i++)
		host = url_host(policy->tenants[whose[i]].help_url, room);
	return host;
}

const char *op25b_contact_submission(const struct op25b_policy *policy, uint32_t tenant,
				     uint32_t *ret_offers)
{
	const struct op25b_peer_group *server =
		server_of(policy, tenant, SUBMISSION, OP25B_OFFER_HOSTING);

	if (!server)
		server = server_of(policy, 0, SUBMISSION, OP25B_OFFER_HOSTING);
	if (!server)
		return NULL;
	*ret_offers = server->offers & SUBMISSION;
	return host_of(server);
}

const char *op25b_contact_outcome(enum op25b_reason reason)
{
	switch (reason) {
	case OP25B_HOLD:
		return "suspect";
	case OP25B_DESIGNATED_SERVER_CLOSED:
		return "affected-own-server";
	default:
		return "affected-other-server";
	}
}

bool op25b_contact_extends(const char *help_url)
{
	if (!op25b_contact_is_plain(help_url, URL_MAX) || strpbrk(help_url, " ?#"))
		return false;
	return !strncmp(help_url, "https://", 8) || !strncmp(help_url, "http://", 7);
}

static bool take_if_short(const char *link, char ret[static OP25B_CONTACT_LINK + 1])
{
	if (strlen(link) > OP25B_CONTACT_LINK)
		return false;
	memcpy(ret, link, strlen(link) + 1);
	return true;
}

bool op25b_contact_link(const struct op25b_tenant *tenant, const char *outcome, const char *code,
			char ret[static OP25B_CONTACT_LINK + 1])
{
	const char *url = tenant->help_url;
	char link[URL_MAX + 64];
	int len;

	if (!op25b_contact_is_plain(url, URL_MAX) || strchr(url, ' '))
		return false;
	len = (int)strlen(url);
	while (len && url[len - 1] == '/')
		len--;
	if (op25b_contact_extends(url) && code) {
		snprintf(link, sizeof(link), "%.*s/e/%s/%s", len, url, outcome, code);
		if (take_if_short(link, ret))
			return true;
	}
	if (op25b_contact_extends(url)) {
		snprintf(link, sizeof(link), "%.*s/e/%s", len, url, outcome);
		if (take_if_short(link, ret))
			return true;
	}
	return take_if_short(url, ret);
}
