/* SPDX-License-Identifier: BSD-2-Clause */
/* See regular.h. */
#include "base/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"

int op25b_regular_open(const char *path, struct stat *ret_info)
{
	/* Without O_NONBLOCK the opening of a FIFO waits for a writer. */
	OP25B_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat info;

	if (fd < 0 || fstat(fd, &info) < 0)
		return -errno;
	if (S_ISDIR(info.st_mode))
		return -EISDIR;
	if (!S_ISREG(info.st_mode) && !(S_ISFIFO(info.st_mode) && !strncmp(path, "/dev/", 5)))
		return -EINVAL;
	if (fcntl(fd, F_SETFL, 0) < 0)
		return -errno;
	*ret_info = info;
	return OP25B_TAKE_FD(fd);
}

const char *op25b_regular_strerror(int fault)
{
	return fault == EINVAL ? "not a regular file" : strerror(fault);
}
