/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings in force: maild file and policy, at the start and again at SIGHUP. */
#pragma once

#include <stdio.h>

#include "base/error.h"
#include "mail/settings.h"

struct op25b_maild;

/**
 * op25b_maild_read() - read a maild file and the policy that it names.
 * @out: gets every finding of both
 * @ret_file, @ret_policy, @ret_tenant: written only if there is no error, and the tenant has a mail
 *       section; op25b_maild_free(), op25b_policy_free()
 * Returns 0; -EINVAL; -ENOMEM.
 */
int op25b_maild_read(const char *path, FILE *out, struct op25b_maild_file **ret_file,
		     struct op25b_policy **ret_policy, uint32_t *ret_tenant);

/**
 * op25b_maild_reload() - read both again and follow them; after an error the ones before stay.
 * Returns 0 or -errno; what is wrong is logged, and is in .reload_problem.
 */
int op25b_maild_reload(struct op25b_maild *d);
