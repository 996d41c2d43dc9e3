/* SPDX-License-Identifier: BSD-2-Clause */
/* See unix-socket.h. */
#include "serve/unix-socket.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"

#define BACKLOG 64

static int fill_address(const char *path, struct sockaddr_un *ret, struct op25b_error *error)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(ret->sun_path))
		return op25b_error_set(error, -ENAMETOOLONG, "socket %s: the path is too long",
				       path);
	snprintf(ret->sun_path, sizeof(ret->sun_path), "%s", path);
	return 0;
}

static void make_folder(const char *path)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return;
	*slash = '\0';
	mkdir(folder, 0755); /* if that didn't help, bind() says why */
}

/* A socket left by a process that was killed is removed; one somebody listens on is not. */
static int clear_path(const struct sockaddr_un *address, int type, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat info;

	if (fd < 0)
		return op25b_error_set(error, -errno, "can't make a socket: %s", strerror(errno));
	if (lstat(address->sun_path, &info) < 0)
		return 0;
	if (!S_ISSOCK(info.st_mode))
		return op25b_error_set(error, -EEXIST, "%s is there and is no socket",
				       address->sun_path);
	if (!connect(fd, (const struct sockaddr *)address, sizeof(*address)) || errno == EAGAIN ||
	    errno == EPROTOTYPE)
		return op25b_error_set(error, -EADDRINUSE, "another process listens on %s",
				       address->sun_path);
	unlink(address->sun_path);
	return 0;
}

/* The group first: before, nobody but root may open it. */
static int give_to_group(const char *path, gid_t group, struct op25b_error *error)
{
	if (group == OP25B_UNIX_ROOT_ONLY)
		return chmod(path, 0600) < 0 ? -errno : 0;
	if (chown(path, (uid_t)-1, group) < 0 || chmod(path, 0660) < 0)
		return op25b_error_set(error, -errno, "%s: can't give it to group %u: %s", path,
				       (unsigned int)group, strerror(errno));
	return 0;
}

int op25b_unix_group(const char *name, gid_t *ret_group, struct op25b_error *error)
{
	const struct group *group = name ? getgrnam(name) : NULL;

	if (name && !group)
		return op25b_error_set(error, -ENOENT,
				       "there is no group '%s'; make it (groupadd --system %s) or "
				       "correct 'group' in the file",
				       name, name);
	*ret_group = group ? group->gr_gid : OP25B_UNIX_ROOT_ONLY;
	return 0;
}

int op25b_unix_listen(const char *path, int type, gid_t group, int *ret_fd,
		      struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	struct sockaddr_un address;
	mode_t mask;
	int r = fill_address(path, &address, error);

	if (r)
		return r;
	make_folder(path);
	r = clear_path(&address, type, error);
	if (r)
		return r;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return op25b_error_set(error, -errno, "can't make a socket: %s", strerror(errno));
	mask = umask(0177);
	r = bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (r)
		return op25b_error_set(error, r, "can't bind %s: %s", path, strerror(-r));
	r = give_to_group(path, group, error);
	if (!r && listen(fd, BACKLOG) < 0)
		r = op25b_error_set(error, -errno, "can't listen on %s: %s", path, strerror(errno));
	if (r) {
		unlink(path);
		return r;
	}
	*ret_fd = OP25B_TAKE_FD(fd);
	return 0;
}
