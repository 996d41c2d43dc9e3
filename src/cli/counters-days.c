/* SPDX-License-Identifier: BSD-2-Clause */
/* See counters-days.h. */
#include "cli/counters-days.h"

#include <stdbool.h>
#include <stdio.h>

#include "cli/field.h"

/* Returns whether any row is marked. */
static bool print_day(const json_t *day)
{
	bool marked = false;
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(day, "services"), i, row)
	{
		const bool whole = json_is_true(json_object_get(row, "whole"));

		printf("%s%c %-24s %16lld %16lld\n", op25b_field_text(day, "day"),
		       whole ? ' ' : '*', op25b_field_text(row, "service"),
		       op25b_field_number(row, "refused"), op25b_field_number(row, "counted"));
		marked = marked || !whole;
	}
	return marked;
}

static void print_mean(const json_t *mean)
{
	const json_t *refused = json_object_get(mean, "refused");
	const json_t *counted = json_object_get(mean, "counted");

	printf(" %5lld", op25b_field_number(mean, "days"));
	if (json_is_number(refused) && json_is_number(counted))
		printf(" %12.1f %12.1f", json_number_value(refused), json_number_value(counted));
	else
		printf(" %12s %12s", "-", "-");
}

static void print_means(const json_t *services)
{
	const json_t *service;
	size_t i;

	printf("\nmeans a day, of whole days before and after refusing began\n%-24s %-10s %5s %12s "
	       "%12s %5s %12s %12s\n",
	       "SERVICE", "FROM", "DAYS", "REFUSED", "COUNTED", "DAYS", "REFUSED", "COUNTED");
	json_array_foreach(services, i, service)
	{
		printf("%-24s %-10s", op25b_field_text(service, "service"),
		       op25b_field_text(service, "refuses_from"));
		print_mean(json_object_get(service, "before"));
		print_mean(json_object_get(service, "after"));
		putchar('\n');
	}
}

void op25b_counters_print_days(const json_t *answer)
{
	const json_t *services = json_object_get(answer, "services"), *day;
	bool marked = false;
	size_t i;

	printf("%-11s %-24s %16s %16s\n", "DAY", "SERVICE", "REFUSED", "COUNTED");
	json_array_foreach(json_object_get(answer, "days"), i, day)
	{
		if (print_day(day))
			marked = true;
	}
	printf("packets; days of %s\n", op25b_field_text(answer, "timezone"));
	if (marked)
		puts("* the day is not over, or was watched in part only");
	if (json_array_size(services))
		print_means(services);
}
