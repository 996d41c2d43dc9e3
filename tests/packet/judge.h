/* SPDX-License-Identifier: BSD-2-Clause */
/* The test functions of the packet tests, for the program that runs them all. */
#pragma once

#include "tests/packet/cases.h"
#include "tests/packet/world.h"

extern struct world world;

/* *state is a struct packet_case. */
void judge_case(void **state);

/* *state is a struct answer_case (answers.h). */
void answer_case(void **state);

/* Groups, ended by an entry without name. */
struct CMUnitTest;
extern const struct CMUnitTest tests_cut[], tests_answers[], tests_rates[], tests_notices[];
