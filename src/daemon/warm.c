/* SPDX-License-Identifier: BSD-2-Clause */
/* See warm.h. */
#include "daemon/warm.h"

#include <stdio.h>

#include "policy/words.h"

/* May an entry with this hook come to need a program of this kind? */
static const struct {
	const char *before, *after; /* the word of the side */
	bool tc, notice;
} kinds[] = {
	{ "tc_", "_l3", true, false },
	{ "tc_", "", true, false },
	{ "xdp_", "", false, false },
	/* None for upstream. */
	{ "xdp_", "_linear", false, true },
	{ "tc_notice_", "", false, true },
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

bool op25b_warm_one(struct op25b_daemon *d, size_t *position)
{
	const struct op25b_gateway_interface *entry;
	char name[40];
	size_t kind;

	while (*position < d->gateway->n_interfaces * N_KINDS) {
		entry = &d->gateway->interfaces[*position / N_KINDS];
		kind = (*position)++ % N_KINDS;
		if (entry->hook != OP25B_HOOK_AUTO &&
		    kinds[kind].tc != (entry->hook == OP25B_HOOK_TC))
			continue;
		if (kinds[kind].notice && !d->gateway->notice.configured)
			continue;
		snprintf(name, sizeof(name), "%s%s%s", kinds[kind].before,
			 op25b_words_name(&op25b_words_side, entry->side), kinds[kind].after);
		(void)op25b_dataplane_prog_fd(d->dp, name);
		return true;
	}
	return false;
}
