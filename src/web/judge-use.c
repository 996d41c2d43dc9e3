/* SPDX-License-Identifier: BSD-2-Clause */
/* What one use of mail comes to: the table of design-words 6b.1. */
#include "web/judge-inside.h"
#include "web/judge-peer.h"

#define SMTP 25

/* A server of the root's, or of the provider whose service it is. */
static bool is_designated(const struct op25b_evidence *e)
{
	return e->server && (!e->server->tenant || e->server->tenant == e->owner.service->tenant);
}

static enum op25b_reason reason_without_rule(const struct op25b_service *service, int64_t now)
{
	for (size_t i = 0; i < service->n_rules; i++) {
		if (service->rules[i].from <= now)
			return OP25B_OTHER_DESTINATION;
	}
	return service->n_rules ? OP25B_BEFORE_START : OP25B_UNRESTRICTED;
}

/*
 * Of a line that nobody named: by the policy's rules at the date that is asked about. Tables know
 * only the date they were made at, and letters and claims are about days to come.
 */
static void decide_service(const struct op25b_asking *asking, const struct op25b_prefix *peer,
			   struct op25b_decision *ret)
{
	const struct op25b_policy *policy = asking->judge->policy;
	struct op25b_evidence e = asking->evidence;
	bool excepted;

	op25b_evidence_at(policy, asking->now, peer, &e);
	excepted = e.excepted;
	e.excepted = false;
	*ret = (struct op25b_decision){ .verdict = (uint8_t)op25b_evidence_verdict(&e) };
	if (!e.rule) {
		ret->reason = (uint8_t)reason_without_rule(e.owner.service, asking->now);
		return;
	}
	if (ret->verdict == OP25B_PASS) {
		ret->reason = OP25B_UNRESTRICTED;
	} else if (excepted) {
		ret->verdict = OP25B_PASS;
		ret->reason = OP25B_DESIGNATED_SERVER;
	} else {
		ret->reason = is_designated(&e) ? OP25B_DESIGNATED_SERVER_CLOSED :
						  OP25B_FOREIGN_SERVER;
	}
	if (ret->verdict == OP25B_REFUSE)
		ret->how = (uint8_t)(e.rule->how != OP25B_HOW_NONE ? e.rule->how : OP25B_DROP);
}

void op25b_asking_decide(const struct op25b_asking *asking, const struct op25b_prefix *peer,
			 struct op25b_decision *ret)
{
	struct op25b_flow flow = { .side = OP25B_SUBSCRIBER, .peer = *peer, .peer_port = SMTP };

	if (!asking->line) {
		decide_service(asking, peer, ret);
		return;
	}
	flow.line = asking->line->address;
	flow.line_port = asking->line->port;
	op25b_flow_decide(asking->judge->tables, &flow, ret);
}

static bool is_own(enum op25b_use use)
{
	return use == OP25B_USE_OWN_SERVER || use == OP25B_USE_HOSTING_SERVER;
}

static enum op25b_outcome affected(enum op25b_use use)
{
	switch (use) {
	case OP25B_USE_OWN_SERVER:
		return OP25B_O_AFFECTED_OWN_SERVER;
	case OP25B_USE_HOSTING_SERVER:
		return OP25B_O_AFFECTED_HOSTING_SERVER;
	case OP25B_USE_HOME_SERVER:
		return OP25B_O_AFFECTED_HOME_SERVER;
	case OP25B_USE_DEVICE:
		return OP25B_O_AFFECTED_DEVICE;
	default:
		return OP25B_O_AFFECTED_OTHER_SERVER;
	}
}

