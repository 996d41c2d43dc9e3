/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b.days/1, see days.h. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/days-entry.h"
#include "daemon/days.h"

#define DAY 86400

/* Sums over the whole days of a span. */
struct sum {
	unsigned int days;
	uint64_t refused, counted;
};

/* The first of @n days up to today. */
static void first_day(const struct op25b_days_question *q, char ret[static OP25B_DAYS_TEXT])
{
	struct op25b_civil civil;

	op25b_wall_civil(q->wall, q->now, &civil);
	civil.hour = civil.minute = civil.second = 0;
	op25b_days_of(&op25b_wall_utc, op25b_civil_seconds(&civil) - (int64_t)(q->n - 1) * DAY,
		      ret);
}

static json_t *describe_service(const char *service, const json_t *entry, bool whole)
{
	return json_pack("{s:s?, s:I, s:I, s:b}", "service",
			 strcmp(service, OP25B_DAYS_NONE) ? service : NULL, "refused",
			 (json_int_t)op25b_days_get(entry, OP25B_DAYS_REFUSED), "counted",
			 (json_int_t)op25b_days_get(entry, OP25B_DAYS_COUNTED), "whole",
			 (int)(whole && !op25b_days_get(entry, OP25B_DAYS_PARTLY)));
}

/* @over: the day is */
static json_t *describe_day(const json_t *record, bool over, bool services)
{
	bool whole = over && json_is_false(json_object_get(record, "partly")), all = whole;
	json_t *list = json_array(), *entry, *json;
	json_int_t refused = 0, counted = 0;
	const char *service;

	json_object_foreach(json_object_get(record, "services"), service, entry)
	{
		refused += (json_int_t)op25b_days_get(entry, OP25B_DAYS_REFUSED);
		counted += (json_int_t)op25b_days_get(entry, OP25B_DAYS_COUNTED);
		all = all && !op25b_days_get(entry, OP25B_DAYS_PARTLY);
		if (services)
			json_array_append_new(list, describe_service(service, entry, whole));
	}
	json = json_pack("{s:s, s:b, s:I, s:I}", "day", op25b_days_day(record), "whole", (int)all,
			 "refused", refused, "counted", counted);
	if (services)
		json_object_set(json, "services", list);
	json_decref(list);
	return json;
}

/* The newest first. Days after today were written while the clock was wrong: they are not told. */
static json_t *describe_days(const struct op25b_days *days, const struct op25b_days_question *q,
			     const char *today)
{
	char first[OP25B_DAYS_TEXT];
	json_t *list = json_array();

	first_day(q, first);
	for (size_t i = json_array_size(days->days); i-- > 0;) {
		const json_t *record = json_array_get(days->days, i);
		const int order = strcmp(op25b_days_day(record), today);

		if (order <= 0 && strcmp(op25b_days_day(record), first) >= 0)
			json_array_append_new(list, describe_day(record, order < 0, q->services));
	}
	return list;
}

/*
 * Since when a service refuses: the first of its refusing rules that no later rule for every
 * destination has put an end to. INT64_MAX: it does not.
 */
static int64_t refuses_since(const struct op25b_service *service, int64_t now)
{
	int64_t ended = INT64_MIN, since = INT64_MAX;

	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		if (rule->from <= now && rule->action != OP25B_REFUSE && !rule->n_to &&
		    rule->from > ended)
			ended = rule->from;
	}
	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		if (rule->from <= now && rule->action == OP25B_REFUSE && rule->from >= ended &&
		    rule->from < since)
			since = rule->from;
	}
	return since;
}

static json_t *describe_mean(const struct sum *sum)
{
	if (!sum->days)
		return json_pack("{s:i, s:n, s:n}", "days", 0, "refused", "counted");
	return json_pack("{s:i, s:f, s:f}", "days", (int)sum->days, "refused",
			 (double)sum->refused / sum->days, "counted",
			 (double)sum->counted / sum->days);
}

/* Means before and after a service began to refuse, of whole days; or NULL: it is in no day. */
static json_t *compare(const struct op25b_days *days, const struct op25b_days_question *q,
		       const struct op25b_service *service, const char *today)
{
	const int64_t since = refuses_since(service, q->now);
	char begin[OP25B_DAYS_TEXT] = "9999-99-99", eve[OP25B_DAYS_TEXT];
	struct sum sums[2] = { { 0 } };
	bool midnight = true, found = false;
	const json_t *record;
	size_t i;

	if (since != INT64_MAX) {
		op25b_days_of(q->wall, since, begin);
		/* A day that it began in the midst of is neither. */
		midnight = strcmp(op25b_days_of(q->wall, since - 1, eve), begin) != 0;
	}
	json_array_foreach(days->days, i, record)
	{
		const json_t *entry =
			json_object_get(json_object_get(record, "services"), service->id);
		const int order = strcmp(op25b_days_day(record), begin);
		struct sum *sum = &sums[order >= 0];

		found = found || entry;
		if (!entry || op25b_days_get(entry, OP25B_DAYS_PARTLY) ||
		    strcmp(op25b_days_day(record), today) >= 0 ||
		    json_is_true(json_object_get(record, "partly")) || (!order && !midnight))
			continue;
		sum->days++;
		sum->refused += op25b_days_get(entry, OP25B_DAYS_REFUSED);
		sum->counted += op25b_days_get(entry, OP25B_DAYS_COUNTED);
	}
	if (!found)
		return NULL;
	return json_pack("{s:s, s:s?, s:o, s:o}", "service", service->id, "refuses_from",
			 since == INT64_MAX ? NULL : begin, "before", describe_mean(&sums[0]),
			 "after", describe_mean(&sums[1]));
}

json_t *op25b_days_answer(const struct op25b_days *days, const struct op25b_days_question *q)
{
	const struct op25b_policy *policy = q->policy;
	json_t *services = json_array();
	char today[OP25B_DAYS_TEXT];

	op25b_days_of(q->wall, q->now, today);
	for (size_t i = 0; policy && i < policy->n_services; i++) {
		json_t *one = compare(days, q, &policy->services[i], today);

		if (one)
			json_array_append_new(services, one);
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "schema", "op25b.days/1", "unit",
			 "packets", "timezone",
			 policy && policy->timezone ? policy->timezone : "UTC", "today", today,
			 "days", describe_days(days, q, today), "services", services);
}
