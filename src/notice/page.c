/* SPDX-License-Identifier: BSD-2-Clause */
/* See page.h. */
#include "notice/page.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "op25b/abi.h"

static size_t map_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static void tell(struct op25b_page *page)
{
	struct op25b_notice_page *words = page->map;

	if (words)
		__atomic_store_n(&words->full, page->full, __ATOMIC_RELAXED);
}

int op25b_page_take(struct op25b_page *page, int fd, struct op25b_error *error)
{
	void *map = mmap(NULL, map_size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return op25b_error_set(error, -errno, "can't map the page of the data plane: %s",
				       strerror(errno));
	op25b_page_done(page);
	page->map = map;
	tell(page);
	return 0;
}

void op25b_page_set(struct op25b_page *page, bool full)
{
	if (page->full == full)
		return;
	page->full = full;
	tell(page);
}

void op25b_page_done(struct op25b_page *page)
{
	if (page->map)
		munmap(page->map, map_size());
	page->map = NULL;
}
