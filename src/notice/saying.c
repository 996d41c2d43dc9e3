/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which sentences make a text. What they say of ways out is what the service's `remedies` name and
 * the policy has: a server that takes mail, a fixed address that is not refused. A service that
 * has no `remedies` is told of ports 587 and 465, which no policy closes.
 */
#include "notice/saying.h"

#include <string.h>

#include "policy/remedy.h"

#define NO_HOST    "port25.invalid" /* RFC 2606: nobody's; op25b check has warned */
#define SUBMISSION (OP25B_OFFER_SUBMISSION | OP25B_OFFER_SUBMISSIONS)

#define IN(situation) (1U << (situation))
#define IN_FOREIGN    (IN(OP25B_OTHER_SERVER) | IN(OP25B_DEVICE))
#define IN_OWN        (IN(OP25B_OWN_SERVER) | IN(OP25B_HOSTING_SERVER))
#define IN_OTHERS     (IN_FOREIGN | IN(OP25B_NO_SUBMISSION))

/* Whether the service names the remedy in one of the situations. */
static bool names(const struct op25b_service *service, unsigned int situations,
		  enum op25b_remedy remedy)
{
	for (unsigned int i = 0; i < OP25B_SITUATION_COUNT; i++) {
		for (unsigned int k = 0; situations & IN(i) && k < service->remedies[i].n; k++) {
			if (service->remedies[i].list[k] == remedy)
				return true;
		}
	}
	return false;
}

static bool is_visible(uint32_t of, uint32_t tenant)
{
	return !of || of == tenant;
}

/* Offers of submission among the servers that are the line's own provider's. */
static uint32_t own_offers(const struct op25b_policy *policy, uint32_t tenant)
{
	uint32_t offers = 0;

	for (size_t i = 0; i < policy->n_servers; i++) {
		if (is_visible(policy->servers[i].tenant, tenant))
			offers |= policy->servers[i].offers;
	}
	return offers & SUBMISSION;
}

/* Ports that a mail program may use instead; NULL: none that the policy speaks of. */
static const char *program_ports(const struct op25b_subject *subject)
{
	const struct op25b_service *service = subject->service;
	bool own = subject->reason == OP25B_DESIGNATED_SERVER_CLOSED;
	unsigned int where = own ? IN_OWN : IN_FOREIGN;
	uint32_t offers = SUBMISSION;

	if (service->has_remedies && !names(service, where, OP25B_REMEDY_SUBMISSION))
		offers = names(service, where, OP25B_REMEDY_SUBMISSION_465) ?
				 OP25B_OFFER_SUBMISSIONS :
				 0;
	if (own)
		offers &= own_offers(subject->policy, service->tenant);
	if (offers & OP25B_OFFER_SUBMISSION)
		return offers & OP25B_OFFER_SUBMISSIONS ? "587 or 465" : "587";
	return offers ? "465" : NULL;
}

static const char *name_of(const struct op25b_text *name)
{
	return name->en ? name->en : name->ja;
}

void op25b_saying_begin(struct op25b_subject *subject)
{
	const struct op25b_policy *policy = subject->policy;
	uint32_t index = subject->service->tenant, offers = 0;
	const struct op25b_tenant *tenant = &policy->tenants[index];
	const char *host = op25b_contact_host(policy, index, subject->host);
	const char *server = op25b_contact_submission(policy, index, &offers);
	bool linked = op25b_contact_link(tenant, op25b_contact_outcome(subject->reason),
					 subject->code, subject->link);
	struct op25b_values *values = &subject->values;

	op25b_values_set(values, OP25B_VALUE_HOST, host ? host : NO_HOST);
	op25b_values_set(values, OP25B_VALUE_SERVER, server);
	op25b_values_set(values, OP25B_VALUE_PORT, offers & OP25B_OFFER_SUBMISSION ? "587" : "465");
	op25b_values_set(values, OP25B_VALUE_PORTS, program_ports(subject));
	op25b_values_set(values, OP25B_VALUE_CONTACT, op25b_contact_person(tenant));
	op25b_values_set(values, OP25B_VALUE_PROVIDER, name_of(&tenant->provider));
	op25b_values_set(values, OP25B_VALUE_SERVICE, name_of(&subject->service->name));
	op25b_values_set(values, OP25B_VALUE_CODE, subject->code);
	op25b_values_set(values, OP25B_VALUE_LINK, linked ? subject->link : NULL);
}

void op25b_saying_add(struct op25b_said *lines, const struct op25b_subject *subject,
		      enum op25b_sentence sentence)
{
	if (lines->n < OP25B_SAYING_LINES &&
	    op25b_sentence_write(sentence, &subject->values, lines->text[lines->n]))
		lines->n++;
}

/* The first of the service's remedies for home servers that can be said. */
static void say_home_server(struct op25b_said *lines, const struct op25b_subject *subject)
{
	const struct op25b_remedies *remedies = &subject->service->remedies[OP25B_HOME_SERVER];
	const size_t before = lines->n;

	for (size_t i = 0; i < remedies->n && lines->n == before; i++) {
		if (remedies->list[i] == OP25B_REMEDY_RELAY ||
		    remedies->list[i] == OP25B_REMEDY_ISP_SERVER)
			op25b_saying_add(lines, subject, OP25B_SAY_RELAY);
		else if (remedies->list[i] == OP25B_REMEDY_FIXED_IP &&
			 op25b_remedy_fixed_is_open(subject->policy, subject->service->tenant))
			op25b_saying_add(lines, subject, OP25B_SAY_FIXED);
	}
}

static void say_ways_out(struct op25b_said *lines, const struct op25b_subject *subject)
{
	const struct op25b_service *service = subject->service;
	unsigned int where = subject->reason == OP25B_DESIGNATED_SERVER_CLOSED ? IN_OWN : IN_OTHERS;

	op25b_saying_add(lines, subject, OP25B_SAY_PROGRAM);
	if (names(service, where, OP25B_REMEDY_ISP_SERVER))
		op25b_saying_add(lines, subject, OP25B_SAY_ACCOUNT);
	if (names(service, where, OP25B_REMEDY_WEBMAIL))
		op25b_saying_add(lines, subject, OP25B_SAY_WEBMAIL);
	say_home_server(lines, subject);
}

static void say_whose(struct op25b_said *lines, const struct op25b_subject *subject)
{
	static const enum op25b_sentence ways[] = { OP25B_SAY_LINE, OP25B_SAY_LINE_SERVICE,
						    OP25B_SAY_LINE_PROVIDER };
	const size_t before = lines->n;

	for (size_t i = 0; i < 3 && lines->n == before; i++)
		op25b_saying_add(lines, subject, ways[i]);
}

void op25b_saying_refusal(struct op25b_said *lines, const struct op25b_subject *subject)
{
	bool held = subject->reason == OP25B_HOLD;

	op25b_saying_add(lines, subject,
			 subject->everywhere ? OP25B_SAY_CLOSED : OP25B_SAY_CLOSED_THERE);
	if (held) {
		op25b_saying_add(lines, subject, OP25B_SAY_HELD);
		op25b_saying_add(lines, subject, OP25B_SAY_CONTACT);
	} else {
		if (subject->everywhere && subject->reason == OP25B_DESIGNATED_SERVER_CLOSED)
			op25b_saying_add(lines, subject,
					 subject->own_open ? OP25B_SAY_OWN_ONE : OP25B_SAY_OWN_ALL);
		say_ways_out(lines, subject);
	}
	say_whose(lines, subject);
	op25b_saying_add(lines, subject, OP25B_SAY_CODE);
	op25b_saying_add(lines, subject, OP25B_SAY_HELP);
}
