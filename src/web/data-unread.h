/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands in the operator's folder of data; data.c only. */
#pragma once

#include <dirent.h>

#include "web/data.h"

/* scandir() of what is not hidden, in the order of names. */
int op25b_data_list(const char *folder, struct dirent ***ret_entries);

/**
 * op25b_data_unread() - call @fn for each file and folder that was not read.
 * @name:   below load->folder
 * @remedy: what to do about it
 */
void op25b_data_unread(struct op25b_data_load *load,
		       void (*fn)(void *arg, const char *name, const char *remedy), void *arg);
