/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-enforced: from sending a Start until a packet of that line is judged by the service that
 * the session has. Starts go out at a rate; of a sample of them the program that op25bd has on an
 * interface is run in the kernel on a packet of the line to port 25, again and again, until it
 * lets it pass. One JSON line; bench/lines.py has the rows.
 *
 * usage: bench-enforced PROGRAM PORT SECRET RATE SECONDS FIRST
 *   PROGRAM: number of the XDP program in the kernel
 *   FIRST:   lines from this number on; the policy must refuse them, but not those of Class open
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/accounting.h"
#include "bench/nas.h"
#include "bench/tools.h"

#define EVERY   50U /* one line in so many is looked at */
#define SAMPLES 100000U
#define WAITING 256U /* samples at a time; beyond, a line goes unlooked at */
#define LOOKS   16U  /* in one round */

struct sample {
	uint32_t line;
	double sent;
};

struct run {
	int program;
	uint32_t line, first;
	struct sample waiting[WAITING];
	unsigned int n_waiting, next_look;
	float took[SAMPLES]; /* ms */
	size_t n_took, n_skipped;
};

/* 1: it passes; 0: it is refused. */
static int is_open(const struct run *run, uint32_t line)
{
	/* Ethernet, IPv4, TCP SYN to port 25; checksums are not looked at */
	uint8_t frame[54] = {
		[12] = 0x08, [14] = 0x45, [17] = 40, [22] = 64, [23] = 6,      [30] = 203,
		[32] = 113,  [33] = 9,    [34] = 4,  [37] = 25, [46] = 5 << 4, [47] = 2,
	};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame),
		    .repeat = 1);

	bench_accounting_address(line, false, frame + 26);
	if (bpf_prog_test_run_opts(run->program, &opts))
		bench_die("judging a packet", errno);
	return opts.retval == XDP_PASS;
}

static bool next(void *arg, struct bench_event *ret, double sent_at)
{
	struct run *run = arg;

	*ret = (struct bench_event){ .status = BENCH_START, .line = run->line++ };
	if (ret->line % EVERY)
		return run->line < BENCH_LINES;
	if (run->n_waiting == WAITING) {
		run->n_skipped++;
		return true;
	}
	if (is_open(run, ret->line))
		bench_die("a line without a session is open already", EEXIST);
	run->waiting[run->n_waiting++] = (struct sample){ ret->line, sent_at };
	return true;
}

/* Looks at those that wait in turn. */
static void look(void *arg)
{
	struct run *run = arg;

	for (unsigned int i = 0; i < LOOKS && run->n_waiting; i++) {
		struct sample *sample;

		if (run->next_look >= run->n_waiting)
			run->next_look = 0;
		sample = &run->waiting[run->next_look];
		if (!is_open(run, sample->line)) {
			run->next_look++;
			continue;
		}
		if (run->n_took < SAMPLES)
			run->took[run->n_took++] = (float)((bench_seconds() - sample->sent) * 1e3);
		*sample = run->waiting[--run->n_waiting];
	}
}

static int order(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int main(int argc, char **argv)
{
	static struct run run;
	struct bench_nas_settings settings = {
		.sockets = 16, .under_way = 4096, .again = 1, .patience = 10
	};
	struct bench_nas_result result;
	double end;

	if (argc != 7) {
		fprintf(stderr, "usage: bench-enforced PROGRAM PORT SECRET RATE SECONDS FIRST\n");
		return 2;
	}
	run.program = bpf_prog_get_fd_by_id((uint32_t)strtoul(argv[1], NULL, 10));
	if (run.program < 0)
		bench_die("the program of that number", errno);
	settings.accounting = bench_accounting_new(argv[3], "open");
	settings.port = (uint16_t)strtoul(argv[2], NULL, 10);
	settings.rate = strtod(argv[4], NULL);
	settings.seconds = strtod(argv[5], NULL);
	run.line = run.first = (uint32_t)strtoul(argv[6], NULL, 10);
	result = bench_nas_run(&settings, next, look, &run);
	for (end = bench_seconds() + 30; run.n_waiting && bench_seconds() < end;)
		look(&run);
	if (run.n_waiting || !run.n_took)
		bench_die("a session that never came into force", ETIME);
	qsort(run.took, run.n_took, sizeof(run.took[0]), order);
	printf("{\"sent\":%llu,\"answered\":%llu,\"again\":%llu,\"a_second\":%.0f,"
	       "\"samples\":%zu,\"skipped\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
	       "\"longest_ms\":%.3f,\"answer_p99_ms\":%.3f}\n",
	       (unsigned long long)result.sent, (unsigned long long)result.answered,
	       (unsigned long long)result.again, result.a_second, run.n_took, run.n_skipped,
	       (double)run.took[run.n_took / 2],
	       (double)run.took[run.n_took - 1 - run.n_took / 100],
	       (double)run.took[run.n_took - 1], result.p99);
	return 0;
}
