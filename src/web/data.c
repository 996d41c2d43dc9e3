/* SPDX-License-Identifier: BSD-2-Clause */
/* See data.h. Which files there are; what is in them is for the reader of each kind. */
#include "web/data.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/regular.h"
#include "page-data.h"
#include "web/data-unread.h"

#define FILE_LIMIT ((size_t)4 << 20)
#define FILES      2048U

struct built_in {
	const char *name;
	const unsigned char *bytes;
	size_t size;
};

static const struct built_in built_ins[] = {
#define BUILT_IN(name, bytes, size) { name, bytes, size },
	OP25B_PAGE_DATA(BUILT_IN)
#undef BUILT_IN
};

#define N_BUILT_INS (sizeof(built_ins) / sizeof(built_ins[0]))

/* All that is read: the files' names are those of findings. */
struct walk {
	struct op25b_data_load load;
	const struct built_in *only; /* a file in memory instead of all; NULL */
	const char *files[FILES];
	uint32_t n_files;
};

const unsigned char *op25b_web_built_in(const char *name, size_t *ret_size)
{
	for (size_t i = 0; i < N_BUILT_INS; i++) {
		if (!strcmp(built_ins[i].name, name)) {
			*ret_size = built_ins[i].size;
			return built_ins[i].bytes;
		}
	}
	return NULL;
}

/* Whether a file is of this kind: by its name, or by its folder. */
static bool is_of(const struct op25b_data_kind *kind, const char *name)
{
	size_t n = strlen(kind->name);

	if (kind->name[n - 1] != '/')
		return !strcmp(kind->name, name);
	return !strncmp(kind->name, name, n) && name[n] && name[n] != '.';
}

static char *join(struct walk *w, const char *before, const char *behind)
{
	size_t n = strlen(before) + strlen(behind) + 2;
	char *path = op25b_arena_alloc(w->load.c.arena, n);

	snprintf(path, n, "%s%s%s", before, *before && before[strlen(before) - 1] != '/' ? "/" : "",
		 behind);
	return path;
}

/* The number of one more file in findings. */
static bool number_file(struct walk *w, const char *path)
{
	if (w->n_files == FILES)
		return false;
	w->files[w->n_files] = path;
	w->load.file = w->n_files++;
	return true;
}

static void note_read(struct op25b_data_load *load, const char *name)
{
	struct op25b_data_read *read = op25b_arena_alloc(load->c.arena, sizeof(*read));

	*read = (struct op25b_data_read){ name, load->read };
	load->read = read;
}

static void complain(struct walk *w, const char *text)
{
	const struct op25b_place place = { w->load.file, 1, 1 };

	op25b_find_error(&w->load.c.finder, &place, "%s", text);
}

static void read_bytes(struct walk *w, const struct op25b_data_kind *kind, const char *name,
		       const unsigned char *bytes, size_t size)
{
	struct op25b_node *root = NULL;

	w->load.name = name;
	w->load.bytes = bytes;
	w->load.size = size;
	if (kind->hint) {
		root = op25b_node_parse(w->load.c.arena, &w->load.c.finder, w->load.file, bytes,
					size, kind->hint);
		if (!root)
			return;
	}
	kind->read(&w->load, root);
}

/* A regular file's bytes into the arena. Returns NULL, or what is wrong with it. */
static const char *slurp(struct op25b_arena *arena, const char *path, size_t limit,
			 unsigned char **ret_bytes, size_t *ret_size)
{
	struct stat info;
	OP25B_AUTO_CLOSE int fd = op25b_regular_open(path, &info);
	unsigned char *bytes;
	size_t size = 0;
	ssize_t n = 0;

	if (fd < 0)
		return op25b_arena_format(arena,
					  "can't be read (%s); put a file there, or "
					  "remove it",
					  op25b_regular_strerror(-fd));
	if (info.st_size < 0 || (size_t)info.st_size > limit)
		return op25b_arena_format(arena, "is too large; %zu bytes at most", limit);
	bytes = op25b_arena_alloc(arena, (size_t)info.st_size + 1);
	while (size < (size_t)info.st_size &&
	       (n = read(fd, bytes + size, (size_t)info.st_size - size)) > 0)
		size += (size_t)n;
	if (n < 0)
		return op25b_regular_strerror(errno);
	bytes[size] = '\0';
	*ret_bytes = bytes;
	*ret_size = size;
	return NULL;
}

