/* SPDX-License-Identifier: BSD-2-Clause */
/* Readings of counters become days, see days.h. */
#include "daemon/days.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/days-entry.h"

/* One reading on its way into the days. */
struct taking {
	struct op25b_days *days;
	json_t *today;
	json_t *target; /* the day that the differences are of; NULL: none */
	bool first;     /* there is nothing to compare with */
	bool created;   /* today has only now begun */
	bool changed;
};

int op25b_days_init(struct op25b_days *ret_days)
{
	json_t *days = json_array(), *seen = json_object();

	if (!days || !seen) {
		json_decref(days);
		json_decref(seen);
		return -ENOMEM;
	}
	*ret_days = (struct op25b_days){ .days = days, .seen = seen };
	return 0;
}

void op25b_days_done(struct op25b_days *days)
{
	if (!days)
		return;
	json_decref(days->days);
	json_decref(days->seen);
	*days = (struct op25b_days){ 0 };
}

const char *op25b_days_of(const struct op25b_wall *wall, int64_t instant,
			  char ret[static OP25B_DAYS_TEXT])
{
	struct op25b_civil civil;

	op25b_wall_civil(wall, instant, &civil);
	snprintf(ret, OP25B_DAYS_TEXT, "%04u-%02u-%02u", (unsigned int)civil.year % 10000,
		 (unsigned int)civil.month % 100, (unsigned int)civil.day % 100);
	return ret;
}

/* The first record that is not before a day; how many there are if none is. */
static size_t find_place(const struct op25b_days *days, const char *day)
{
	size_t at = json_array_size(days->days);

	while (at && strcmp(op25b_days_day(json_array_get(days->days, at - 1)), day) >= 0)
		at--;
	return at;
}

static json_t *find_record(const struct op25b_days *days, const char *day)
{
	json_t *record = json_array_get(days->days, find_place(days, day));

	return record && !strcmp(op25b_days_day(record), day) ? record : NULL;
}

static json_t *add_record(const struct op25b_days *days, const char *day, bool partly)
{
	json_t *record =
		json_pack("{s:s, s:b, s:{}}", "day", day, "partly", (int)partly, "services");

	return record && !json_array_insert_new(days->days, find_place(days, day), record) ?
		       record :
		       NULL;
}

static void mark(struct taking *taking, json_t *record)
{
	if (!record || json_is_true(json_object_get(record, "partly")))
		return;
	json_object_set(record, "partly", json_true());
	taking->changed = true;
}

/* Three numbers of a service, made if they are not there. NULL: no memory. */
static json_t *numbers_of(json_t *object, const char *service, bool partly, bool *changed)
{
	json_t *numbers = json_object_get(object, service);

	if (numbers)
		return numbers;
	*changed = true;
	numbers = json_pack("[i, i, i]", 0, 0, (int)partly);
	return numbers && !json_object_set_new(object, service, numbers) ? numbers : NULL;
}

static json_t *entry_of(struct taking *taking, const json_t *record, const char *service)
{
	/* Of a day that is over: its service was not watched on it until now. */
	return numbers_of(json_object_get(record, "services"), service, record != taking->today,
			  &taking->changed);
}

/* Never fails: the number is there. */
static void put(const json_t *numbers, enum op25b_days_place at, uint64_t value)
{
	json_integer_set(json_array_get(numbers, at), (json_int_t)value);
}

/* What came since the counter was last seen; all of it where it began anew. */
static void find_difference(const struct op25b_days_counter *counter, const json_t *seen,
			    uint64_t *ret_refused, uint64_t *ret_counted)
{
	const bool on = counter->refused >= op25b_days_get(seen, OP25B_DAYS_REFUSED) &&
			counter->counted >= op25b_days_get(seen, OP25B_DAYS_COUNTED);

	*ret_refused = counter->refused - (on ? op25b_days_get(seen, OP25B_DAYS_REFUSED) : 0);
	*ret_counted = counter->counted - (on ? op25b_days_get(seen, OP25B_DAYS_COUNTED) : 0);
}

