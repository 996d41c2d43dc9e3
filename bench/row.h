/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One row of the table: samples of ours and of named rivals, taken in turn in one run, and the aim
 * they are held against. Printed as one JSON line (design section 6).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define BENCH_REPEATS 10
#define BENCH_SAMPLES 20 /* at most, of a series */
#define BENCH_RIVALS  6
#define BENCH_BESIDE  8

struct bench_series {
	const char *name;
	double samples[BENCH_SAMPLES];
	size_t n;
};

struct bench_row {
	const char *id, *unit, *aim;
	bool met;
	struct bench_series ours, rivals[BENCH_RIVALS];
	size_t n_rivals;
	/* Measured with it; each name ends with its own unit. Left out if there is none. */
	struct bench_series beside[BENCH_BESIDE];
	size_t n_beside;
};

/* Adds a sample; one beyond BENCH_SAMPLES is dropped. */
void bench_add(struct bench_series *series, double sample);

/* The middle of the samples; 0 if there are none. Sorts them. */
double bench_median(struct bench_series *series);

/* Prints the row to stdout, flushed, so that a killed run keeps what it measured. */
void bench_print(struct bench_row *row);
