/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a DNS answer to MX: an error, or a name that is plain and ends. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "probe/resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[OP25B_PROBE_NAME];

	memset(name, 'x', sizeof(name));
	if (size > 65535 || op25b_probe_mx(data, size, name))
		return 0;
	assert(memchr(name, '\0', sizeof(name)));
	for (const char *c = name; *c; c++)
		assert(*c >= ' ' && *c <= '~');
	return 0;
}
