/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One frame through an explain program. The kernel's -EINVAL says no more than that it doesn't
 * take the frame as input: too short for Ethernet, too long for one buffer (tc) or for its pages
 * (XDP).
 */
#include "dataplane/testrun.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "dataplane/program.h"
#include "dataplane/state.h"

static const char *program_name(enum op25b_hook hook, enum op25b_side side)
{
	bool tc = hook == OP25B_HOOK_TC;

	if (hook == OP25B_HOOK_AUTO)
		return NULL;
	if (side == OP25B_SUBSCRIBER)
		return tc ? "tc_explain_subscriber" : "xdp_explain_subscriber";
	if (side == OP25B_UPSTREAM)
		return tc ? "tc_explain_upstream" : "xdp_explain_upstream";
	return NULL;
}

int op25b_testrun(struct op25b_dataplane *dp, enum op25b_hook hook, enum op25b_side side,
		  const void *frame, size_t length, uint32_t *ret_word, struct op25b_error *error)
{
	const char *name = program_name(hook, side);
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = (__u32)length,
		    .repeat = 1);
	int fd, code;

	if (!name)
		return op25b_error_set(error, -EINVAL,
				       "test run: no program for this hook or side");
	if (length < ETH_HLEN || length > UINT32_MAX)
		return op25b_error_set(error, -EOPNOTSUPP, "frame of %zu bytes", length);
	fd = op25b_program_load(dp, name, error);
	if (fd < 0)
		return fd;
	code = bpf_prog_test_run_opts(fd, &run);
	if (code == -EINVAL || code == -E2BIG || code == -ENOMEM)
		return op25b_error_set(error, -EOPNOTSUPP,
				       "the kernel's test run refuses a frame of %zu bytes",
				       length);
	if (code < 0)
		return op25b_error_set(error, code, "test run of %s: %s", name, strerror(-code));
	*ret_word = run.retval;
	return 0;
}
