/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-lines: accounting packets of many lines to a server on loopback, and how they were answered
 * as one JSON line. bench/lines.py has the rows.
 *
 * usage: bench-lines start|stop|mix PORT SECRET [NAME=VALUE...]
 *   first=N lines=N  lines N to N + lines - 1 (0 and 100000); mix: these are there already
 *   seconds=S        send for at most so long (no limit)
 *   under_way=N      packets that wait for their answer at once (1024), over sockets=N (16)
 *   rate=N           packets a second (as fast as answers come)
 *   class=TEXT       Class of the lines (dynamic)
 *   dual=1           with a framed and a delegated prefix of IPv6
 *   again=S          send again what has no answer (1)
 *
 * mix: of ten packets nine are interims that say nothing new; the tenth in turn starts a line,
 * stops the oldest, tells a new address.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/accounting.h"
#include "bench/nas.h"
#include "bench/tools.h"

/* Lines so near to the youngest or oldest may have a packet under way that starts or ends them. */
#define MARGIN 20000U

struct load {
	const char *mode;
	uint32_t begin, end; /* lines still to be sent; mix: lines that are there */
	bool dual;
	uint64_t sent;
	uint32_t random;
	uint8_t *moved; /* mix: a flag for each line */
};

static bool next_of_mix(struct load *load, struct bench_event *ret)
{
	const bool tenth = load->sent % 10 == 9;
	const uint64_t turn = load->sent / 10 % 3;
	const uint32_t span = load->end - load->begin - 2 * MARGIN;
	uint32_t line;

	load->sent++;
	load->random = load->random * 1664525 + 1013904223;
	line = load->begin + MARGIN + (uint32_t)((uint64_t)load->random * span >> 32);
	ret->status = BENCH_INTERIM;
	if (tenth && turn == 0) {
		ret->status = BENCH_START;
		line = load->end++;
	} else if (tenth && turn == 1) {
		ret->status = BENCH_STOP;
		line = load->begin++;
	} else if (tenth) {
		load->moved[line] ^= 1;
	}
	ret->line = line;
	ret->moved = load->moved[line];
	return load->end < BENCH_LINES;
}

static bool next(void *arg, struct bench_event *ret, double sent_at)
{
	struct load *load = arg;

	(void)sent_at;
	*ret = (struct bench_event){ .dual = load->dual };
	if (load->moved)
		return next_of_mix(load, ret);
	if (load->begin == load->end)
		return false;
	ret->status = strcmp(load->mode, "stop") == 0 ? BENCH_STOP : BENCH_START;
	ret->line = load->begin++;
	return true;
}

static void print(const struct bench_nas_result *r)
{
	printf("{\"sent\":%llu,\"answered\":%llu,\"again\":%llu,\"false\":%llu,\"seconds\":%.3f,"
	       "\"a_second\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"longest_ms\":%.3f}\n",
	       (unsigned long long)r->sent, (unsigned long long)r->answered,
	       (unsigned long long)r->again, (unsigned long long)r->false_ones, r->seconds,
	       r->a_second, r->p50, r->p99, r->longest);
}

int main(int argc, char **argv)
{
	struct bench_nas_settings settings = { .patience = 30 };
	struct bench_nas_result result;
	struct load load = { 0 };

	if (argc < 4 || (strcmp(argv[1], "start") != 0 && strcmp(argv[1], "stop") != 0 &&
			 strcmp(argv[1], "mix") != 0)) {
		fprintf(stderr, "usage: bench-lines start|stop|mix PORT SECRET [NAME=VALUE...]\n");
		return 2;
	}
	load.mode = argv[1];
	load.begin = (uint32_t)bench_number(argv, "first", "0");
	load.end = load.begin + (uint32_t)bench_number(argv, "lines", "100000");
	load.dual = bench_number(argv, "dual", "0") > 0;
	if (load.end >= BENCH_LINES)
		bench_die("lines", ERANGE);
	if (strcmp(load.mode, "mix") == 0) {
		load.moved = calloc(BENCH_LINES, 1);
		if (!load.moved || load.end - load.begin <= 2 * MARGIN)
			bench_die("too few lines for a mix", ERANGE);
	}
	settings.accounting = bench_accounting_new(argv[3], bench_option(argv, "class", "dynamic"));
	settings.port = (uint16_t)strtoul(argv[2], NULL, 10);
	settings.sockets = (unsigned int)bench_number(argv, "sockets", "16");
	settings.under_way = (unsigned int)bench_number(argv, "under_way", "1024");
	settings.rate = bench_number(argv, "rate", "0");
	settings.seconds = bench_number(argv, "seconds", "1e9");
	settings.again = bench_number(argv, "again", "1");
	result = bench_nas_run(&settings, next, NULL, &load);
	print(&result);
	return 0;
}
