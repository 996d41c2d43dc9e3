/* SPDX-License-Identifier: BSD-2-Clause */
/* What the status of every daemon without an enforcer begins and ends with. */
#pragma once

#include <jansson.h>

/**
 * op25b_status_begin() - a line: which daemon, its version, process and start.
 * @answer: borrowed; what it lacks is printed as the readers of field.h have it
 */
void op25b_status_begin(const json_t *answer, const char *daemon);

/**
 * op25b_status_end() - a line for each of its problems; where it says that all is well, one with
 * what the daemon is @doing.
 */
void op25b_status_end(const json_t *answer, const char *doing);