/* What is needed is made first: from then on nothing can fail, and nothing counts twice. */
static int take_counter(struct taking *taking, const struct op25b_days_counter *counter)
{
	bool made = false;
	json_t *seen = numbers_of(taking->days->seen, counter->service, false, &made);
	json_t *entry = NULL, *today = NULL;
	uint64_t refused, counted;
	bool turned;

	if (!seen)
		return -ENOMEM;
	find_difference(counter, seen, &refused, &counted);
	if (!taking->first && taking->target && (refused || counted)) {
		entry = entry_of(taking, taking->target, counter->service);
		if (!entry)
			return -ENOMEM;
	}
	/* At midnight it is the new day's rule, and the old day had the old one in whole. */
	turned = counter->limited != (op25b_days_get(seen, OP25B_DAYS_LIMITED) != 0);
	if (counter->limited || (turned && !taking->created)) {
		today = entry_of(taking, taking->today, counter->service);
		if (!today)
			return -ENOMEM;
		if (turned && !taking->created)
			put(today, OP25B_DAYS_PARTLY, 1);
	}
	if (entry) {
		put(entry, OP25B_DAYS_REFUSED, op25b_days_get(entry, OP25B_DAYS_REFUSED) + refused);
		put(entry, OP25B_DAYS_COUNTED, op25b_days_get(entry, OP25B_DAYS_COUNTED) + counted);
	}
	put(seen, OP25B_DAYS_REFUSED, counter->refused);
	put(seen, OP25B_DAYS_COUNTED, counter->counted);
	put(seen, OP25B_DAYS_LIMITED, counter->limited);
	taking->changed = taking->changed || entry || turned;
	return 0;
}

/* A counter that is no more: whoever gets its name again begins at 0. */
static void forget_gone(struct op25b_days *days, const struct op25b_days_reading *reading)
{
	const char *service;
	json_t *value;
	void *next;

	if (json_object_size(days->seen) == reading->n)
		return;
	json_object_foreach_safe(days->seen, next, service, value)
	{
		size_t i = 0;

		while (i < reading->n && strcmp(reading->list[i].service, service) != 0)
			i++;
		if (i == reading->n)
			json_object_del(days->seen, service);
	}
}

/* Every counter began at 0. */
static void begin_anew(struct op25b_days *days, const char *boot_id)
{
	const char *service;
	json_t *seen;

	json_object_foreach(days->seen, service, seen)
	{
		put(seen, OP25B_DAYS_REFUSED, 0);
		put(seen, OP25B_DAYS_COUNTED, 0);
	}
	snprintf(days->boot_id, sizeof(days->boot_id), "%s", boot_id);
}

/* Which day it is, which one the differences are of, and which ones were not watched in whole. */
static int turn_to(struct taking *taking, const struct op25b_days_reading *reading,
		   const char day[static OP25B_DAYS_TEXT])
{
	struct op25b_days *days = taking->days;
	const bool rebooted = strcmp(days->boot_id, reading->boot_id) != 0;
	const bool moved = !taking->first && strcmp(day, days->day) != 0;
	const bool next = !taking->first && !rebooted &&
			  llabs(reading->now - days->at) <= OP25B_DAYS_GAP;

	taking->today = find_record(days, day);
	taking->created = !taking->today;
	if (taking->created)
		taking->today = add_record(days, day, !(moved && next));
	if (!taking->today)
		return -ENOMEM;
	taking->changed = taking->created || rebooted;
	if (rebooted)
		begin_anew(days, reading->boot_id);
	if ((moved && !taking->created) || rebooted)
		mark(taking, taking->today);
	if (moved && !next)
		mark(taking, find_record(days, days->day));
	if (!moved || rebooted)
		taking->target = taking->today;
	else if (next)
		taking->target = find_record(days, days->day);
	return 0;
}

int op25b_days_take(struct op25b_days *days, const struct op25b_days_reading *reading)
{
	struct taking taking = { .days = days, .first = !*days->day };
	char day[OP25B_DAYS_TEXT];
	int r = turn_to(&taking, reading, op25b_days_of(reading->wall, reading->now, day));

	for (size_t i = 0; !r && i < reading->n; i++)
		r = take_counter(&taking, &reading->list[i]);
	while (json_array_size(days->days) > OP25B_DAYS_MOST)
		json_array_remove(days->days, 0);
	if (r)
		return r;
	forget_gone(days, reading);
	memcpy(days->day, day, sizeof(days->day));
	days->at = reading->now;
	return taking.changed;
}
