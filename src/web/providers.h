/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other companies' mail settings, by the domain of an address: the operator's import of Mozilla's
 * ISPDB (files of its autoconfig format in ispdb/), and where their webmail is (webmail.csv).
 */
#pragma once

#include <stdint.h>

#include "web/data.h"

/* A server to send through. */
struct op25b_outside_server {
	const char *host;
	uint16_t port;
	bool tls, starttls; /* from the start; later. Neither: plain text */
	const char *user;   /* "%EMAILADDRESS%"; NULL: not said */
};

struct op25b_outside_provider {
	const char **domains; /* lower case */
	size_t n_domains;
	const char *name;
	struct op25b_outside_server *outgoing; /* in the order of the file */
	size_t n_outgoing;
};

struct op25b_providers_data {
	struct op25b_outside_provider *list;
	size_t n;
};

struct op25b_webmail_entry {
	const char *domain, *url;
};

struct op25b_webmail_data {
	struct op25b_webmail_entry *list;
	size_t n;
};

/* For data-kinds.c. */
void op25b_providers_read(struct op25b_data_load *load, const struct op25b_node *root);
void op25b_webmail_read(struct op25b_data_load *load, const struct op25b_node *root);

/* By a domain in lower case; NULL: not known. Cost: linear in domains. */
const struct op25b_outside_provider *op25b_providers_find(const struct op25b_providers_data *data,
							  const char *domain);
const char *op25b_webmail_find(const struct op25b_webmail_data *data, const char *domain);
