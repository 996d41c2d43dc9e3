/* SPDX-License-Identifier: BSD-2-Clause */
/* See tools.h. */
#include "bench/tools.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[96];

void bench_die(const char *what, int code)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		strerror(code < 0 ? -code : code));
	exit(1);
}

double bench_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void folder_remove(void)
{
	RUN("rm", "-r", folder);
}

static void folder_make(void)
{
	const char *parent = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/op25b-bench-XXXXXX", parent ? parent : "/tmp");
	if (!mkdtemp(folder))
		bench_die(folder, errno);
	atexit(folder_remove);
}

FILE *bench_file(const char *name, char path[static 128])
{
	FILE *f;

	if (!folder[0])
		folder_make();
	snprintf(path, 128, "%s/%s", folder, name);
	f = fopen(path, "w");
	if (!f)
		bench_die(path, errno);
	return f;
}

void bench_run(const char *input, const char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (input && !freopen(input, "r", stdin))
			_exit(127);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
		bench_die(argv[0], EIO);
}

int bench_is_asked(const char *id, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], id))
			return 1;
	}
	return argc == 1;
}

const char *bench_option(char **argv, const char *name, const char *otherwise)
{
	size_t n = strlen(name);

	for (; *argv; argv++) {
		if (strncmp(*argv, name, n) == 0 && (*argv)[n] == '=')
			return *argv + n + 1;
	}
	return otherwise;
}

double bench_number(char **argv, const char *name, const char *otherwise)
{
	return strtod(bench_option(argv, name, otherwise), NULL);
}

double bench_apply(struct op25b_dataplane *dp, const char *path)
{
	struct op25b_findings findings = { 0 };
	struct op25b_policy *policy = NULL;
	struct op25b_tables tables = { 0 };
	struct op25b_error error = { "" };
	double begin = bench_seconds(), end;
	int r = op25b_policy_load(path, BENCH_NOW, &policy, &findings);

	if (r >= 0)
		r = op25b_tables_make(policy, BENCH_NOW, NULL, &tables);
	if (r >= 0)
		r = op25b_generation_put(dp, &tables, &error);
	end = bench_seconds(); /* it is in force: the rest is tidying up */
	if (r >= 0)
		r = op25b_generation_release(dp, &error);
	if (r < 0) {
		op25b_findings_print(&findings, stderr);
		bench_die(error.text, r);
	}
	op25b_tables_done(&tables);
	op25b_policy_free(&policy);
	op25b_findings_free(&findings);
	return end - begin;
}
