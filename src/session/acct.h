/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One decoded accounting packet: what a NAS said of one session. Plain memory without pointers, so
 * that a batch is an array. The decoder (radius.h) writes it, the session store reads it.
 *
 * It keeps what was reported: which service and which line that is, each reader works out with its
 * own policy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define OP25B_ACCT_PREFIXES 16
#define OP25B_ACCT_TEXT     512 /* an attribute of 253 octets in hex, "0x", and the NUL */

/* Acct-Status-Type of RFC 2866, those that say something of addresses. */
enum op25b_acct_status {
	OP25B_ACCT_START = 1,
	OP25B_ACCT_STOP = 2,
	OP25B_ACCT_INTERIM = 3,
	OP25B_ACCT_ON = 7, /* the NAS began anew: none of its sessions is left */
	OP25B_ACCT_OFF = 8,
};

/*
 * Texts are "" where the attribute is absent, and end with NUL; of an attribute that is there twice
 * the first counts. One with any octet outside printable ASCII is written as "0x" and lower-case
 * hex, so that nothing is cut or changed, and every text may be printed as it stands.
 */
struct op25b_acct {
	enum op25b_acct_status status;
	/*
	 * The packet tells all of this family: what the session had of it and is not below is
	 * released. False: what is below is added, and what it had stays.
	 */
	bool has_v4, has_v6;
	/* Of the session: sorted by op25b_prefix_compare(), none inside another. */
	struct op25b_prefix prefixes[OP25B_ACCT_PREFIXES];
	size_t n_prefixes;
	size_t n_left_out;  /* prefixes beyond OP25B_ACCT_PREFIXES; then neither family is told */
	size_t n_unread;    /* attributes of addresses that were malformed, and are not used */
	int64_t event_time; /* seconds UTC, at most the arrival */

	/* NAS-Identifier, else NAS-IP-Address or NAS-IPv6-Address, else the client's name. */
	char nas[OP25B_ACCT_TEXT];
	char session[OP25B_ACCT_TEXT]; /* Acct-Session-Id; "" only with On and Off */
	char user_name[OP25B_ACCT_TEXT];
	char class_[OP25B_ACCT_TEXT];
	char filter_id[OP25B_ACCT_TEXT];
	char framed_pool[OP25B_ACCT_TEXT]; /* Framed-Pool, else Framed-IPv6-Pool */
};