/* @ever: something of port 25 is refused on the line, now or later. */
static enum op25b_outcome outcome_of(const struct op25b_finding_of_use *f, enum op25b_use use,
				     bool ever)
{
	if (f->verdict == OP25B_REFUSE && f->reason == OP25B_HOLD)
		return OP25B_O_SUSPECT;
	if (f->verdict == OP25B_REFUSE)
		return f->destination ? OP25B_O_AFFECTED_SOME_DESTINATIONS : affected(use);
	if (f->verdict == OP25B_COUNT)
		return OP25B_O_OK_COUNTED;
	if (f->reason == OP25B_EXEMPTION)
		return OP25B_O_OK_EXEMPT;
	if (f->reason == OP25B_DESIGNATED_SERVER)
		return OP25B_O_OK_DESIGNATED;
	if (f->from != INT64_MAX)
		return OP25B_O_OK_UNTIL_START;
	return is_own(use) && ever ? OP25B_O_OK_DESIGNATED : OP25B_O_OK_LINE;
}

static void take(struct op25b_finding_of_use *f, const struct op25b_prefix *peer,
		 const struct op25b_decision *d)
{
	f->peer = *peer;
	f->verdict = (enum op25b_verdict)d->verdict;
	f->reason = (enum op25b_reason)d->reason;
	f->how = (enum op25b_how)d->how;
}

/* The group, where it has addresses of the family and none is refused. */
static void note_open(struct op25b_asking *asking, const struct op25b_peer_group *group,
		      struct op25b_finding_of_use *f)
{
	struct op25b_decision d = { 0 };
	struct op25b_prefix peer;
	size_t at = 0;

	for (size_t i = 0; i < f->n_open; i++) {
		if (f->open[i] == group)
			return;
	}
	if (f->n_open == OP25B_JUDGE_OPEN || !op25b_judge_next(group, asking->family, &at, &peer))
		return;
	do {
		op25b_asking_decide(asking, &peer, &d);
		if (d.verdict == OP25B_REFUSE)
			return;
	} while (op25b_judge_next(group, asking->family, &at, &peer));
	f->open[f->n_open++] = group;
}

/* Destinations that rules name and that stay open, where somebody else's server is refused. */
static void ask_let(struct op25b_asking *asking, struct op25b_finding_of_use *f)
{
	const struct op25b_policy *policy = asking->judge->policy;
	const struct op25b_service *service = asking->evidence.owner.service;

	for (size_t i = 0; i < service->n_rules; i++) {
		for (size_t k = 0; k < service->rules[i].n_to; k++)
			note_open(asking, &policy->destinations[service->rules[i].to[k]], f);
	}
}

/*
 * The groups of destinations that rules name, where somebody else's server is not refused itself:
 * the first that is refused takes its place; of those that will be, the first to come is named.
 */
static void ask_destinations(struct op25b_asking *asking, struct op25b_finding_of_use *f)
{
	const struct op25b_policy *policy = asking->judge->policy;
	const struct op25b_service *service = asking->evidence.owner.service;

	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		for (size_t k = 0; k < rule->n_to; k++) {
			const struct op25b_peer_group *group = &policy->destinations[rule->to[k]];
			struct op25b_decision d;
			struct op25b_prefix peer;

			if (!op25b_judge_first(group, asking->family, &peer))
				continue;
			op25b_asking_decide(asking, &peer, &d);
			if (d.verdict == OP25B_REFUSE && f->verdict != OP25B_REFUSE) {
				take(f, &peer, &d);
				f->destination = group;
			} else if (d.verdict != OP25B_REFUSE &&
				   op25b_asking_from(asking, &peer, f) &&
				   f->verdict != OP25B_REFUSE) {
				f->destination = group;
			}
		}
	}
}

/* Somebody else's server. */
static void ask_foreign(struct op25b_asking *asking, struct op25b_finding_of_use *f)
{
	struct op25b_decision d;
	struct op25b_prefix peer;

	op25b_judge_foreign(asking->judge->policy, asking->family, &peer);
	op25b_asking_decide(asking, &peer, &d);
	take(f, &peer, &d);
	if (d.verdict == OP25B_REFUSE) {
		ask_let(asking, f);
		return;
	}
	op25b_asking_from(asking, &peer, f);
	ask_destinations(asking, f);
}

