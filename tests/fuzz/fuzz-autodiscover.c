/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as what Outlook asks by: an address that fits and is no empty one, or nothing. */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "web/autodiscover-read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char address[OP25B_AUTODISCOVER_ADDRESS] = "untouched";
	int r = op25b_autodiscover_read((const char *)data, size, address);

	assert(r == 0 || r == -EINVAL);
	if (r)
		assert(!strcmp(address, "untouched"));
	else
		assert(*address && memchr(address, '\0', sizeof(address)));
	return 0;
}
