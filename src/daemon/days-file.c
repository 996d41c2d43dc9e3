/* SPDX-License-Identifier: BSD-2-Clause */
/* Days as days.json has them, see days.h. Nothing on a disk is believed unseen. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/days-entry.h"
#include "daemon/days.h"
#include "policy/date.h"

#define SCHEMA  "op25b.days-file/1"
#define AT_MOST (INT64_C(1) << 40) /* seconds UTC that differences can be taken of */

json_t *op25b_days_pack(const struct op25b_days *days)
{
	return json_pack("{s:s, s:s, s:I, s:s, s:O, s:O}", "schema", SCHEMA, "boot_id",
			 days->boot_id, "at", (json_int_t)days->at, "day", days->day, "seen",
			 days->seen, "days", days->days);
}

/* "2027-04-01": text that is compared. */
static bool is_day(const char *text)
{
	char instant[OP25B_DAYS_TEXT + sizeof("T00:00:00Z")];
	int64_t seconds;

	if (!text || strlen(text) != 10)
		return false;
	snprintf(instant, sizeof(instant), "%sT00:00:00Z", text);
	return op25b_date_parse(instant, NULL, false, &seconds) == OP25B_DATE_FINE;
}

/* Three numbers for each service, the last of them yes or no. */
static bool are_numbers(const json_t *object)
{
	const json_t *entry, *number;
	const char *service;
	size_t i;

	json_object_foreach((json_t *)object, service, entry)
	{
		if (json_array_size(entry) != OP25B_DAYS_PLACES)
			return false;
		json_array_foreach(entry, i, number)
		{
			if (!json_is_integer(number) || json_integer_value(number) < 0 ||
			    (i == OP25B_DAYS_PARTLY && json_integer_value(number) > 1))
				return false;
		}
	}
	return json_is_object(object);
}

/* In order, each once. */
static bool are_days(const json_t *list)
{
	const char *before = "";
	const json_t *record;
	size_t i;

	json_array_foreach(list, i, record)
	{
		const char *day = json_string_value(json_object_get(record, "day"));

		if (!is_day(day) || strcmp(day, before) <= 0 ||
		    !json_is_boolean(json_object_get(record, "partly")) ||
		    !are_numbers(json_object_get(record, "services")))
			return false;
		before = day;
	}
	return json_is_array(list);
}

int op25b_days_unpack(const json_t *json, struct op25b_days *days)
{
	const char *schema, *boot_id, *day;
	struct op25b_days read = { 0 };
	json_t *seen, *list;
	json_int_t at;

	if (json_unpack((json_t *)json, "{s:s, s:s, s:I, s:s, s:o, s:o}", "schema", &schema,
			"boot_id", &boot_id, "at", &at, "day", &day, "seen", &seen, "days",
			&list) ||
	    strcmp(schema, SCHEMA) != 0 || strlen(boot_id) >= sizeof(read.boot_id) || at < 0 ||
	    at > AT_MOST || !is_day(day) || !are_numbers(seen) || !are_days(list))
		return -EBADMSG;
	/* Its own: numbers are changed in place. */
	read.days = json_deep_copy(list);
	read.seen = json_deep_copy(seen);
	if (!read.days || !read.seen) {
		op25b_days_done(&read);
		return -ENOMEM;
	}
	snprintf(read.boot_id, sizeof(read.boot_id), "%s", boot_id);
	snprintf(read.day, sizeof(read.day), "%s", day);
	read.at = at;
	op25b_days_done(days);
	*days = read;
	return 0;
}
