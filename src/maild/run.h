/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-maild from start to end. */
#pragma once

#include "base/error.h"
#include "mail/settings.h"

/**
 * op25b_maild_run() - answer until a signal ends it.
 * @file:   outlives the call
 * @path:   of the file, to read it again
 * @policy: taken, whatever happens
 *
 * Returns 0 after a signal; -errno: it could not begin, @error says why.
 */
int op25b_maild_run(const struct op25b_maild_file *file, const char *path,
		    struct op25b_policy *policy, uint32_t tenant, struct op25b_error *error);
