/* SPDX-License-Identifier: BSD-2-Clause */
/* Header lines of a request by name, whatever its case. */
#pragma once

#include <stddef.h>

#include "web/request.h"

/* The first value of that name, or NULL. */
const char *op25b_web_header(const struct op25b_web_wire *wire, const char *name);

/* How many lines have that name. */
size_t op25b_web_header_count(const struct op25b_web_wire *wire, const char *name);
