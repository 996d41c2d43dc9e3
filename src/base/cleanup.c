/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Releasers behind the cleanup attributes. They must keep errno: they run between the failure
 * of a call and the caller's look at why.
 */
#include "base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void op25b_cleanup_free(void *ptr)
{
	void *owned;

	/* The slot may be a pointer to any type; only copying its bytes keeps to aliasing. */
	memcpy(&owned, ptr, sizeof(owned));
	free(owned);
	memset(ptr, 0, sizeof(owned));
}

void op25b_cleanup_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

void op25b_cleanup_fclose(FILE **file)
{
	int saved = errno;

	if (*file)
		fclose(*file);
	*file = NULL;
	errno = saved;
}
