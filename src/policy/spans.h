/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of pools merged to ranges that are apart, for "is this prefix in a pool". */
#pragma once

#include "policy/reader.h"

struct op25b_span {
	struct op25b_prefix prefix;
	const struct op25b_service *service;
	uint8_t line; /* prefix length of one line */
};

struct op25b_spans {
	struct op25b_span *list; /* sorted, none in another */
	size_t n;
	size_t last; /* found before */
};

/* All pools, or those of dynamic services; in r->scratch. n log n. */
struct op25b_spans op25b_spans_of_pools(struct op25b_reader *r, bool dynamic_only);

/* The pool that holds all of @prefix, or NULL. log n. */
const struct op25b_span *op25b_spans_find(struct op25b_spans *spans,
					  const struct op25b_prefix *prefix);

/* The number of pools that sort before @prefix or are equal to it. log n. */
size_t op25b_spans_before(const struct op25b_spans *spans, const struct op25b_prefix *prefix);

/* A pool that @prefix holds or is held by, or NULL. log n. */
const struct op25b_span *op25b_spans_touch(struct op25b_spans *spans,
					   const struct op25b_prefix *prefix);
