/* SPDX-License-Identifier: BSD-2-Clause */
/* See stacked.h. Lines of another form, as the heads are, are passed over. */
#include "daemon/stacked.h"

#include <net/if.h>
#include <string.h>

#define LINE 256

/* "eth0.5         | 5  | eth0" */
void op25b_stacked_vlans(FILE *file, op25b_stacked_fn *found, void *context)
{
	char line[LINE], upper[IF_NAMESIZE], lower[IF_NAMESIZE];

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%15s | %*u | %15s", upper, lower) == 2)
			found(lower, upper, context);
	}
}

/* "00000007 02:00:00:00:00:01    eth0": the session's number and the other end's address */
void op25b_stacked_pppoe(FILE *file, op25b_stacked_fn *found, void *context)
{
	char line[LINE], lower[IF_NAMESIZE];

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*8[0-9A-F] %*17[0-9a-f:] %15s", lower) == 1)
			found(lower, "", context);
	}
}
