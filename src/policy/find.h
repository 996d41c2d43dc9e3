/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collecting findings while a policy is read. Each is kept once; of each severity at most
 * OP25B_FIND_MAX are kept and the rest only counted, so that a file of a million wrong rows
 * neither floods the terminal nor takes long.
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"

#define OP25B_FIND_MAX 100

struct op25b_find_entry {
	enum op25b_severity severity;
	struct op25b_place place;
	const char *text;
};

struct op25b_finder {
	struct op25b_arena *arena; /* for the texts */
	struct op25b_find_entry entries[2 * OP25B_FIND_MAX];
	size_t n, kept[2], beyond[2]; /* by enum op25b_severity */
};

/* Add an error: "what is wrong; how to mend it". @place is copied. */
void op25b_find_error(struct op25b_finder *finder, const struct op25b_place *place,
		      const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Add a warning: what will happen that was perhaps not meant. */
void op25b_find_warning(struct op25b_finder *finder, const struct op25b_place *place,
			const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether one more of @severity would change nothing that is shown: then don't look for it. */
static inline bool op25b_find_is_over(const struct op25b_finder *finder,
				      enum op25b_severity severity)
{
	return finder->beyond[severity] > 0;
}

/**
 * op25b_find_finish() - the findings as the caller of op25b_policy_load() gets them.
 * @files: names by op25b_place.file
 * @ret:   written only on success; owns its memory; sorted by file, line and column
 *
 * Returns 0 or -ENOMEM.
 */
int op25b_find_finish(struct op25b_finder *finder, const char *const *files,
		      struct op25b_findings *ret);
