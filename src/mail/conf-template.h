/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Templates of other programs' settings. In one, @NAME@ stands for a value; a line that is nothing
 * else and has an empty value is left out. "@if NAME" keeps what follows up to "@end" where there
 * is a value, "@each NAME" repeats it for each line of the value, which is @ITEM@ there. None is in
 * another.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define OP25B_MAILCONF_VALUES 64U

/* Owns its texts. */
struct op25b_mailconf_values {
	struct {
		const char *name; /* static */
		char *text;
	} list[OP25B_MAILCONF_VALUES];
	size_t n;
	bool failed; /* no memory, or no room: nothing that was made of it counts */
};

/* Set a value, or another one in its place. NULL counts as "". */
void op25b_mailconf_set(struct op25b_mailconf_values *values, const char *name, const char *text);
void op25b_mailconf_setf(struct op25b_mailconf_values *values, const char *name, const char *format,
			 ...) __attribute__((format(printf, 3, 4)));

/* The value of that name; "" where there is none. */
const char *op25b_mailconf_get(const struct op25b_mailconf_values *values, const char *name);

/**
 * op25b_mailconf_fill() - a template with its values.
 * Returns a text to free(); NULL: no memory, now or when a value was set.
 */
char *op25b_mailconf_fill(const char *template, const struct op25b_mailconf_values *values);

/* Fill a template, and keep the text, without its last newline, as a value. */
void op25b_mailconf_set_filled(struct op25b_mailconf_values *values, const char *name,
			       const char *template);

/* Free what the values own. */
void op25b_mailconf_done(struct op25b_mailconf_values *values);
