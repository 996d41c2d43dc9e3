/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy as JSON: an array of {"name","text"}, the root first. On the socket and in the state. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/error.h"
#include "policy/policy.h"

/**
 * op25b_bundle_load() - read the policy that an array of files is.
 * @files:      borrowed
 * @now:        for warnings that depend on the date
 * @ret_policy: written only on success; op25b_policy_free()
 * @error:      why not; the findings, a line each
 *
 * Returns 0; -EBADMSG: no such array; -EINVAL: errors in the policy; -ENOMEM.
 */
int op25b_bundle_load(const json_t *files, int64_t now, struct op25b_policy **ret_policy,
		      struct op25b_error *error);
