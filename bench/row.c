/* SPDX-License-Identifier: BSD-2-Clause */
/* See row.h. */
#include "bench/row.h"

#include <stdio.h>
#include <stdlib.h>

static int order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void bench_add(struct bench_series *series, double sample)
{
	if (series->n < BENCH_SAMPLES)
		series->samples[series->n++] = sample;
}

double bench_median(struct bench_series *series)
{
	size_t n = series->n;

	if (!n)
		return 0;
	qsort(series->samples, n, sizeof(*series->samples), order);
	return n % 2 ? series->samples[n / 2] :
		       (series->samples[n / 2 - 1] + series->samples[n / 2]) / 2;
}

static void print_series(struct bench_series *series)
{
	double median = bench_median(series);

	printf("{\"min\":%.3f,\"median\":%.3f,\"max\":%.3f}", series->n ? series->samples[0] : 0,
	       median, series->n ? series->samples[series->n - 1] : 0);
}

static void print_list(struct bench_series *series, size_t n)
{
	printf("{");
	for (size_t i = 0; i < n; i++) {
		printf("%s\"%s\":", i ? "," : "", series[i].name);
		print_series(&series[i]);
	}
	printf("}");
}

void bench_print(struct bench_row *row)
{
	printf("{\"id\":\"%s\",\"unit\":\"%s\",\"ours\":", row->id, row->unit);
	print_series(&row->ours);
	printf(",\"rivals\":");
	print_list(row->rivals, row->n_rivals);
	if (row->n_beside) {
		printf(",\"beside\":");
		print_list(row->beside, row->n_beside);
	}
	printf(",\"aim\":\"%s\",\"met\":%s}\n", row->aim, row->met ? "true" : "false");
	fflush(stdout);
}
