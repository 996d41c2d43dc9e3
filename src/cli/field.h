/* SPDX-License-Identifier: BSD-2-Clause */
/* Members of a JSON object, as a person is shown them. */
#pragma once

#include <jansson.h>

/* The text of a member; "-" where it is none. Borrowed from the object. */
const char *op25b_field_text(const json_t *object, const char *key);

/* The integer of a member; 0 where it is none. */
long long op25b_field_number(const json_t *object, const char *key);
