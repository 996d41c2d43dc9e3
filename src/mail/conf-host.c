/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy names servers by prefixes, and several machines may offer the same. A mail host needs
 * addresses: where they can't be told, the command line must say them.
 */
#include "mail/conf-host.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"

/* How the roles are said in a policy, and by which option. */
static const struct {
	uint32_t offer;
	const char *word, *option;
} roles[OP25B_MAILCONF_ROLES] = {
	[OP25B_MAILCONF_MX] = { OP25B_OFFER_MX, "mx", "mx" },
	[OP25B_MAILCONF_RELAY] = { OP25B_OFFER_RELAY, "relay", "relay" },
	[OP25B_MAILCONF_SUBMISSION] = { OP25B_OFFER_SUBMISSION, "submission", "submission" },
	[OP25B_MAILCONF_SUBMISSIONS] = { OP25B_OFFER_SUBMISSIONS, "submissions", "submission" },
	[OP25B_MAILCONF_POP] = { OP25B_OFFER_POP, "pop", "mailboxes" },
	[OP25B_MAILCONF_IMAP] = { OP25B_OFFER_IMAP, "imap", "mailboxes" },
};

static int add_address(struct op25b_mailconf_addresses *to, const struct op25b_prefix *address,
		       struct op25b_error *error)
{
	if (to->n == OP25B_MAILCONF_ADDRESSES)
		return op25b_error_set(error, -EINVAL,
				       "more than %u addresses of one kind on a mail host: make "
				       "settings for each of several hosts",
				       OP25B_MAILCONF_ADDRESSES);
	to->list[to->n++] = *address;
	return 0;
}

/* "192.0.2.1,2001:db8::1" or "none". */
static int read_option(const char *option, const char *text, struct op25b_mailconf_addresses *ret,
		       struct op25b_error *error)
{
	if (!strcmp(text, "none"))
		return 0;
	while (*text) {
		size_t length = strcspn(text, ",");
		char word[OP25B_PREFIX_TEXT];
		struct op25b_prefix address;
		int r;

		if (length >= sizeof(word))
			length = sizeof(word) - 1;
		memcpy(word, text, length);
		word[length] = '\0';
		if (op25b_prefix_parse(word, &address) != OP25B_PREFIX_FINE ||
		    address.len != op25b_prefix_whole(address.family))
			return op25b_error_set(error, -EINVAL,
					       "--%s %s is no address: write addresses of this "
					       "host with commas between them, or none",
					       option, word);
		r = add_address(ret, &address, error);
		if (r)
			return r;
		text += strcspn(text, ",");
		text += *text == ',';
	}
	return ret->n ? 0 :
			op25b_error_set(error, -EINVAL, "--%s wants an address, or none", option);
}

/* Whether a server is one of the provider's for its customers' mail, and does this. */
static bool offers(const struct op25b_peer_group *server, uint32_t tenant, uint32_t offer)
{
	return server->tenant == tenant && server->offers & offer &&
	       !(server->offers & OP25B_OFFER_HOSTING);
}

/* The one server of the policy that does this; NULL: none, or -EINVAL where there are several. */
static int find_server(const struct op25b_mailconf_ask *ask, enum op25b_mailconf_role role,
		       const struct op25b_peer_group **ret, struct op25b_error *error)
{
	const struct op25b_peer_group *found = NULL;

	for (size_t i = 0; i < ask->policy->n_servers; i++) {
		const struct op25b_peer_group *server = &ask->policy->servers[i];

		if (!offers(server, ask->tenant, roles[role].offer))
			continue;
		if (found && !ask->addresses[role])
			return op25b_error_set(error, -EINVAL,
					       "mail servers %s and %s both offer %s: say which "
					       "addresses this host has: --%s ADDRESS,...",
					       found->id, server->id, roles[role].word,
					       roles[role].option);
		if (!found)
			found = server;
	}
	*ret = found;
	return 0;
}

static int take_addresses(const struct op25b_peer_group *server, enum op25b_mailconf_role role,
			  struct op25b_mailconf_addresses *ret, struct op25b_error *error)
{
	int r = 0;

	for (size_t i = 0; i < server->n_prefixes && !r; i++) {
		const struct op25b_prefix *prefix = &server->prefixes[i];
		char text[OP25B_PREFIX_TEXT];

		if (prefix->len != op25b_prefix_whole(prefix->family))
			return op25b_error_set(error, -EINVAL,
					       "mail server %s is %s, which is more than one "
					       "address: say which of them this host has: "
					       "--%s ADDRESS,...",
					       server->id, op25b_prefix_format(prefix, text),
					       roles[role].option);
		r = add_address(ret, prefix, error);
	}
	return r;
}

/* Of options that are two roles': one that the policy doesn't offer isn't meant. */
static bool is_said_alone(enum op25b_mailconf_role role)
{
	return role <= OP25B_MAILCONF_SUBMISSION;
}

static int read_role(struct op25b_mailconf_host *host, enum op25b_mailconf_role role,
		     struct op25b_error *error)
{
	const char *said = host->ask->addresses[role];
	const struct op25b_peer_group *server = NULL;
	int r = find_server(host->ask, role, &server, error);

