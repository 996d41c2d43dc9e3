/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that a site is made of, read together: the web file, the policy and the data. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/wall.h"
#include "policy/owner.h"
#include "web/data.h"
#include "web/settings.h"

struct op25b_web_files {
	struct op25b_web_file *file;
	struct op25b_policy *policy;
	struct op25b_web_data *data;
	struct op25b_owner_index *owners; /* of the policy */
	struct op25b_wall *wall;          /* of the policy's zone */
};

/**
 * op25b_web_files_read() - read a web file and what it names.
 * @out: gets what is wrong with them, a line for each finding
 * @ret: written only on success; op25b_web_files_done()
 *
 * Enters the policy's zone for a moment (base/zone.h). Returns 0; -EINVAL: told on @out; -ENOMEM.
 */
int op25b_web_files_read(const char *path, int64_t now, FILE *out, struct op25b_web_files *ret);

/* NULL-safe; leaves it empty. */
void op25b_web_files_done(struct op25b_web_files *files);
