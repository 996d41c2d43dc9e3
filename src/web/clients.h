/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mail programs and devices, a card each: clients/NAME.yaml. How a program names things and where
 * they are clicked; the values are the policy's.
 */
#pragma once

#include "web/data.h"
#include "web/recipes.h"

enum op25b_platform {
	OP25B_PLATFORM_COMPUTER,
	OP25B_PLATFORM_PHONE,
	OP25B_PLATFORM_DEVICE, /* printers, storage, cameras, programs that send by themselves */
	OP25B_PLATFORM_SERVER, /* a mail server of the customer's own */
	OP25B_PLATFORMS,       /* how many there are */
};

/* What the program fetches by itself. */
enum op25b_automatic {
	OP25B_AUTOMATIC_NONE,
	OP25B_AUTOMATIC_FETCHED, /* autoconfig or autodiscover: an address and a password suffice */
	OP25B_AUTOMATIC_PROFILE, /* apple.mobileconfig */
};

struct op25b_mail_client {
	const char *id;
	struct op25b_data_text name;
	enum op25b_platform platform;
	enum op25b_automatic automatic;
	enum op25b_recipe recipe; /* of a mail server: then it needs no steps */
	/* What the program calls them; no text where it calls them what we do. */
	bool has_implicit, has_starttls, has_auth;
	struct op25b_data_text implicit, starttls, auth;
	struct op25b_data_text *steps, *notes;
	size_t n_steps, n_notes;
	struct op25b_place place;
};

struct op25b_clients_data {
	struct op25b_mail_client *list; /* in the order of their files */
	size_t n;
};

/* For data-kinds.c. */
void op25b_clients_read(struct op25b_data_load *load, const struct op25b_node *root);

/* NULL: none of that id. */
const struct op25b_mail_client *op25b_clients_find(const struct op25b_clients_data *data,
						   const char *id);
