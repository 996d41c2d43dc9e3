/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What customers type in, of the policy's mail.settings: for cards, and for what programs fetch by
 * themselves. The same for an address that exists and one that does not: nobody is asked.
 */
#pragma once

#include <stdbool.h>

#include "policy/mail.h"
#include "web/page.h"

#define OP25B_SETUP_NAME 256U /* bytes of a domain or a host, its NUL included */

struct op25b_setup {
	const struct op25b_mail *mail;
	const struct op25b_mail_settings *settings; /* never NULL */
	uint32_t tenant;
	char domain[OP25B_SETUP_NAME]; /* of the customer's address, lower case; "": not known */
};

/**
 * op25b_setup_find() - whose settings a customer has.
 * @domain: of the customer's address, any case; NULL: not known
 *
 * Of the tenant whose mailboxes have that domain, whatever the rest of the address. Without one the
 * speaker's, for its first domain that is a whole one. False: there are no settings, or the domain
 * is none of ours.
 */
bool op25b_setup_find(const struct op25b_page *page, const char *domain, struct op25b_setup *ret);

/* The domain of an address, or of what is a domain already: what stands behind the last '@'. NULL:
 * it can't be one. Points into @address. */
const char *op25b_setup_domain(const char *address);

/**
 * op25b_setup_host() - a server's name for this customer.
 * @instead: what stands for the domain where it is not known; NULL: then there is no name
 * Returns @room, or NULL.
 */
const char *op25b_setup_host(const struct op25b_setup *setup,
			     const struct op25b_mail_server *server, const char *instead,
			     char room[static OP25B_SETUP_NAME]);

/* The best server that takes mail for sending now; NULL: none does, or not yet. */
const struct op25b_mail_server *op25b_setup_sends(const struct op25b_page *page,
						  const struct op25b_setup *setup);

/* Whether there are servers to send through, and all of them are to come. */
bool op25b_setup_is_early(const struct op25b_page *page, const struct op25b_setup *setup);

/* As op25b_setup_sends(), of those of a port. */
const struct op25b_mail_server *op25b_setup_port(const struct op25b_page *page,
						 const struct op25b_setup *setup, uint16_t port);

/* "https://HOST", of the web file, else as asked for; "http://" only where the request was so. */
const char *op25b_setup_site(const struct op25b_page *page, char room[static OP25B_SETUP_NAME + 8]);
