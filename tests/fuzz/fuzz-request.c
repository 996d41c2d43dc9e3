/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a line on the control socket: a checked request or a reason, never a crash. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/bundle.h"
#include "daemon/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct op25b_request request;
	struct op25b_policy *policy = NULL;
	struct op25b_error error = { "" };

	if (op25b_request_parse((const char *)data, size, OP25B_OPS_ALL, &request, &error)) {
		assert(*error.text);
		return 0;
	}
	assert(request.op < OP25B_OP_COUNT && request.frame_size <= OP25B_FRAME_MAX);
	if (request.op == OP25B_OP_APPLY &&
	    op25b_bundle_load(request.files, 1800000000, &policy, &error))
		assert(*error.text);
	op25b_policy_free(&policy);
	op25b_request_done(&request);
	return 0;
}
