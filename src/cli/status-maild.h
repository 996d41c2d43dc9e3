/* SPDX-License-Identifier: BSD-2-Clause */
/* The status of op25b-maild, for people. */
#pragma once

#include <jansson.h>

#define OP25B_MAILD_SCHEMA "op25b.maild/1"

/* Print an answer of OP25B_MAILD_SCHEMA. */
void op25b_status_maild(const json_t *answer);
