/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program is ours if it uses the control map of our pins: names can be anybody's, maps can't.
 */
#include "dataplane/program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define MAPS_MAX 64U

static const struct {
	const char *name;
	enum op25b_place place;
	enum op25b_side side;
} programs[] = {
	{ "xdp_subscriber", OP25B_PLACE_XDP, OP25B_SUBSCRIBER },
	{ "xdp_upstream", OP25B_PLACE_XDP, OP25B_UPSTREAM },
	{ "xdp_both", OP25B_PLACE_XDP, OP25B_BOTH },
	{ "xdp_subscriber_linear", OP25B_PLACE_XDP_LINEAR, OP25B_SUBSCRIBER },
	{ "xdp_both_linear", OP25B_PLACE_XDP_LINEAR, OP25B_BOTH },
	{ "tc_subscriber", OP25B_PLACE_TC, OP25B_SUBSCRIBER },
	{ "tc_upstream", OP25B_PLACE_TC, OP25B_UPSTREAM },
	{ "tc_both", OP25B_PLACE_TC, OP25B_BOTH },
	{ "tc_subscriber_l3", OP25B_PLACE_TC_L3, OP25B_SUBSCRIBER },
	{ "tc_upstream_l3", OP25B_PLACE_TC_L3, OP25B_UPSTREAM },
	{ "tc_both_l3", OP25B_PLACE_TC_L3, OP25B_BOTH },
	{ "tc_notice_subscriber", OP25B_PLACE_HALF, OP25B_SUBSCRIBER },
	{ "tc_notice_both", OP25B_PLACE_HALF, OP25B_BOTH },
};
#define PROGRAMS (sizeof(programs) / sizeof(programs[0]))

static bool uses_our_control(const struct op25b_dataplane *dp, const __u32 *maps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (maps[i] == dp->control_id ||
		    (dp->old_control_ids[0] && maps[i] == dp->old_control_ids[0]) ||
		    (dp->old_control_ids[1] && maps[i] == dp->old_control_ids[1]))
			return true;
	return false;
}

static void name_place(struct op25b_program *program)
{
	for (size_t i = 0; i < PROGRAMS; i++) {
		if (strncmp(programs[i].name, program->name, sizeof(program->name) - 1) != 0)
			continue;
		program->place = programs[i].place;
		program->side = programs[i].side;
	}
}

int op25b_program_read(const struct op25b_dataplane *dp, uint32_t id,
		       struct op25b_program *ret_program)
{
	OP25B_AUTO_CLOSE int fd = bpf_prog_get_fd_by_id(id);
	struct op25b_program program = { .id = id };
	struct bpf_prog_info info = { 0 };
	__u32 maps[MAPS_MAX], size = sizeof(info);

	if (fd < 0)
		return -errno;
	info.nr_map_ids = MAPS_MAX;
	info.map_ids = (uint64_t)(uintptr_t)maps;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return -errno;
	snprintf(program.name, sizeof(program.name), "%s", info.name);
	program.ours =
		uses_our_control(dp, maps, info.nr_map_ids < MAPS_MAX ? info.nr_map_ids : MAPS_MAX);
	if (program.ours)
		name_place(&program);
	for (size_t i = 0; i < dp->n_loaded; i++)
		program.current |= dp->loaded[i].id == id;
	*ret_program = program;
	return 0;
}

bool op25b_program_named(const struct op25b_program *program)
{
	for (size_t i = 0; i < PROGRAMS; i++)
		if (strncmp(programs[i].name, program->name, sizeof(program->name) - 1) == 0)
			return true;
	return false;
}

const char *op25b_program_name(enum op25b_place place, enum op25b_side side)
{
	for (size_t i = 0; i < PROGRAMS; i++)
		if (programs[i].place == place && programs[i].side == side)
			return programs[i].name;
	return "";
}

int op25b_program_foreign(const struct op25b_dataplane *dp, const char *interface, const char *hook,
			  uint32_t id, struct op25b_error *error)
{
	struct op25b_program program = { 0 };
	bool known = op25b_program_read(dp, id, &program) == 0 && *program.name;

	return op25b_error_set(
		error, -EBUSY,
		"%s: %s is held by program %u (%s), which this op25b did not attach; it was "
		"left alone. Detach it, or choose another hook",
		interface, hook, id, known ? program.name : "no name");
}
