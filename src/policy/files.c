/* SPDX-License-Identifier: BSD-2-Clause */
/* The only part of the policy reader that opens files. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/regular.h"
#include "policy/reader.h"

#define FILE_MAX   ((size_t)512 << 20)
#define FIRST_READ ((size_t)64 << 10)

struct seen_file {
	dev_t dev;
	ino_t ino;
	uint32_t file;
};

uint32_t op25b_file_add(struct op25b_reader *r, const char *path, const void *data, size_t size)
{
	struct op25b_policy *policy = r->policy;

	/* 0 means unknown. */
	policy->digest = op25b_table_hash(data, size, policy->digest) | 1U;
	*OP25B_PUSH(r->arena, policy->files, policy->n_files) = op25b_walk_keep(r, path);
	return (uint32_t)policy->n_files - 1;
}

static char *read_whole(struct op25b_arena *arena, int fd, size_t expected, size_t *ret_size)
{
	size_t room = expected < FIRST_READ ? FIRST_READ : expected + 1;
	char *data = op25b_arena_resize(arena, NULL, room + 1);
	size_t size = 0;

	for (;;) {
		ssize_t n = read(fd, data + size, room - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return NULL;
		size += (size_t)n;
		if (!n)
			break;
		if (size > FILE_MAX) {
			errno = EFBIG;
			return NULL;
		}
		if (size == room) {
			room *= 2;
			data = op25b_arena_resize(arena, data, room + 1);
		}
	}
	data[size] = '\0';
	*ret_size = size;
	return data;
}

/* The same file a second time is a loop of includes or a slip: its ids would all be double. */
static bool is_seen(struct op25b_reader *r, const struct stat *info, const char *path,
		    const struct op25b_place *named)
{
	struct seen_file *seen = r->files_seen;

	for (size_t i = 0; i < r->n_files_seen; i++) {
		if (seen[i].dev != info->st_dev || seen[i].ino != info->st_ino)
			continue;
		op25b_find_error(r->finder, named,
				 "'%s' is read twice, first as '%s'; name each "
				 "file once",
				 path, r->policy->files[seen[i].file]);
		return true;
	}
	return false;
}

static void remember_file(struct op25b_reader *r, const struct stat *info, uint32_t file)
{
	struct seen_file *seen = r->files_seen;
	struct seen_file *entry = OP25B_PUSH(r->scratch, seen, r->n_files_seen);

	*entry = (struct seen_file){ .dev = info->st_dev, .ino = info->st_ino, .file = file };
	r->files_seen = seen;
}

static int find_given(const struct op25b_reader *r, const char *path, struct stat *ret_info)
{
	for (size_t i = 0; i < r->n_given; i++) {
		if (!strcmp(r->given[i].name, path)) {
			ret_info->st_ino = i;
			return 0;
		}
	}
	return -ENOENT;
}

static char *copy_given(const struct op25b_reader *r, struct op25b_arena *arena, ino_t index,
			size_t *ret_size)
{
	const struct op25b_policy_file *given = &r->given[index];
	char *data = op25b_arena_resize(arena, NULL, given->size + 1);

	memcpy(data, given->data, given->size);
	data[given->size] = '\0';
	*ret_size = given->size;
	return data;
}

static int open_file(const char *path, int *ret_fd, struct stat *ret_info)
{
	*ret_fd = op25b_regular_open(path, ret_info);
	return *ret_fd < 0 ? *ret_fd : 0;
}

/* Its bytes, or NULL and a negative error in *ret_fault; 0 if the file was read before. */
static char *read_path(struct op25b_reader *r, struct op25b_arena *arena, const char *path,
		       const struct op25b_place *named, struct stat *ret_info, size_t *ret_size,
		       int *ret_fault)
{
	char *data = NULL;
	int fault = r->given ? find_given(r, path, ret_info) : open_file(path, &r->fd, ret_info);

	if (!fault && (!named || !is_seen(r, ret_info, path, named))) {
		data = r->given ? copy_given(r, arena, ret_info->st_ino, ret_size) :
				  read_whole(arena, r->fd, (size_t)ret_info->st_size, ret_size);
		fault = data ? 0 : -errno;
	}
	op25b_cleanup_close(&r->fd);
	*ret_fault = fault;
	return data;
}

char *op25b_file_read(struct op25b_reader *r, struct op25b_arena *arena, const char *path,
		      const struct op25b_place *named, const char *without, uint32_t *ret_file,
		      size_t *ret_size)
{
	struct op25b_place top = { .line = 1, .column = 1 };
	struct stat info = { 0 };
	int fault;
	char *data = read_path(r, arena, path, named, &info, ret_size, &fault);

	if (data) {
		*ret_file = op25b_file_add(r, path, data, *ret_size);
		remember_file(r, &info, *ret_file);
		return data;
	}
	if (!fault)
		return NULL;
	if (fault == -ENOENT && without) {
		op25b_find_warning(r->finder, named, "there is no file '%s'; until it is there %s",
				   path, without);
		return NULL;
	}
	r->incomplete = true;
	if (!named) {
		top.file = op25b_file_add(r, path, "", 0);
		named = &top;
	}
	op25b_find_error(r->finder, named,
			 "can't read '%s': %s; correct the name or its permissions", path,
			 op25b_regular_strerror(-fault));
	return NULL;
}

const char *op25b_file_beside(struct op25b_reader *r, uint32_t from, const char *name)
{
	const char *path = r->policy->files[from];
	const char *slash = strrchr(path, '/');

	if (!slash || name[0] == '/')
		return name;
	return op25b_arena_format(r->scratch, "%.*s/%s", (int)(slash - path), path, name);
}
