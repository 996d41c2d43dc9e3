/* SPDX-License-Identifier: BSD-2-Clause */
/* What the bench programs share. Every failure ends the program with what it was. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "dataplane/generation.h"
#include "dataplane/load.h"

/* @code: errno, of either sign. */
__attribute__((noreturn)) void bench_die(const char *what, int code);

/* Of a clock that only goes forward. */
double bench_seconds(void);

/* A new file of the scratch folder (under TMPDIR, removed at exit) to write to; its path too. */
FILE *bench_file(const char *name, char path[static 128]);

/* Runs a program with the file `input`, if not NULL, as its standard input. It must exit 0. */
void bench_run(const char *input, const char *const argv[]);

#define RUN_WITH(input, ...) bench_run(input, (const char *const[]){ __VA_ARGS__, NULL })
#define RUN(...)             RUN_WITH(NULL, __VA_ARGS__)

/* True if the row was named on the command line, or none was. */
int bench_is_asked(const char *id, int argc, char **argv);

/* The value of NAME=VALUE among the arguments, or @otherwise. */
const char *bench_option(char **argv, const char *name, const char *otherwise);
double bench_number(char **argv, const char *name, const char *otherwise);

/* An instant at which the rules of the benches' policies are in force. */
#define BENCH_NOW 1800000000

/* From the file to packets being decided by it. Returns how many seconds that took. */
double bench_apply(struct op25b_dataplane *dp, const char *path);