/* A file of the operator's; its bytes stay in the arena, where readers point to them. */
static void read_file(struct walk *w, const struct op25b_data_kind *kind, const char *name,
		      const char *path)
{
	unsigned char *bytes = NULL;
	size_t size = 0;
	const char *fault;

	if (!number_file(w, path))
		return;
	note_read(&w->load, name);
	fault = slurp(w->load.c.arena, path, FILE_LIMIT, &bytes, &size);
	if (fault)
		complain(w, fault);
	else
		read_bytes(w, kind, name, bytes, size);
}

int op25b_data_beside(struct op25b_data_load *load, const struct op25b_place *place,
		      const char *name, size_t limit, const unsigned char **ret_bytes,
		      size_t *ret_size)
{
	const char *slash = strrchr(load->name, '/');
	const int n = slash ? (int)(slash - load->name + 1) : 0;
	const char *fault = "must be a file beside this one";
	unsigned char *bytes;

	if (load->folder && *name != '.' && !strchr(name, '/')) {
		const char *below =
			op25b_arena_format(load->c.arena, "%.*s%s", n, load->name, name);

		note_read(load, below);
		fault = slurp(load->c.arena,
			      op25b_arena_format(load->c.arena, "%s/%s", load->folder, below),
			      limit, &bytes, ret_size);
	}
	if (fault) {
		op25b_find_error(&load->c.finder, place, "'%s' %s", name, fault);
		return -1;
	}
	*ret_bytes = bytes;
	return 0;
}

/* A link to nothing too: reading it is an error then, and what is shipped does not hide it. */
static bool operator_has(const struct walk *w, const char *name)
{
	struct stat info;
	char path[4096];

	if (!w->load.folder)
		return false;
	snprintf(path, sizeof(path), "%s/%s", w->load.folder, name);
	return !lstat(path, &info);
}

static void read_built_ins(struct walk *w, const struct op25b_data_kind *kind)
{
	for (size_t i = 0; i < N_BUILT_INS; i++) {
		const struct built_in *file = &built_ins[i];

		if (!is_of(kind, file->name) || (!kind->adds && operator_has(w, file->name)) ||
		    !number_file(w, join(w, "words", file->name)))
			continue;
		read_bytes(w, kind, file->name, file->bytes, file->size);
	}
}

/* Every file of a folder of the operator's, in the order of their names. */
static void read_folder(struct walk *w, const struct op25b_data_kind *kind)
{
	const char *folder = join(w, w->load.folder, kind->name);
	struct dirent **entries = NULL;
	int n = op25b_data_list(folder, &entries);

	for (int i = 0; i < n; i++) {
		const char *name = join(w, kind->name, entries[i]->d_name);

		read_file(w, kind, name, join(w, w->load.folder, name));
		free(entries[i]);
	}
	free(entries);
}

static void read_of_tenants(struct walk *w, const struct op25b_data_kind *kind)
{
	for (uint32_t i = 1; kind->of_tenants && i < w->load.policy->n_tenants; i++) {
		const char *name = op25b_arena_format(w->load.c.arena, "tenants/%s/%s",
						      w->load.policy->tenants[i].id, kind->name);

		w->load.tenant = i;
		if (operator_has(w, name))
			read_file(w, kind, name, join(w, w->load.folder, name));
	}
	w->load.tenant = 0;
}

static void read_kind(struct walk *w, const struct op25b_data_kind *kind)
{
	if (w->only) {
		if (is_of(kind, w->only->name) && number_file(w, w->only->name))
			read_bytes(w, kind, w->only->name, w->only->bytes, w->only->size);
		return;
	}
	read_built_ins(w, kind);
	if (!w->load.folder)
		return;
	read_of_tenants(w, kind);
	if (kind->name[strlen(kind->name) - 1] == '/')
		read_folder(w, kind);
	else if (operator_has(w, kind->name))
		read_file(w, kind, kind->name, join(w, w->load.folder, kind->name));
}

