/* SPDX-License-Identifier: BSD-2-Clause */
/* What libyaml could not read, in words that say how to mend it. */
#pragma once

#include <yaml.h>

#include "policy/find.h"

/* Add the error @parser stopped at. @data: the @size bytes it read. */
void op25b_syntax_error(struct op25b_finder *finder, uint32_t file, const yaml_parser_t *parser,
			const void *data, size_t size);
