/* SPDX-License-Identifier: BSD-2-Clause */
/* A record of days.h's JSON and its entries. For days*.c only. */
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* Places in an entry of a day and in one of `seen`. */
enum op25b_days_place {
	OP25B_DAYS_REFUSED,
	OP25B_DAYS_COUNTED,
	OP25B_DAYS_PARTLY,                      /* of a day */
	OP25B_DAYS_LIMITED = OP25B_DAYS_PARTLY, /* of `seen` */
	OP25B_DAYS_PLACES,
};

static inline uint64_t op25b_days_get(const json_t *entry, enum op25b_days_place at)
{
	return (uint64_t)json_integer_value(json_array_get(entry, at));
}

static inline const char *op25b_days_day(const json_t *record)
{
	return json_string_value(json_object_get(record, "day"));
}
