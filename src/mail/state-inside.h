/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of the state: how its layout is made and checked, and what each module adds to it. */
#pragma once

#include "mail/state.h"

/* SQL that makes a module's tables and indices. A module more: one line here, one in the list of
 * state-schema.c, and a file that was made before is refused. */
extern const char op25b_window_schema[];
extern const char op25b_ledger_schema[];
extern const char op25b_maillog_schema[];
extern const char op25b_numbers_schema[];
extern const char op25b_letter_schema[];
extern const char op25b_pass_schema[];
extern const char op25b_code_schema[];
extern const char op25b_echo_schema[];
extern const char op25b_meter_schema[];
extern const char op25b_holder_schema[];

/**
 * op25b_state_layout() - make the layout in a file that is empty, and refuse any other than ours.
 * Returns 0; -EMEDIUMTYPE; or what SQLite says.
 */
int op25b_state_layout(sqlite3 *db, const char *path, struct op25b_error *error);
