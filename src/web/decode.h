/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of requests, from their escapes to UTF-8. */
#pragma once

#include <stdbool.h>

/**
 * op25b_web_decode() - undo "%C3%A9" in place, with @plus, as in forms and queries, '+' for a
 * blank too, and control characters but newline and tab are dropped; a line's end is '\n'
 * after it, however it was written.
 * Returns 0; -EINVAL: broken escapes, what is no UTF-8, control characters in a path; the
 * text is spoilt then.
 */
int op25b_web_decode(char *text, bool plus);