	if (r)
		return r;
	if (said && !server && !is_said_alone(role))
		return 0;
	if (said)
		return read_option(roles[role].option, said, &host->roles[role], error);
	if (server)
		return take_addresses(server, role, &host->roles[role], error);
	if (role == OP25B_MAILCONF_MX || role == OP25B_MAILCONF_SUBMISSION)
		return op25b_error_set(error, -EINVAL,
				       "no mail server of the policy offers %s: add one to "
				       "mail_servers, or say --%s ADDRESS,... (or none)",
				       roles[role].word, roles[role].option);
	return 0;
}

static bool is_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-.";

	return *text && strspn(text, letters) == strlen(text);
}

/* The first name of a server that is one name; no '*' is in one. */
static const char *name_of(const struct op25b_peer_group *server)
{
	for (size_t i = 0; i < server->n_hosts; i++) {
		if (is_name(server->hosts[i]))
			return server->hosts[i];
	}
	return NULL;
}

static const char *name_of_role(const struct op25b_mailconf_ask *ask, enum op25b_mailconf_role role)
{
	for (size_t i = 0; i < ask->policy->n_servers; i++) {
		const struct op25b_peer_group *server = &ask->policy->servers[i];

		if (offers(server, ask->tenant, roles[role].offer) && name_of(server))
			return name_of(server);
	}
	return NULL;
}

static int read_names(struct op25b_mailconf_host *host, struct op25b_error *error)
{
	static const enum op25b_mailconf_role order[] = { OP25B_MAILCONF_SUBMISSION,
							  OP25B_MAILCONF_RELAY, OP25B_MAILCONF_MX };

	host->name = host->ask->host;
	for (size_t i = 0; i < 3 && !host->name; i++)
		host->name = name_of_role(host->ask, order[i]);
	if (!host->name)
		return op25b_error_set(error, -EINVAL,
				       "no mail server of the policy has a name in `hosts` that is "
				       "one name: say which this host has: --host NAME");
	if (!is_name(host->name))
		return op25b_error_set(error, -EINVAL, "--host %s is no host name", host->name);
	host->mx_name = name_of_role(host->ask, OP25B_MAILCONF_MX);
	if (!host->mx_name)
		host->mx_name = host->name;
	return 0;
}

/* An MX that shares the relay's address would wait for op25b-maild, and be open where that is. */
static int tell_apart(const struct op25b_mailconf_host *host, struct op25b_error *error)
{
	const struct op25b_mailconf_addresses *mx = &host->roles[OP25B_MAILCONF_MX];
	const struct op25b_mailconf_addresses *relay = &host->roles[OP25B_MAILCONF_RELAY];
	char text[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < mx->n * relay->n; i++) {
		const struct op25b_prefix *address = &mx->list[i % mx->n];

		if (!op25b_prefix_compare(address, &relay->list[i / mx->n]))
			return op25b_error_set(
				error, -EINVAL,
				"MX and relay are both on %s: mail from outside would wait for "
				"op25b-maild; give one of them an address of its own in "
				"mail_servers, or by --mx or --relay",
				op25b_address_format(address->family, address->addr, text));
	}
	return 0;
}

static void read_mail(struct op25b_mailconf_host *host)
{
	const struct op25b_policy *policy = host->ask->policy;
	const struct op25b_mail_stages *auth25 = &host->mail->ways[OP25B_MAIL_AUTH25];

	for (size_t i = 0; i < policy->n_mail_limits; i++) {
		if (policy->mail_limits[i].message > host->message)
			host->message = policy->mail_limits[i].message;
	}
	for (size_t i = 0; i < auth25->n; i++)
		host->auth25 |= auth25->list[i].action != OP25B_REFUSE;
}

int op25b_mailconf_host_read(const struct op25b_mailconf_ask *ask, bool mailboxes,
			     struct op25b_mailconf_host *ret_host, struct op25b_error *error)
{
	struct op25b_mailconf_host host = { .ask = ask,
					    .mail = op25b_mail_of(ask->policy, ask->tenant) };
	int r = 0;

	if (!host.mail)
		return op25b_error_set(error, -EINVAL,
				       "the policy has no `mail` section%s: say in it how mail may "
				       "enter the relay servers",
				       ask->tenant ? " for this tenant" : "");
	for (int role = 0; role < OP25B_MAILCONF_ROLES && !r; role++) {
		if (mailboxes == (role >= OP25B_MAILCONF_POP))
			r = read_role(&host, (enum op25b_mailconf_role)role, error);
	}
	if (!r)
		r = read_names(&host, error);
	if (!r)
		r = tell_apart(&host, error);
	if (r)
		return r;
	read_mail(&host);
	*ret_host = host;
	return 0;
}

const struct op25b_prefix *op25b_mailconf_host_address(const struct op25b_mailconf_host *host,
						       enum op25b_mailconf_role role,
						       uint8_t family)
{
	for (size_t i = 0; i < host->roles[role].n; i++) {
		if (host->roles[role].list[i].family == family)
			return &host->roles[role].list[i];
	}
	return NULL;
}
