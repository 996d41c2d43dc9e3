/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading what `op25b probe --for-status --json` wrote: op25b.probe/1. */
#pragma once

#include <jansson.h>

#include "web/facts.h"

/**
 * op25b_probes_parse() - what the last run of the probe saw.
 * @report: the file; NULL: there is none
 * @ret:    always written; all zero (nothing known) unless 0 is returned
 *
 * Of each port: works if some server of the provider does there, doesn't if one that was tried does
 * not and none does. Returns 0; -EINVAL: it is no such report.
 */
int op25b_probes_parse(const json_t *report, struct op25b_probe_facts *ret);
