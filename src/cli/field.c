/* SPDX-License-Identifier: BSD-2-Clause */
/* See field.h. */
#include "cli/field.h"

const char *op25b_field_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

long long op25b_field_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}
