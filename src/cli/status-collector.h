/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25b-radiusd says of itself, as text. */
#pragma once

#include <jansson.h>

#define OP25B_COLLECTOR_SCHEMA "op25b.collector/1"

/**
 * op25b_status_collector() - print an answer of OP25B_COLLECTOR_SCHEMA.
 */
void op25b_status_collector(const json_t *answer);
