/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files into a folder: first all beside their places, then each into its own by a rename. Somebody
 * else's file is not written over unless that was asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "mail/conf-files.h"

#define HEAD_BYTES 256 /* in which a mark is looked for */
#define NEW_NAME   64

static void new_name(const char *name, char ret[static NEW_NAME])
{
	snprintf(ret, NEW_NAME, ".%s.new", name);
}

/* 0: there is none, or one of ours; -EEXIST: somebody else's; -errno. */
static int look(int folder, const char *name)
{
	char head[HEAD_BYTES] = "";
	OP25B_AUTO_CLOSE int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat stat;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &stat))
		return -errno;
	if (!S_ISREG(stat.st_mode) || read(fd, head, sizeof(head) - 1) < 0)
		return -EEXIST;
	return strstr(head, OP25B_MAILCONF_MARK) ? 0 : -EEXIST;
}

static int write_new(int folder, const struct op25b_mailconf_file *file)
{
	size_t size = strlen(file->text), done = 0;
	char name[NEW_NAME];
	OP25B_AUTO_CLOSE int fd = -1;

	new_name(file->name, name);
	if (unlinkat(folder, name, 0) && errno != ENOENT)
		return -errno;
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file->mode & 0600U);
	if (fd < 0)
		return -errno;
	while (done < size) {
		ssize_t n = write(fd, file->text + done, size - done);

		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return fchmod(fd, file->mode) || fsync(fd) ? -errno : 0;
}

static void take_away(int folder, const struct op25b_mailconf_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		char name[NEW_NAME];

		new_name(files->list[i].name, name);
		unlinkat(folder, name, 0);
	}
}

static int put(int folder, const struct op25b_mailconf_files *files, const char **ret_name)
{
	int r = 0;

	for (size_t i = 0; i < files->n && !r; i++) {
		*ret_name = files->list[i].name;
		r = write_new(folder, &files->list[i]);
	}
	for (size_t i = 0; i < files->n && !r; i++) {
		char name[NEW_NAME];

		*ret_name = files->list[i].name;
		new_name(files->list[i].name, name);
		if (renameat(folder, name, folder, files->list[i].name))
			r = -errno;
	}
	if (r)
		take_away(folder, files);
	return r;
}

int op25b_mailconf_write(const char *folder, const struct op25b_mailconf_files *files, bool force,
			 struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	const char *name = "";
	int r;

	if (mkdir(folder, 0755) && errno != EEXIST)
		return op25b_error_set(error, -errno, "%s: %s", folder, strerror(errno));
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return op25b_error_set(error, -errno, "%s: %s", folder, strerror(errno));
	for (size_t i = 0; i < files->n && !force; i++) {
		name = files->list[i].name;
		r = look(fd, name);
		if (r == -EEXIST)
			return op25b_error_set(error, r,
					       "%s/%s was not written by op25b mailconf: name "
					       "another folder, or say --force",
					       folder, name);
		if (r)
			return op25b_error_set(error, r, "%s/%s: %s", folder, name, strerror(-r));
	}
	r = put(fd, files, &name);
	if (r)
		return op25b_error_set(error, r, "%s/%s: %s", folder, name, strerror(-r));
	return 0;
}
