/* SPDX-License-Identifier: BSD-2-Clause */
/* A report as JSON, schema op25b.probe/1: **boundary** towards scripts and op25b-webd. */
#pragma once

#include <jansson.h>

#include "probe/judge.h"

#define OP25B_PROBE_SCHEMA "op25b.probe/1"

/**
 * op25b_probe_json() - one object; op25b(1) has its keys.
 * @for_status: it was made for a status page
 * @said:       with what was said on each connection
 * Returns a new object, or NULL without memory.
 */
json_t *op25b_probe_json(const struct op25b_probe_report *report,
			 const struct op25b_probe_judgement *judgement, bool for_status, bool said);