/* One address of ours: it stands for all if it is refused, or will be before the one there is. */
static void ask_address(struct op25b_asking *asking, const struct op25b_peer_group *server,
			const struct op25b_prefix *peer, struct op25b_finding_of_use *f)
{
	struct op25b_decision d;
	bool stands = !f->server;

	op25b_asking_decide(asking, peer, &d);
	if (d.verdict == OP25B_REFUSE)
		stands |= f->verdict != OP25B_REFUSE;
	else
		stands |= f->verdict != OP25B_REFUSE && op25b_asking_from(asking, peer, f);
	if (!stands)
		return;
	take(f, peer, &d);
	f->server = server;
}

/* Our servers that offer something. False: there is none of the family. */
static bool ask_servers(struct op25b_asking *asking, uint32_t offer, struct op25b_finding_of_use *f)
{
	const struct op25b_policy *policy = asking->judge->policy;
	const uint32_t whose =
		op25b_judge_whose(policy, asking->evidence.owner.service->tenant, offer);
	struct op25b_prefix peer;

	for (size_t i = 0; i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];

		if (server->tenant != whose || !(server->offers & offer))
			continue;
		for (size_t at = 0; op25b_judge_next(server, asking->family, &at, &peer);)
			ask_address(asking, server, &peer, f);
	}
	for (size_t i = 0; f->verdict == OP25B_REFUSE && i < policy->n_servers; i++) {
		if (policy->servers[i].tenant == whose && policy->servers[i].offers & offer)
			note_open(asking, &policy->servers[i], f);
	}
	return f->server;
}

/* What only a use with a peer has: dates and evidence. */
static void finish(struct op25b_asking *asking, struct op25b_finding_of_use *f)
{
	if (f->verdict == OP25B_REFUSE) {
		f->since = op25b_asking_since(asking, &f->peer);
		if (f->reason != OP25B_HOLD)
			f->opens = op25b_asking_opens(asking, &f->peer);
		f->from = INT64_MAX;
		f->how_then = OP25B_HOW_NONE;
		f->upcoming = NULL;
	}
	if (f->reason == OP25B_HOLD || f->reason == OP25B_EXEMPTION)
		f->until = op25b_asking_until(asking, f->reason == OP25B_HOLD);
	op25b_evidence_at(asking->judge->policy, asking->now, &f->peer, &asking->evidence);
	f->rule = asking->evidence.rule;
}

void op25b_asking_use(struct op25b_asking *asking, enum op25b_use use,
		      struct op25b_finding_of_use *ret)
{
	static const struct op25b_finding_of_use blank = { .asked = true,
							   .reason = OP25B_OTHER_PORT,
							   .since = INT64_MIN,
							   .from = INT64_MAX,
							   .opens = INT64_MAX,
							   .until = INT64_MAX };
	struct op25b_finding_of_use f = blank, somebody = blank;
	bool ever;

	op25b_evidence_at(asking->judge->policy, asking->now, NULL, &asking->evidence);
	ask_foreign(asking, &somebody);
	ever = somebody.verdict == OP25B_REFUSE || somebody.from != INT64_MAX;
	f.restricted = somebody.verdict == OP25B_REFUSE;
	if (use == OP25B_USE_BROWSER || use == OP25B_USE_SUBMISSION) {
		f.outcome = use == OP25B_USE_BROWSER ? OP25B_O_OK_BROWSER :
						       OP25B_O_OK_ALREADY_SUBMISSION;
	} else if (is_own(use)) {
		f.asked = ask_servers(asking, op25b_use_offer(use), &f);
		f.foreign = f.verdict == OP25B_REFUSE;
	} else {
		somebody.restricted = f.restricted;
		f = somebody;
		f.foreign = true;
	}
	if (f.asked && f.peer.family) {
		finish(asking, &f);
		f.outcome = outcome_of(&f, use, ever);
	}
	*ret = f;
}
