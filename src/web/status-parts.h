/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the status page that others show too. */
#pragma once

#include "web/page.h"
#include "web/status.h"

/* One entry, under an <h3>. */
void op25b_status_write(struct op25b_page *page, const struct op25b_status_entry *entry);

/* What the probe's addresses are, by the policy. */
enum op25b_probe_place {
	OP25B_PROBE_NOWHERE, /* not said, or not all on lines of the speaker's */
	OP25B_PROBE_OPEN,    /* on lines of ours, one of them without a limit */
	OP25B_PROBE_LIMITED, /* on lines of ours where port 25 is refused, as a customer's may be */
};

/* Of every address that the last run tried 465 and 587 from: the least that holds of all. */
enum op25b_probe_place op25b_status_probe_place(const struct op25b_page *page);

/* A paragraph: what the provider's own probes saw, and when. */
void op25b_status_write_probe(struct op25b_page *page);
