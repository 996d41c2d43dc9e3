/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Codes of kind 1: what a customer reads out to support when a text refused the mail. Ten digits,
 * KNNN-NNN-NNC: K the kind, C a check digit (base/damm.h). A code is derived from the policy's
 * digest, the service (its id has the tenant's) and the reason and manner of the text; it holds no
 * line, no address and no time, and tells nothing to who does not have that policy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/code.h"

struct op25b_policy;

/* Codes of every text a policy can ever ask for, whatever the date. */
struct op25b_notice_codes {
	uint64_t *list; /* ten digits; by service of the policy, reason, manner */
	size_t n;
};

/* What a code means. */
struct op25b_notice_meaning {
	uint32_t service; /* index into policy->services */
	uint8_t reason;   /* enum op25b_reason */
	uint8_t manner;   /* enum op25b_manner */
};

/**
 * op25b_notice_codes_make() - work out the codes of a policy.
 * @ret_codes: written only on success; op25b_notice_codes_done() frees
 *
 * No two are equal: what would be is derived again, in the order of the policy, so that one policy
 * has one list. Returns 0; -ENOMEM. Pure; linear in services.
 */
int op25b_notice_codes_make(const struct op25b_policy *policy,
			    struct op25b_notice_codes *ret_codes);

/* Frees the list and leaves it empty. */
void op25b_notice_codes_done(struct op25b_notice_codes *codes);

/* The code of a text. @reason and @manner are such as texts have. */
uint64_t op25b_notice_code(const struct op25b_notice_codes *codes,
			   const struct op25b_notice_meaning *of);

/* Which text has this code; false if none of the policy. Cost: linear in codes. */
bool op25b_notice_code_find(const struct op25b_notice_codes *codes, uint64_t code,
			    struct op25b_notice_meaning *ret);
