/* SPDX-License-Identifier: BSD-2-Clause */
/* See conf.h: from a path or bytes to a file that was read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/regular.h"
#include "serve/conf.h"

#define FILE_LIMIT (1U << 20)

/* In a function of its own: after the jump no variable of this frame is used. */
static int run_reader(struct op25b_conf *c, const struct op25b_conf_kind *kind, const char *name,
		      const void *data, size_t size, struct op25b_findings *ret_findings)
{
	const char *const files[] = { name };
	struct op25b_node *root;
	jmp_buf exhausted;

	if (setjmp(exhausted))
		return -ENOMEM;
	op25b_arena_on_exhaustion(c->arena, &exhausted);
	c->finder.arena = c->arena;
	c->file = kind->make(c->arena);
	root = op25b_node_parse(c->arena, &c->finder, 0, data, size, kind->hint);
	if (root)
		kind->read(c, root);
	op25b_arena_on_exhaustion(c->arena, NULL);
	return op25b_find_finish(&c->finder, files, ret_findings);
}

int op25b_conf_parse(const struct op25b_conf_kind *kind, const char *name, const void *data,
		     size_t size, void **ret_file, struct op25b_findings *ret_findings)
{
	struct op25b_conf *c = calloc(1, sizeof(*c));
	int error = -ENOMEM;

	*ret_findings = (struct op25b_findings){ 0 };
	if (c)
		c->arena = op25b_arena_new();
	if (c && c->arena)
		error = run_reader(c, kind, name, data, size, ret_findings);
	if (!error && ret_findings->n_errors)
		error = -EINVAL;
	if (!error)
		*ret_file = c->file;
	else if (c)
		op25b_arena_free(&c->arena);
	free(c);
	return error;
}

static char *read_whole(const char *path, size_t *ret_size)
{
	struct stat info;
	OP25B_AUTO_CLOSE int fd = op25b_regular_open(path, &info);
	OP25B_AUTO_FREE char *data = malloc(FILE_LIMIT + 1);
	size_t size = 0;
	ssize_t n;

	if (fd < 0 || !data) {
		errno = fd < 0 ? -fd : ENOMEM;
		return NULL;
	}
	while ((n = read(fd, data + size, FILE_LIMIT + 1 - size)) > 0)
		size += (size_t)n;
	if (n < 0)
		return NULL;
	if (size > FILE_LIMIT) {
		errno = EFBIG;
		return NULL;
	}
	*ret_size = size;
	return OP25B_TAKE_PTR(data);
}

static int report_unreadable(const char *path, int fault, struct op25b_findings *ret_findings)
{
	struct op25b_findings list = { .list = calloc(1, sizeof(*list.list)) };
	struct op25b_finding *f = list.list;
	size_t room = strlen(path) + 1;

	if (!f)
		return -ENOMEM;
	/* The shape findings.h frees: the file's name behind the text, in one block. */
	f->text = malloc(room + 256);
	if (!f->text) {
		free(f);
		return -ENOMEM;
	}
	f->file = memcpy(f->text + 256, path, room);
	snprintf(f->text, 256, "can't be read: %s; correct the name or its permissions",
		 op25b_regular_strerror(fault));
	f->severity = OP25B_ERROR;
	f->line = f->column = 1;
	list.n = list.n_errors = 1;
	*ret_findings = list;
	return -EINVAL;
}

int op25b_conf_load(const struct op25b_conf_kind *kind, const char *path, void **ret_file,
		    struct op25b_findings *ret_findings)
{
	OP25B_AUTO_FREE char *data = NULL;
	size_t size = 0;

	*ret_findings = (struct op25b_findings){ 0 };
	data = read_whole(path, &size);
	if (!data)
		return report_unreadable(path, errno, ret_findings);
	return op25b_conf_parse(kind, path, data, size, ret_file, ret_findings);
}
