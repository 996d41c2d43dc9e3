/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening a handle: skeleton, maps made or taken over. What is attached and what the maps say is
 * left as it is. Programs are loaded when they are needed (program-load.c). The order matters
 * where a process may be killed: the version word is written before the pins appear, and counters
 * are copied before anything uses the copy.
 */
#include "dataplane/load.h"

#include <errno.h>
#include <op25b.skel.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/counters.h"
#include "dataplane/log.h"
#include "dataplane/pins.h"
#include "dataplane/program.h"
#include "dataplane/state.h"

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Decide from the pins what this process is, and have a usable set reused. */
static int find_pins(struct op25b_dataplane *dp, struct op25b_error *error)
{
	struct op25b_pin_set now, next;
	int code;

	code = op25b_pins_look(dp->pins, "now", dp->object, &now, error);
	if (code == 0)
		code = op25b_pins_look(dp->pins, "next", dp->object, &next, error);
	if (code < 0)
		return code;
	if (next.usable) {
		dp->state = OP25B_LOAD_UPGRADING;
		dp->in_next = true;
		dp->old_control_ids[0] = now.control_id;
		return op25b_pins_reuse(dp->pins, "next", dp->object, error);
	}
	dp->old_control_ids[1] = next.control_id;
	if (now.usable) {
		dp->state = OP25B_LOAD_TAKEN_OVER;
		return op25b_pins_reuse(dp->pins, "now", dp->object, error);
	}
	dp->old_control_ids[0] = now.control_id;
	dp->in_next = now.present || next.present;
	dp->state = dp->in_next ? OP25B_LOAD_UPGRADING : OP25B_LOAD_FRESH;
	return 0;
}

static int map_control(struct op25b_dataplane *dp, struct op25b_error *error)
{
	int fd = op25b_dataplane_map_fd(dp, "control");
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	void *mapped;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return op25b_error_set(error, -errno, "control map: %s", strerror(errno));
	dp->control_id = info.id;
	mapped = mmap(NULL, page_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		return op25b_error_set(error, -errno, "mapping control: %s", strerror(errno));
	dp->control = mapped;
	dp->control->abi = OP25B_ABI;
	return 0;
}

static int pin_new_maps(struct op25b_dataplane *dp, struct op25b_error *error)
{
	int code;

	if (dp->state == OP25B_LOAD_FRESH) {
		/* What a removal that was killed has left. */
		code = op25b_pins_clear(dp->pins, "now", error);
		return code < 0 ? code : op25b_pins_write(dp->pins, "now", dp->object, error);
	}
	code = op25b_counters_import(dp, dp->pins, "now");
	if (code < 0)
		return op25b_error_set(error, code, "copying counters: %s", strerror(-code));
	/* What an unfinished upgrade to a third ABI attached is known by old_control_ids. */
	code = op25b_pins_clear(dp->pins, "next", error);
	return code < 0 ? code : op25b_pins_write(dp->pins, "next", dp->object, error);
}

static int load_maps(struct op25b_dataplane *dp, struct op25b_error *error)
{
	struct bpf_program *program = NULL;
	bool reused;
	int code;

	dp->skeleton = op25b_op25b_bpf__open();
	if (!dp->skeleton)
		return op25b_log_error(error, -errno, "opening the BPF object: %s",
				       strerror(errno));
	dp->object = dp->skeleton->obj;
	while ((program = bpf_object__next_program(dp->object, program)))
		bpf_program__set_autoload(program, false);
	code = dp->pins ? find_pins(dp, error) : 0;
	if (code < 0)
		return code;
	reused = bpf_map__fd(bpf_object__find_map_by_name(dp->object, "control")) >= 0;
	code = op25b_op25b_bpf__load(dp->skeleton);
	if (code < 0)
		return op25b_log_error(
			error, code, "the kernel refused the BPF maps: %s%s", strerror(-code),
			code == -EPERM ? "; CAP_BPF and CAP_NET_ADMIN are needed" : "");
	code = map_control(dp, error);
	if (code == 0 && dp->pins && !reused)
		code = pin_new_maps(dp, error);
	return code;
}

static void close_handle(struct op25b_dataplane **dp)
{
	op25b_dataplane_close(dp);
}

int op25b_dataplane_open(const struct op25b_load_options *options, struct op25b_dataplane **ret_dp,
			 struct op25b_error *error)
{
	OP25B_CLEANUP(close_handle) struct op25b_dataplane *dp = calloc(1, sizeof(*dp));
	char links[OP25B_PIN_PATH];
	int code;

	op25b_log_begin();
	if (!dp)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	dp->lock = dp->prefixes = dp->exceptions = -1;
	if (options->pins) {
		if (strlen(options->pins) > OP25B_PIN_FOLDER_MAX)
			return op25b_error_set(error, -ENAMETOOLONG, "pin folder: name too long");
		code = op25b_pins_lock(options->pins, &dp->lock, error);
		if (code < 0)
			return code;
		dp->pins = strdup(options->pins);
		if (!dp->pins)
			return op25b_error_set(error, -ENOMEM, "out of memory");
		snprintf(links, sizeof(links), "%s/links", dp->pins);
		if (mkdir(links, 0700) < 0 && errno != EEXIST)
			return op25b_error_set(error, -errno, "%s: %s", links, strerror(errno));
	}
	dp->wanted = options->programs;
	code = load_maps(dp, error);
	if (code < 0)
		return code;
	*ret_dp = OP25B_TAKE_PTR(dp);
	return 0;
}

void op25b_dataplane_close(struct op25b_dataplane **slot)
{
	struct op25b_dataplane *dp = *slot;
	int saved = errno;

	*slot = NULL;
	if (!dp)
		return;
	op25b_generation_forget(dp);
	op25b_attach_private_end(dp);
	if (dp->control)
		munmap(dp->control, page_bytes());
	op25b_program_unload(dp);
	op25b_op25b_bpf__destroy(dp->skeleton);
	op25b_cleanup_close(&dp->lock);
	free(dp->pins);
	free(dp);
	errno = saved;
}

enum op25b_load_state op25b_dataplane_state(const struct op25b_dataplane *dp)
{
	return dp->state;
}

int op25b_dataplane_map_fd(const struct op25b_dataplane *dp, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(dp->object, name);

	return map ? bpf_map__fd(map) : -ENOENT;
}
