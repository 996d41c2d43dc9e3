/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What codes of notices (notice/code.h) mean, of the policy in force and of those before it: a
 * customer reads a code out days after the mail was refused. Kept are digests and ids of services,
 * of which the codes are derived, in the file of codes.h.
 */
#pragma once

#include "webd/codes.h"

struct op25b_policy;

/* As many as op25bd's history of applies (OP25B_STATE_HISTORY). */
#define OP25B_POLICIES_KEPT "20"

/**
 * op25b_policies_keep() - remember a policy as the one in force, and when the one before ended.
 * @now: wall clock
 *
 * The same one again changes nothing. It survives the death of the process. Returns 0; -EIO,
 * -ENOSPC, -ENOMEM and @error: nothing is changed.
 */
int op25b_policies_keep(struct op25b_codes *codes, const struct op25b_policy *policy, int64_t now,
			struct op25b_error *error);

typedef void (*op25b_notice_of_fn)(void *arg, const struct op25b_notice_of *of);

/* What a code means by one policy, that ended at @until (0: it did not). Returns 0; -ENOENT;
 * -ENOMEM. Only digest, n_services and the services' ids are looked at. Linear in services. */
int op25b_policies_find_in(const struct op25b_policy *policy, int64_t until, uint64_t code,
			   op25b_notice_of_fn fn, void *arg);

/* What a code means by the newest kept policy that has it. Returns 0; -ENOENT; -EIO, -ENOMEM and
 * @error. */
int op25b_policies_find(struct op25b_codes *codes, uint64_t code, op25b_notice_of_fn fn, void *arg,
			struct op25b_error *error);
