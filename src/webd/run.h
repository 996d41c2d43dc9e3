/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-webd from start to end. */
#pragma once

#include "base/error.h"
#include "web/files.h"

/**
 * op25b_webd_run() - serve pages until a signal ends it.
 * @path:  of the web file, to read it again
 * @files: taken, whatever happens
 *
 * Returns 0 after a signal; -errno: it could not begin, @error says why.
 */
int op25b_webd_run(const char *path, struct op25b_web_files *files, struct op25b_error *error);
