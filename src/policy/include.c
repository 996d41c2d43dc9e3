/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of a policy: the root and, depth first in the order of writing, all that `include`
 * names. A file that begins with `tenant: ID` belongs to that tenant, and so does what it includes.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "policy/reader.h"

#define FILES_MAX 10000

/* Escapes what glob() would take for a pattern in the folder, which nobody wrote as one. */
static const char *pattern_beside(struct op25b_reader *r, uint32_t from, const char *name)
{
	const char *path = r->policy->files[from];
	const char *slash = strrchr(path, '/');
	char *out, *at;

	if (!slash || name[0] == '/')
		return name;
	at = out = op25b_arena_alloc(r->scratch, 2 * (size_t)(slash - path) + strlen(name) + 2);
	for (; path <= slash; path++) {
		if (strchr("*?[\\", *path))
			*at++ = '\\';
		*at++ = *path;
	}
	memcpy(at, name, strlen(name) + 1);
	return out;
}

static void read_document(struct op25b_reader *r, uint32_t file, const void *data, size_t size)
{
	const struct op25b_doc *includer = r->doc;
	/* libyaml takes a byte order mark for text where it is told the encoding. */
	size_t mark = size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3) ? 3 : 0;
	struct op25b_node *root = op25b_node_parse(r->scratch, r->finder, file,
						   (const char *)data + mark, size - mark,
						   "a policy begins with 'op25b: 1'");
	struct op25b_doc *doc;
	size_t index;

	if (!root) {
		r->incomplete = true;
		return;
	}
	/* By index: docs moves when an include adds to it. */
	index = r->n_docs;
	doc = op25b_arena_alloc(r->scratch, sizeof(*doc));
	doc->file = file;
	doc->tenant = includer ? includer->tenant : 0;
	doc->timezone = includer ? includer->timezone : NULL;
	*OP25B_PUSH(r->scratch, r->docs, r->n_docs) = (struct op25b_doc){ .file = file };
	r->doc = doc;
	op25b_read_top(r, root, doc);
	r->docs[index] = *doc;
	r->doc = includer;
}

static void read_named(struct op25b_reader *r, const char *path, const struct op25b_place *named)
{
	uint32_t file;
	size_t size;
	char *data;

	if (r->policy->n_files >= FILES_MAX) {
		op25b_find_error(r->finder, named, "more than %d files; put several into one",
				 FILES_MAX);
		return;
	}
	data = op25b_file_read(r, r->arena, path, named, NULL, &file, &size);
	if (data)
		read_document(r, file, data, size);
}

static int compare_paths(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* The given files a pattern means, in glob()'s order. Returns NULL if there are none. */
static const char **match_given(struct op25b_reader *r, const char *pattern, size_t *ret_n)
{
	const char **paths = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->n_given; i++) {
		if (!fnmatch(pattern, r->given[i].name, FNM_PATHNAME | FNM_PERIOD))
			*OP25B_PUSH(r->scratch, paths, n) = r->given[i].name;
	}
	if (n)
		qsort(paths, n, sizeof(*paths), compare_paths);
	*ret_n = n;
	return paths;
}

/* The files a pattern means on disk. Returns NULL if there are none. */
static const char **match_disk(struct op25b_reader *r, const char *pattern, size_t *ret_n)
{
	const char **paths = NULL;
	size_t n = 0;

	if (!glob(pattern, 0, NULL, &r->found)) {
		n = r->found.gl_pathc;
		paths = op25b_arena_alloc(r->scratch, n * sizeof(*paths));
	}
	for (size_t i = 0; i < n; i++) {
		const char *path = r->found.gl_pathv[i];

		paths[i] = op25b_arena_copy(r->scratch, path, strlen(path));
	}
	globfree(&r->found);
	r->found = (glob_t){ 0 };
	*ret_n = n;
	return paths;
}

static void read_pattern(struct op25b_reader *r, const struct op25b_node *item, const char *text,
			 uint32_t from)
{
	const char **paths;
	const char *pattern;
	size_t n = 0;

	if (!strpbrk(text, "*?[")) {
		read_named(r, op25b_file_beside(r, from, text), &item->place);
		return;
	}
	pattern = pattern_beside(r, from, text);
	paths = r->given ? match_given(r, pattern, &n) : match_disk(r, pattern, &n);
	if (!paths) {
		op25b_find_warning(r->finder, &item->place, "'%s' matches no file", text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		read_named(r, paths[i], &item->place);
}

void op25b_read_includes(struct op25b_reader *r, const struct op25b_node *node, uint32_t from)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "include");

	if (item && r->from_buffer) {
		op25b_find_error(r->finder, &node->place,
				 "a policy that is not read from a file can't include one; "
				 "write it to a file first");
		return;
	}
	for (; item; item = item->next) {
		const char *text = op25b_walk_text(r, item, "a file name");

		if (text)
			read_pattern(r, item, text, from);
	}
}

void op25b_read_documents(struct op25b_reader *r, const char *path, const void *data, size_t size)
{
	uint32_t file;

	if (r->from_buffer) {
		file = op25b_file_add(r, path, data, size);
	} else {
		data = op25b_file_read(r, r->arena, path, NULL, NULL, &file, &size);
		if (!data)
			return;
	}
	read_document(r, file, data, size);
}
