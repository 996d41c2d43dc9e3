/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses and prefixes of a session, from the attributes that tell them.
 */
#pragma once

#include "session/radius-wire.h"

/* What is known of a session's addresses while its attributes are walked. Begins as zero. */
struct op25b_addresses {
	struct op25b_prefix v4; /* Framed-IP-Address; family 0: none yet */
	uint8_t v4_len;         /* of Framed-IP-Netmask; 0: none */
	bool told_v4, told_v6;  /* there was a readable attribute of the family */
	bool unread_v4, unread_v6;
};

/**
 * op25b_addresses_read() - take in one attribute, if it tells addresses.
 * @acct: its prefixes, n_prefixes, n_left_out and n_unread are kept up to date
 */
void op25b_addresses_read(struct op25b_addresses *addresses,
			  const struct op25b_radius_client *client,
			  const struct op25b_attribute *attribute, struct op25b_acct *acct);

/**
 * op25b_addresses_end() - after the last attribute: the IPv4 line, and which families are whole.
 */
void op25b_addresses_end(struct op25b_addresses *addresses,
			 const struct op25b_radius_client *client, struct op25b_acct *acct);
