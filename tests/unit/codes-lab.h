/* SPDX-License-Identifier: BSD-2-Clause */
/* A file of codes (webd/codes.h) in a folder of its own, open while the tests of a program run. */
#pragma once

#include "tests/unit/test.h"

#include "webd/codes.h"

extern char folder[], path[64];
extern struct op25b_codes *codes;
extern struct op25b_error error;

int codes_lab_setup(void **state);
int codes_lab_teardown(void **state);

/* As a process that is started anew finds it. */
void codes_lab_reopen(void);
