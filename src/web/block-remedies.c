/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways out of a situation, as the service's `remedies` order them: the first that works is the one
 * to take. A service that has no `remedies` is told of ports 465 and 587, which no policy closes;
 * so are those whom a notice tells (op25b-policy(5)). Of a server of ours only where it has them.
 */
#include "policy/mail.h"
#include "policy/remedy.h"
#include "policy/words.h"
#include "web/block-way.h"

/* Nobody is sent to a fixed address that is closed too. */
static bool is_there(const struct op25b_page *page, const struct op25b_service *service,
		     enum op25b_remedy remedy)
{
	return remedy != OP25B_REMEDY_FIXED_IP ||
	       op25b_remedy_fixed_is_open(page->site->judge.policy, service->tenant);
}

static bool has_submission(const struct op25b_remedies *remedies)
{
	for (size_t i = 0; i < remedies->n; i++) {
		if (remedies->list[i] == OP25B_REMEDY_SUBMISSION ||
		    remedies->list[i] == OP25B_REMEDY_SUBMISSION_465)
			return true;
	}
	return false;
}

/* A server of the provider's, or of the root's, that offers one of these besides @offer. */
static bool offers_submission(const struct op25b_policy *policy, uint32_t tenant, uint32_t offer)
{
	for (size_t i = 0; i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];

		if ((server->tenant == tenant || !server->tenant) &&
		    (server->offers & offer) == offer &&
		    server->offers & (OP25B_OFFER_SUBMISSION | OP25B_OFFER_SUBMISSIONS))
			return true;
	}
	return false;
}

bool op25b_submits(const struct op25b_policy *policy, uint32_t tenant,
		   const struct op25b_service *service, enum op25b_situation situation, int64_t now)
{
	const struct op25b_mail *mail = op25b_mail_of(policy, tenant);
	const struct op25b_mail_settings *settings = mail ? mail->settings : NULL;
	size_t at = 0;

	if (service && service->has_remedies && has_submission(&service->remedies[situation]))
		return true;
	if (situation == OP25B_HOSTING_SERVER)
		return offers_submission(policy, tenant, OP25B_OFFER_HOSTING);
	/* What customers type in has dates, and goes before what a server offers at all. */
	if (settings && settings->n_outgoing)
		return op25b_mail_outgoing_next(settings, now, &at);
	return offers_submission(policy, tenant, 0);
}

bool op25b_page_submits(const struct op25b_page *page, const struct op25b_service *service,
			enum op25b_situation situation)
{
	return op25b_submits(page->site->judge.policy,
			     service ? service->tenant : page->speaker.tenant, service, situation,
			     page->request->now);
}

static const struct op25b_remedies *remedies_of(const struct op25b_page *page,
						const struct op25b_service *service,
						enum op25b_situation situation)
{
	static const struct op25b_remedies ports = { .list = { OP25B_REMEDY_SUBMISSION }, .n = 1 };

	if (!service || service->has_remedies || situation == OP25B_HOME_SERVER ||
	    situation == OP25B_NO_SUBMISSION)
		return service ? &service->remedies[situation] : NULL;
	if ((situation == OP25B_OWN_SERVER || situation == OP25B_HOSTING_SERVER) &&
	    !op25b_page_submits(page, service, situation))
		return NULL;
	return &ports;
}

void op25b_remedies_shown(const struct op25b_page *page, const struct op25b_service *service,
			  enum op25b_situation situation, struct op25b_remedies *ret)
{
	const struct op25b_remedies *remedies = remedies_of(page, service, situation);

	ret->n = 0;
	for (size_t i = 0; remedies && i < remedies->n; i++) {
		if (is_there(page, service, remedies->list[i]))
			ret->list[ret->n++] = remedies->list[i];
	}
}

void op25b_block_remedies(struct op25b_page *page, const struct op25b_service *service,
			  enum op25b_situation situation)
{
	struct op25b_remedies shown;

	op25b_remedies_shown(page, service, situation, &shown);
	if (shown.n) {
		op25b_html_rawf(page->html, "<ol class=\"remedies\" data-situation=\"%s\">\n",
				op25b_words_name(&op25b_words_situation, situation));
		for (size_t i = 0; i < shown.n; i++)
			op25b_block_way(page, service, situation, shown.list[i]);
		op25b_html_raw(page->html, "</ol>\n");
	} else {
		op25b_html_element(page->html, "p", OP25B_PAGE_REM_NONE, NULL);
		op25b_block_contact(page, OP25B_CONTACT_SUPPORT);
	}
	if (service)
		op25b_block_help(page, service, situation);
}
