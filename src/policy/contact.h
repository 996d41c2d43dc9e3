/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a customer is sent: names of servers and links, as far as they can stand in an SMTP reply,
 * i.e. are short and ASCII. What can't is as good as not there.
 */
#pragma once

#include <stdbool.h>

#include "policy/policy.h"

#define OP25B_CONTACT_HOST 32 /* characters of a name at most */
#define OP25B_CONTACT_LINK 60 /* of a link */

/* Whether @text is not NULL, "" or longer than @most, and holds nothing but ' ' to '~'. */
bool op25b_contact_is_plain(const char *text, size_t most);

/**
 * op25b_contact_person() - where a tenant's customers are told to ask: its support, which who can't
 * send mail can telephone, else its abuse.
 *
 * As people read it: "+81-3-0000-0001" of "tel:+81-3-0000-0001", the address of "mailto:". NULL:
 * there is none. It may be long, and need not be ASCII. Borrowed.
 */
const char *op25b_contact_person(const struct op25b_tenant *tenant);

/**
 * op25b_contact_host() - the name under which refusals speak.
 * @tenant: whose line was refused
 * @room:   for a name that is part of a link
 *
 * The first host of the tenant's mail servers that can be said; of a server that offers submission
 * and no hosting, else submission, else relay. Else the same of the root's; else the host of the
 * tenant's help_url, else of the root's. NULL: there is none.
 */
const char *op25b_contact_host(const struct op25b_policy *policy, uint32_t tenant,
			       char room[static OP25B_CONTACT_HOST + 1]);

/**
 * op25b_contact_submission() - the server that takes mail of the tenant's customers.
 * @ret_offers: OP25B_OFFER_SUBMISSION, OP25B_OFFER_SUBMISSIONS or both
 *
 * The tenant's or else the root's first that offers submission and no hosting, and whose name can
 * be said. NULL: there is none.
 */
const char *op25b_contact_submission(const struct op25b_policy *policy, uint32_t tenant,
				     uint32_t *ret_offers);

/**
 * op25b_contact_outcome() - the page about refusals for @reason: "suspect" for a hold,
 * "affected-own-server" for one of the provider's servers, else "affected-other-server".
 * @reason: OP25B_FOREIGN_SERVER, OP25B_DESIGNATED_SERVER_CLOSED or OP25B_HOLD
 */
const char *op25b_contact_outcome(enum op25b_reason reason);

/**
 * op25b_contact_link() - HELP_URL/e/OUTCOME/CODE; without CODE, or HELP_URL alone, where that would
 * be longer than OP25B_CONTACT_LINK.
 * @code: NULL: none
 *
 * Of the tenant's own help_url only: another provider's page would be about another's lines.
 * False: there is none, or none that can stand in a reply; *ret is not written.
 */
bool op25b_contact_link(const struct op25b_tenant *tenant, const char *outcome, const char *code,
			char ret[static OP25B_CONTACT_LINK + 1]);

/* Whether something can be put behind a help_url: http or https, plain, no blank, '?' or '#'. */
bool op25b_contact_extends(const char *help_url);
