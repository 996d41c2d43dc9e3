/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs loaded one at a time, when they are first needed: a gateway needs one or two of more
 * than a dozen, and the verifier takes longer for each than all the rest of a start. Each comes
 * from a fresh reading of the object, which is given the maps of the handle and is thrown away
 * after.
 */
#include <errno.h>
#include <fcntl.h>
#include <op25b.skel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/log.h"
#include "dataplane/pins.h"
#include "dataplane/program.h"

static void destroy(struct op25b_op25b_bpf **skeleton)
{
	op25b_op25b_bpf__destroy(*skeleton);
}

static int share_maps(const struct op25b_dataplane *dp, struct bpf_object *object)
{
	int code = 0;

	for (size_t i = 0; code == 0 && i < OP25B_PINNED_MAPS; i++)
		code = bpf_map__reuse_fd(bpf_object__find_map_by_name(object, op25b_pinned_maps[i]),
					 op25b_dataplane_map_fd(dp, op25b_pinned_maps[i]));
	return code;
}

/* Returns a descriptor of its own. */
static int load_alone(const struct op25b_dataplane *dp, const char *name, struct op25b_error *error)
{
	OP25B_CLEANUP(destroy) struct op25b_op25b_bpf *skeleton = op25b_op25b_bpf__open();
	struct bpf_program *program = NULL, *wanted = NULL;
	int code, fd;

	if (!skeleton)
		return op25b_log_error(error, -errno, "opening the BPF object: %s",
				       strerror(errno));
	while ((program = bpf_object__next_program(skeleton->obj, program))) {
		bool is_wanted = strcmp(bpf_program__name(program), name) == 0;

		bpf_program__set_autoload(program, is_wanted);
		if (is_wanted)
			wanted = program;
	}
	if (!wanted)
		return op25b_error_set(error, -ENOENT, "no BPF program is called %s", name);
	code = share_maps(dp, skeleton->obj);
	if (code == 0)
		code = op25b_op25b_bpf__load(skeleton);
	if (code < 0)
		return op25b_log_error(error, code, "the kernel refused the BPF program %s: %s",
				       name, strerror(-code));
	fd = fcntl(bpf_program__fd(wanted), F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? op25b_error_set(error, -errno, "%s: %s", name, strerror(errno)) : fd;
}

static int remember(struct op25b_dataplane *dp, const char *name, int fd)
{
	struct op25b_loaded *loaded;
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return -errno;
	loaded = reallocarray(dp->loaded, dp->n_loaded + 1, sizeof(*loaded));
	if (!loaded)
		return -ENOMEM;
	dp->loaded = loaded;
	loaded += dp->n_loaded++;
	snprintf(loaded->name, sizeof(loaded->name), "%s", name);
	loaded->id = info.id;
	loaded->fd = fd;
	return 0;
}

int op25b_program_load(struct op25b_dataplane *dp, const char *name, struct op25b_error *error)
{
	uint32_t kind = strstr(name, "_explain_") ? OP25B_LOAD_EXPLAIN : OP25B_LOAD_HOOKS;
	OP25B_AUTO_CLOSE int fd = -1;
	int code;

	for (size_t i = 0; i < dp->n_loaded; i++)
		if (strcmp(dp->loaded[i].name, name) == 0)
			return dp->loaded[i].fd;
	if (!(dp->wanted & kind))
		return op25b_error_set(error, -ENOENT, "program %s was not asked for", name);
	fd = load_alone(dp, name, error);
	if (fd < 0)
		return fd;
	code = remember(dp, name, fd);
	if (code < 0)
		return op25b_error_set(error, code, "%s: %s", name, strerror(-code));
	return OP25B_TAKE_FD(fd);
}

void op25b_program_unload(struct op25b_dataplane *dp)
{
	for (size_t i = 0; i < dp->n_loaded; i++)
		close(dp->loaded[i].fd);
	free(dp->loaded);
	dp->loaded = NULL;
	dp->n_loaded = 0;
}

int op25b_dataplane_prog_fd(struct op25b_dataplane *dp, const char *name)
{
	return op25b_program_load(dp, name, NULL);
}
