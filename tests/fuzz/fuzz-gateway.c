/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a gateway file: findings or a gateway, never both, never a crash. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/gateway.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op25b_gateway *gateway = NULL;
	struct op25b_findings findings;
	int r = op25b_gateway_parse("fuzz", data, size, &gateway, &findings);

	assert((r == 0) == (gateway != NULL));
	assert(!r == !findings.n_errors);
	assert(!gateway || !gateway->sessions_store || *gateway->sessions_user);
	assert(!gateway || gateway->notice.configured == (gateway->settings.notice_mark != 0));
	assert(!gateway || !gateway->notice.configured ||
	       (*gateway->notice.socket == '/' && *gateway->notice.user));
	for (size_t i = 0; gateway && i < gateway->n_interfaces; i++)
		assert(*gateway->interfaces[i].pattern);
	op25b_findings_free(&findings);
	op25b_gateway_free(&gateway);
	return 0;
}
