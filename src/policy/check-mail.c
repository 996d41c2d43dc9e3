/* SPDX-License-Identifier: BSD-2-Clause */
/* That mail and packets don't disagree, and that what mail rests on is there. */
#include <string.h>

#include "policy/mail-decide.h"
#include "policy/mail-reader.h"
#include "policy/mail-words.h"
#include "policy/prefix.h"

#define DOMAIN "{domain}"

/* Whether a provider's mail may rest on a server: its own or the root's. */
static bool is_in_reach(const struct op25b_mail *mail, const struct op25b_peer_group *server)
{
	return !server->tenant || server->tenant == mail->tenant;
}

/* ---- ways that packets don't get through to ------------------------------------------------- */

struct way {
	const struct op25b_mail *mail;
	enum op25b_mail_way way;
	uint32_t service;
};

/* What closes a way that is open. */
struct conflict {
	const struct op25b_mail_stage *stage;
	const struct op25b_rule *rule;
	const struct op25b_peer_group *server;
};

static bool list_holds(const struct op25b_peer_group *groups, const uint32_t *list, size_t n,
		       const struct op25b_prefix *address)
{
	for (size_t i = 0; i < n; i++) {
		const struct op25b_peer_group *group = &groups[list[i]];

		for (size_t k = 0; k < group->n_prefixes; k++) {
			if (op25b_prefix_holds(&group->prefixes[k], address))
				return true;
		}
	}
	return false;
}

/* The rule that refuses lines of a service an address, or NULL: steps 2 to 4 for packets. */
static const struct op25b_rule *find_refusal(const struct op25b_policy *p,
					     const struct op25b_service *service,
					     const struct op25b_prefix *address, int64_t at)
{
	const struct op25b_rule *found = NULL;

	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		if (rule->from <= at && (!found || rule->from >= found->from) &&
		    (!rule->n_to || list_holds(p->destinations, rule->to, rule->n_to, address)))
			found = rule;
	}
	if (!found || found->action != OP25B_REFUSE ||
	    list_holds(p->servers, found->except, found->n_except, address))
		return NULL;
	return found;
}

static bool has_relay(const struct op25b_policy *p, uint32_t tenant)
{
	for (size_t i = 0; i < p->n_servers; i++) {
		if (p->servers[i].tenant == tenant && p->servers[i].offers & OP25B_OFFER_RELAY)
			return true;
	}
	return false;
}

static bool find_conflict_at(const struct op25b_policy *p, const struct way *way, int64_t at,
			     struct conflict *ret)
{
	const struct op25b_service *service = &p->services[way->service];
	uint32_t tenant = has_relay(p, way->mail->tenant) ? way->mail->tenant : 0;

	ret->stage = op25b_mail_stage_of(way->mail, way->way, way->service, at);
	if (!ret->stage || ret->stage->action == OP25B_REFUSE)
		return false;
	for (size_t i = 0; i < p->n_servers; i++) {
		ret->server = &p->servers[i];
		if (ret->server->tenant != tenant || !(ret->server->offers & OP25B_OFFER_RELAY))
			continue;
		for (size_t k = 0; k < ret->server->n_prefixes; k++) {
			ret->rule = find_refusal(p, service, &ret->server->prefixes[k], at);
			if (ret->rule)
				return true;
		}
	}
	return false;
}

/* The first date at which there is one: it can only begin where a stage of either begins. */
static bool find_conflict(const struct op25b_policy *p, const struct way *way, struct conflict *ret)
{
	const struct op25b_mail_stages *stages = &way->mail->ways[way->way];
	const struct op25b_service *service = &p->services[way->service];
	int64_t first = INT64_MAX;
	struct conflict found;

	for (size_t i = 0; i < stages->n + service->n_rules; i++) {
		int64_t at = i < stages->n ? stages->list[i].from :
					     service->rules[i - stages->n].from;

		if (at >= first || !find_conflict_at(p, way, at, &found))
			continue;
		first = at;
		*ret = found;
	}
	return first != INT64_MAX;
}

/* Services of its own, and those of others that a stage names. */
static bool is_meant(const struct op25b_policy *p, const struct way *way)
{
	const struct op25b_mail_stages *stages = &way->mail->ways[way->way];

	if (p->services[way->service].tenant == way->mail->tenant)
		return true;
	for (size_t i = 0; i < stages->n; i++) {
		for (size_t k = 0; k < stages->list[i].n_services; k++) {
			if (stages->list[i].services[k] == way->service)
				return true;
		}
	}
	return false;
}

static void report_conflict(struct op25b_reader *r, const struct way *way,
			    const struct conflict *conflict)
{
	const char *service = r->policy->services[way->service].id;
	const char *word = op25b_words_name(&op25b_words_mail_way, way->way);
	const struct op25b_place *rule = &conflict->rule->place;
	const char *file = r->policy->files[rule->file];

	/* Counted is what is meant to end; but it ends here before anybody is told. */
	if (way->way == OP25B_MAIL_AUTH25 && conflict->stage->action == OP25B_COUNT)
		op25b_find_warning(r->finder, &conflict->stage->place,
				   "'%s' still counts lines of '%s' when 'port25' (%s:%u) refuses "
				   "them mail server '%s': who has not moved by then is not told; "
				   "refuse here at that date, or add the server to 'except' there",
				   word, service, file, rule->line, conflict->server->id);
	else
		op25b_find_error(r->finder, &conflict->stage->place,
				 "'%s' lets lines of '%s' in while 'port25' (%s:%u) refuses them "
				 "mail server '%s': the packet filter closes what the mail server "
				 "offers; add the server to 'except' there, or end the stage and "
				 "use 'server_accounts'",
				 word, service, file, rule->line, conflict->server->id);
}

