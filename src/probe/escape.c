/* SPDX-License-Identifier: BSD-2-Clause */
/* See escape.h. */
#include "probe/escape.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define CUT "..."

const char *op25b_probe_escape(const void *bytes, size_t size, char *ret, size_t room)
{
	const unsigned char *from = bytes;
	size_t done = 0, cut = 0; /* cut: the last place where CUT would fit */
	char one[5];

	assert(room >= 8);
	for (size_t i = 0; i < size; i++) {
		size_t n;

		if (from[i] == '\\')
			n = (size_t)snprintf(one, sizeof(one), "\\\\");
		else if (from[i] >= ' ' && from[i] <= '~')
			n = (size_t)snprintf(one, sizeof(one), "%c", from[i]);
		else
			n = (size_t)snprintf(one, sizeof(one), "\\x%02x", from[i]);
		if (done + sizeof(CUT) <= room)
			cut = done;
		if (done + n >= room) {
			memcpy(ret + cut, CUT, sizeof(CUT));
			return ret;
		}
		memcpy(ret + done, one, n);
		done += n;
	}
	ret[done] = '\0';
	return ret;
}
