/* SPDX-License-Identifier: BSD-2-Clause */
/* What the page of settings and the cards of programs share: tables of the policy's servers. */
#pragma once

#include "web/clients.h"
#include "web/setup.h"

/**
 * op25b_servers_lead_on() - leave a page of settings whose query is not for it.
 * @path: of the page, without its language
 *
 * A whole address does not stay in the address of a page, and another company's domain has a page
 * of its own. True: the response leads on (302).
 */
bool op25b_servers_lead_on(struct op25b_page *page, const char *path);

/* Of the domain that the query names (004-21), else of the speaker. False: there are none. */
bool op25b_servers_find(const struct op25b_page *page, struct op25b_setup *ret);

/* Which port to set; and where servers are named after the customer's domain, what that is. */
void op25b_block_servers_lead(struct op25b_page *page, const struct op25b_setup *setup);

/* A table for each, with port, encryption and login together (001-07). @client: whose words they
 * are said in; NULL: nobody's. */
void op25b_block_outgoing(struct op25b_page *page, const struct op25b_setup *setup,
			  const struct op25b_mail_client *client);
void op25b_block_incoming(struct op25b_page *page, const struct op25b_setup *setup,
			  const struct op25b_mail_client *client);

/* The policy has no settings: who has. */
void op25b_block_no_servers(struct op25b_page *page);

/* Where to go from there. */
void op25b_block_settings_after(struct op25b_page *page);
