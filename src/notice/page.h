/* SPDX-License-Identifier: BSD-2-Clause */
/* The page by which the responder tells the data plane that it is full; see op25b/abi.h. */
#pragma once

#include <stdbool.h>

#include "base/error.h"

struct op25b_page {
	void *map; /* NULL: the data plane isn't told */
	bool full; /* what it is or would be told */
};

/**
 * op25b_page_take() - use this map from now on, in place of the one before.
 * @fd: an mmap-able array of one struct op25b_notice_page; still the caller's
 * Returns 0 or what mmap() gives, with the one before still in use.
 */
int op25b_page_take(struct op25b_page *page, int fd, struct op25b_error *error);

/* Tell, if it's news. */
void op25b_page_set(struct op25b_page *page, bool full);

/* Unmap it. */
void op25b_page_done(struct op25b_page *page);
