/* SPDX-License-Identifier: BSD-2-Clause */
/* See secret.h. */
#include "serve/secret.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/regular.h"

static int check_text(const char *path, const uint8_t *text, size_t size, struct op25b_error *error)
{
	if (!size)
		return op25b_error_set(error, -EINVAL,
				       "the secret file %s is empty; write the secret into it",
				       path);
	for (size_t i = 0; i < size; i++) {
		if (text[i] < 0x20 || text[i] == 0x7f)
			return op25b_error_set(error, -EINVAL,
					       "the secret file %s is not one line of text: octet "
					       "%zu is 0x%02x; write the secret alone, and a "
					       "newline if you like",
					       path, i + 1, text[i]);
	}
	return (int)size;
}

int op25b_secret_read(const char *path, uint8_t ret[static OP25B_SECRET], struct op25b_error *error)
{
	struct stat info;
	OP25B_AUTO_CLOSE int fd = op25b_regular_open(path, &info);
	ssize_t size;

	if (fd >= 0 && !S_ISREG(info.st_mode))
		return op25b_error_set(error, -EINVAL,
				       "the secret file %s is not a regular file; name one", path);
	if (fd >= 0 && (info.st_mode & S_IRWXO))
		return op25b_error_set(error, -EACCES,
				       "the secret file %s is open to everybody; chmod o= %s, and "
				       "choose another secret if others were on this machine",
				       path, path);
	if (fd < 0)
		return op25b_error_set(error, fd,
				       "the secret file %s can't be read: %s; correct the name or "
				       "its permissions",
				       path, op25b_regular_strerror(-fd));
	size = read(fd, ret, OP25B_SECRET);
	if (size < 0)
		return op25b_error_set(error, -errno, "the secret file %s can't be read: %m", path);
	if (size == OP25B_SECRET)
		return op25b_error_set(error, -EINVAL,
				       "the secret file %s is longer than %d octets; write a "
				       "shorter secret",
				       path, OP25B_SECRET - 1);
	return check_text(path, ret, (size_t)(size - (size && ret[size - 1] == '\n')), error);
}