static void check_way(struct op25b_reader *r, const struct op25b_mail *mail,
		      enum op25b_mail_way which)
{
	const struct op25b_policy *p = r->policy;

	for (uint32_t i = 0; i < p->n_services; i++) {
		struct way way = { mail, which, i };
		struct conflict conflict;

		if (is_meant(p, &way) && find_conflict(p, &way, &conflict))
			report_conflict(r, &way, &conflict);
	}
}

/* ---- what is promised ----------------------------------------------------------------------- */

static void check_pop(struct op25b_reader *r, const struct op25b_mail *mail)
{
	const struct op25b_mail_stages *stages = &mail->ways[OP25B_MAIL_POP25];
	bool lets = false;

	for (size_t i = 0; i < stages->n; i++)
		lets |= stages->list[i].action != OP25B_REFUSE;
	for (size_t i = 0; i < r->policy->n_servers && lets; i++) {
		const struct op25b_peer_group *server = &r->policy->servers[i];

		lets = !is_in_reach(mail, server) ||
		       !(server->offers & (OP25B_OFFER_POP | OP25B_OFFER_IMAP));
	}
	if (lets)
		op25b_find_error(r->finder, &stages->place,
				 "'pop25' waits for a POP or IMAP login, and no mail server offers "
				 "pop or imap; add it to 'offers' of one, or remove the way");
}

static void check_abroad(struct op25b_reader *r, const struct op25b_mail *mail)
{
	if (!mail->abroad.given)
		return;
	if (!mail->networks)
		op25b_find_error(r->finder, &mail->abroad.place,
				 "'abroad' needs 'networks_from': without it nobody knows where an "
				 "address is; add the file that says it");
	if (!mail->home)
		op25b_find_error(r->finder, &mail->abroad.place,
				 "'abroad' needs 'home': without it every country is abroad; add "
				 "'home: [JP]', or whichever it is");
}

/* ---- hosts that customers type in ----------------------------------------------------------- */

static bool has_host(const struct op25b_policy *p, const struct op25b_mail *mail, const char *host)
{
	for (size_t i = 0; i < p->n_servers; i++) {
		const struct op25b_peer_group *server = &p->servers[i];

		for (size_t k = 0; is_in_reach(mail, server) && k < server->n_hosts; k++) {
			if (op25b_mail_covers(server->hosts[k], host))
				return true;
		}
	}
	return false;
}

static void check_host(struct op25b_reader *r, const struct op25b_mail *mail,
		       const struct op25b_mail_server *server)
{
	const char *at = strstr(server->host, DOMAIN);
	size_t n = at ? mail->n_domains : 1;

	for (size_t i = 0; i < n; i++) {
		const char *host = !at ? server->host :
					 op25b_arena_format(r->scratch, "%.*s%s%s",
							    (int)(at - server->host), server->host,
							    mail->domains[i], at + strlen(DOMAIN));

		if (has_host(r->policy, mail, host))
			continue;
		op25b_find_error(r->finder, &server->place,
				 "'%s' is a host of no mail server; add it to the 'hosts' of one, "
				 "or correct the name",
				 host);
		return;
	}
}

static void check_settings(struct op25b_reader *r, const struct op25b_mail *mail)
{
	const struct op25b_mail_settings *settings = mail->settings;

	for (size_t i = 0; settings && i < settings->n_outgoing; i++)
		check_host(r, mail, &settings->outgoing[i]);
	for (size_t i = 0; settings && i < settings->n_incoming; i++)
		check_host(r, mail, &settings->incoming[i]);
}

/* Who logs in has a mailbox where he reads that his mail is held; of a line nobody is known. */
static void check_held(struct op25b_reader *r, const struct op25b_mail *mail)
{
	const struct op25b_mail_stages *stages = &mail->ways[OP25B_MAIL_LINE25];

	for (size_t i = 0; i < stages->n; i++) {
		const struct op25b_mail_stage *stage = &stages->list[i];
		const struct op25b_mail_limit *limit;

		if (stage->action == OP25B_REFUSE || stage->limits == OP25B_MAIL_UNLIMITED)
			continue;
		limit = &r->policy->mail_limits[stage->limits];
		if (limit->at_limit == OP25B_MAIL_HOLD_AT_LIMIT)
			op25b_find_warning(
				r->finder, &stage->place,
				"'%s' holds what is above it, and on 'line25' nobody has "
				"logged in who could be told: its sender hears of it when "
				"it comes back after hold_for; 'at_limit: defer' has his "
				"server told at once",
				limit->id);
	}
}

void op25b_check_mail(struct op25b_reader *r)
{
	/* Of what could not be read, nothing is known to be missing. */
	if (r->incomplete)
		return;
	for (uint32_t i = 0; i < r->policy->n_tenants; i++) {
		const struct op25b_mail *mail = op25b_mail_of(r->policy, i);

		if (!mail)
			continue;
		check_way(r, mail, OP25B_MAIL_LINE25);
		check_way(r, mail, OP25B_MAIL_AUTH25);
		check_held(r, mail);
		check_pop(r, mail);
		check_abroad(r, mail);
		check_settings(r, mail);
		if (mail->foreign == OP25B_MAIL_FOREIGN_ANY)
			op25b_find_warning(r->finder, &mail->foreign_place,
					   "'foreign: any' lets an account send as anybody "
					   "elsewhere, and receivers may refuse it by the other "
					   "provider's SPF or DMARC; 'confirmed' asks who owns the "
					   "address");
	}
}
