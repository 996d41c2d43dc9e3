/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths of time as people write them: 90s, 10m, 2h, 180d. */
#pragma once

#include <stdint.h>

/**
 * op25b_duration_parse() - seconds from a whole number and one of s, m, h, d.
 * @text: NUL-terminated; 1 to 9 digits, no sign, no blanks
 * @ret:  1 and above; a day is 86,400 s; written only on success
 *
 * Returns 0, or -EINVAL for anything else, 0s included.
 */
int op25b_duration_parse(const char *text, int64_t *ret);
