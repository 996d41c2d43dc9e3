/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a failed call says to a person. A function that can fail for reasons its caller can't tell
 * returns -errno for the program and takes a struct op25b_error for the reader; the text names the
 * object, what was tried and, where there is one, the remedy. Library code writes no log: the
 * program at the top decides where the text goes.
 */
#pragma once

struct op25b_error {
	char text[1024]; /* one or more lines, no newline at the end; "" if nothing was said */
};

/**
 * op25b_error_set() - write the text and give back the code, so that a failure is one statement.
 * @error:  may be NULL: then only the code is given back
 * @code:   -errno
 * @format: as printf; a text beyond the buffer is cut
 *
 * Returns @code.
 */
int op25b_error_set(struct op25b_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * op25b_error_add() - append to the text, e.g. the last words of a library.
 * @error: may be NULL
 *
 * Returns @code.
 */
int op25b_error_add(struct op25b_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
