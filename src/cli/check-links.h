/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b check --web FILE --links`: are the pages still there that ours link to? */
#pragma once

#include <stdio.h>

#include "web/files.h"

/**
 * op25b_links_check() - ask for every page that the policy and the data name, eight at a time.
 * @path: of the web file, for what is said
 * @out: gets how many there are, and a line for each dead one: what came, its address, where it is
 *       named. What answers 2xx, or leads there in five steps, lives; 10 s each.
 *
 * Blocks. Returns how many are dead, or -ENOMEM.
 */
int op25b_links_check(const char *path, const struct op25b_web_files *files, FILE *out);
