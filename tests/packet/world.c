/* SPDX-License-Identifier: BSD-2-Clause */
/* See world.h. */
#include "tests/unit/test.h"

#include "tests/packet/world.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "dataplane/counters.h"
#include "dataplane/generation.h"
#include "tests/packet/world-policy.h"

static int put_in_force(struct world *world, int which)
{
	struct op25b_error error = { 0 };
	int code = op25b_generation_put(world->dp, &world->tables[which], &error);

	if (code < 0)
		fprintf(stderr, "%s\n", error.text);
	else
		world->in_force = which;
	return code;
}

int world_open(struct world *world)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS |
								OP25B_LOAD_EXPLAIN };
	struct op25b_error error = { 0 };
	int code;

	*world = (struct world){ 0 };
	for (int i = 0; i < 2; i++) {
		code = world_tables(i, &world->policies[i], &world->tables[i]);
		if (code < 0) {
			fprintf(stderr, "policy: %s\n", strerror(-code));
			return code;
		}
	}
	code = op25b_dataplane_open(&options, &world->dp, &error);
	if (code < 0) {
		fprintf(stderr, "%s\n", error.text);
		return code;
	}
	world_reset(world);
	return put_in_force(world, 0);
}

void world_close(struct world *world)
{
	op25b_dataplane_close(&world->dp);
	for (int i = 0; i < 2; i++) {
		op25b_tables_done(&world->tables[i]);
		op25b_policy_free(&world->policies[i]);
	}
}

void world_choose(struct world *world, bool one_way)
{
	if (world->in_force != one_way)
		assert_int_equal(put_in_force(world, one_way), 0);
}

void world_set(struct world *world, const struct op25b_settings *settings)
{
	op25b_dataplane_set(world->dp, settings);
	world_forget_rates(world);
}

void world_reset(struct world *world)
{
	world_set(world, &(struct op25b_settings){ .answer_rate = WORLD_PLENTY,
						   .answer_burst = WORLD_PLENTY });
}

void world_forget_rates(struct world *world)
{
	int fd = op25b_dataplane_map_fd(world->dp, "rates");
	struct op25b_rate_key key;

	while (!bpf_map_get_next_key(fd, NULL, &key))
		assert_int_equal(bpf_map_delete_elem(fd, &key), 0);
}

int world_run(const struct world *world, const char *program, const uint8_t *frame, size_t length,
	      size_t linear, uint32_t *ret_value, struct frame *out)
{
	struct xdp_md context = { .data_end = (__u32)linear };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = (__u32)length,
		    .repeat = 1);
	int fd = op25b_dataplane_prog_fd(world->dp, program), code;

	if (fd < 0)
		return fd;
	if (out) {
		run.data_out = out->data;
		run.data_size_out = sizeof(out->data);
	}
	if (linear) {
		run.ctx_in = &context;
		run.ctx_size_in = sizeof(context);
	}
	code = bpf_prog_test_run_opts(fd, &run);
	if (code == -EINVAL || code == -E2BIG || code == -ENOMEM)
		return -EOPNOTSUPP;
	if (code < 0)
		return code;
	if (out)
		out->length = run.data_size_out;
	*ret_value = run.retval;
	return 0;
}

void world_tallies(const struct world *world, struct tallies *ret_tallies)
{
	struct tallies t = { 0 };

	assert_int_equal(op25b_counters_read(world->dp, 0, 16, t.services), 0);
	assert_int_equal(op25b_counters_answers(world->dp, t.answers), 0);
	*ret_tallies = t;
}