static void warn_unread(void *arg, const char *name, const char *remedy)
{
	struct walk *w = arg;

	if (number_file(w, join(w, w->load.folder, name))) {
		const struct op25b_place place = { w->load.file, 1, 1 };

		op25b_find_warning(&w->load.c.finder, &place, "is not read; %s", remedy);
	}
}

/* Whether there is a folder to read; else that is said. */
static bool has_folder(struct walk *w)
{
	const char *folder = w->load.folder;
	struct stat info;

	if (!folder || (!stat(folder, &info) && S_ISDIR(info.st_mode)))
		return true;
	if (number_file(w, folder))
		complain(w, "is no folder; make it, or remove 'data' from the web file");
	return false;
}

static void read_kinds(struct walk *w)
{
	for (size_t i = 0; i < op25b_data_n_kinds; i++)
		read_kind(w, &op25b_data_kinds[i]);
	for (size_t i = 0; i < op25b_data_n_kinds; i++) {
		if (op25b_data_kinds[i].check)
			op25b_data_kinds[i].check(&w->load);
	}
	if (w->load.folder)
		op25b_data_unread(&w->load, warn_unread, w);
}

/* In a function of its own: after the jump no variable of this frame is used. */
static int read_all(struct walk *w, struct op25b_findings *ret_findings)
{
	jmp_buf exhausted;

	if (setjmp(exhausted))
		return -ENOMEM;
	op25b_arena_on_exhaustion(w->load.c.arena, &exhausted);
	if (has_folder(w))
		read_kinds(w);
	op25b_arena_on_exhaustion(w->load.c.arena, NULL);
	return op25b_find_finish(&w->load.c.finder, w->files, ret_findings);
}

static int load(struct walk *w, struct op25b_web_data **ret_data,
		struct op25b_findings *ret_findings)
{
	struct op25b_arena *arena = op25b_arena_new();
	struct op25b_web_data *data = calloc(1, sizeof(*data));
	int r = -ENOMEM;

	if (arena && data) {
		w->load.c.arena = arena;
		w->load.c.finder.arena = arena;
		w->load.data = data;
		data->arena = arena;
		r = read_all(w, ret_findings);
	}
	if (!r && ret_findings->n_errors)
		r = -EINVAL;
	if (!r) {
		*ret_data = data;
		return 0;
	}
	op25b_arena_free(&arena);
	free(data);
	return r;
}

static int start(const char *folder, const struct built_in *only, const struct op25b_policy *policy,
		 struct op25b_web_data **ret_data, struct op25b_findings *ret_findings)
{
	struct walk *w = calloc(1, sizeof(*w));
	int r = -ENOMEM;

	*ret_findings = (struct op25b_findings){ 0 };
	if (w) {
		w->load.folder = folder;
		w->load.policy = policy;
		w->only = only;
		r = load(w, ret_data, ret_findings);
	}
	free(w);
	return r;
}

int op25b_web_data_load(const char *folder, const struct op25b_policy *policy,
			struct op25b_web_data **ret_data, struct op25b_findings *ret_findings)
{
	return start(folder, NULL, policy, ret_data, ret_findings);
}

int op25b_web_data_parse(const char *name, const unsigned char *bytes, size_t size,
			 const struct op25b_policy *policy, struct op25b_web_data **ret_data,
			 struct op25b_findings *ret_findings)
{
	const struct built_in only = { name, bytes, size };

	*ret_findings = (struct op25b_findings){ 0 };
	for (size_t i = 0; i < op25b_data_n_kinds; i++) {
		if (is_of(&op25b_data_kinds[i], name))
			return start(NULL, &only, policy, ret_data, ret_findings);
	}
	return -ENOENT;
}

void op25b_web_data_free(struct op25b_web_data **data)
{
	struct op25b_arena *arena;

	if (!data || !*data)
		return;
	arena = (*data)->arena;
	op25b_arena_free(&arena);
	free(*data);
	*data = NULL;
}
