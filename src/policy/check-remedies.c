/* SPDX-License-Identifier: BSD-2-Clause */
/* That a remedy which a service names is to be had. */
#include "policy/mail-decide.h"
#include "policy/mail-reader.h"
#include "policy/remedy.h"

/* Where the mail of a tenant stands that says nothing of it. */
static const struct op25b_mail *mail_for(const struct op25b_policy *p, uint32_t tenant)
{
	const struct op25b_mail *own = op25b_mail_of(p, tenant);

	return own ? own : op25b_mail_of(p, 0);
}

static bool names(const struct op25b_service *service, enum op25b_remedy remedy)
{
	for (size_t i = 0; i < OP25B_SITUATION_COUNT; i++) {
		for (size_t k = 0; k < service->remedies[i].n; k++) {
			if (service->remedies[i].list[k] == remedy)
				return true;
		}
	}
	return false;
}

static bool lets_line(const struct op25b_mail *mail, uint32_t service)
{
	const struct op25b_mail_stages *stages = &mail->ways[OP25B_MAIL_LINE25];

	for (size_t i = 0; i < stages->n; i++) {
		if (stages->list[i].action != OP25B_REFUSE &&
		    op25b_mail_stage_holds(&stages->list[i], service))
			return true;
	}
	return false;
}

static bool has_mailbox(const struct op25b_mail *mail, uint32_t service)
{
	for (size_t i = 0; mail->mailbox && i < mail->mailbox->n_services; i++) {
		if (mail->mailbox->services[i] == service)
			return true;
	}
	return false;
}

/* What the mail section of the service's provider has to have for it; without one it is no part. */
static void check_mail(struct op25b_reader *r, uint32_t index, const struct op25b_mail *mail)
{
	const struct op25b_service *service = &r->policy->services[index];

	if (names(service, OP25B_REMEDY_RELAY) && !mail->server_accounts && !lets_line(mail, index))
		op25b_find_error(r->finder, &service->place,
				 "service '%s' has the remedy 'relay', and 'mail' has no way in "
				 "for it: no stage of 'line25' lets its lines, and there are no "
				 "'server_accounts'; add one of them, or remove the remedy",
				 service->id);
	if (names(service, OP25B_REMEDY_FREE_MAILBOX) && !has_mailbox(mail, index))
		op25b_find_error(r->finder, &service->place,
				 "service '%s' has the remedy 'free_mailbox', and 'mail' has none "
				 "for its lines; add the service to 'free_mailbox', or remove the "
				 "remedy",
				 service->id);
}

/* What pages would name without being able to lead there. */
static void check_service(struct op25b_reader *r, const struct op25b_service *service,
			  const struct op25b_mail *mail)
{
	bool webmail = mail && mail->settings && mail->settings->webmail;

	if (names(service, OP25B_REMEDY_FIXED_IP) &&
	    !op25b_remedy_fixed_is_open(r->policy, service->tenant))
		op25b_find_warning(r->finder, &service->place,
				   "service '%s' has the remedy 'fixed_ip', and every service with "
				   "fixed addresses is refused port 25, or there is none: neither "
				   "notices nor pages will speak of it; add such a service, or "
				   "remove the remedy",
				   service->id);
	if (names(service, OP25B_REMEDY_WEBMAIL) && !webmail &&
	    !op25b_remedy_terms(r->policy, service, OP25B_REMEDY_WEBMAIL)->url)
		op25b_find_warning(
			r->finder, &service->place,
			"service '%s' has the remedy 'webmail', and nothing says where "
			"the provider's own is: pages can't lead there; add 'webmail' to "
			"'settings' of 'mail', or 'url' to its description in "
			"'remedies'",
			service->id);
}

static const char *contact_of(const struct op25b_tenant *tenant, enum op25b_contact contact)
{
	return contact == OP25B_CONTACT_SALES ? tenant->sales :
	       contact == OP25B_CONTACT_ABUSE ? tenant->abuse :
						tenant->support;
}

static void check_terms(struct op25b_reader *r, const struct op25b_tenant *tenant)
{
	for (unsigned int i = 0; i < OP25B_REMEDY_COUNT; i++) {
		const struct op25b_remedy_terms *terms = &tenant->terms[i];
		const char *word = op25b_words_name(&op25b_words_contact, terms->contact);

		if (terms->described && terms->contact != OP25B_CONTACT_SUPPORT &&
		    !contact_of(tenant, terms->contact))
			op25b_find_warning(r->finder, &terms->place,
					   "remedy '%s' is asked for at '%s', which 'contact' of "
					   "'provider' does not have: pages will name its support; "
					   "add '%s' there, or remove it here",
					   op25b_words_name(&op25b_words_remedy, i), word, word);
	}
}

void op25b_check_remedies(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;

	/* Of what could not be read, nothing is known to be missing. */
	if (r->incomplete)
		return;
	for (uint32_t i = 0; i < p->n_services; i++) {
		const struct op25b_mail *mail = mail_for(p, p->services[i].tenant);

		if (mail)
			check_mail(r, i, mail);
		check_service(r, &p->services[i], mail);
	}
	for (size_t i = 0; i < p->n_tenants; i++)
		check_terms(r, &p->tenants[i]);
}
