/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows e.* and f.*: how long it takes to put a policy into the kernel, to change one line, and what
 * memory it takes; beside nft -f and ipset restore of the same addresses. The rivals run in a
 * network namespace of their own (bench/run makes it).
 *
 * usage: bench-load [ROW...]; prints one JSON line a row.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/row.h"
#include "bench/tools.h"

#define MILLION 1000000U

/* ---- what is loaded ---------------------------------------------------------------------- */

static void address_print(FILE *f, uint32_t i)
{
	fprintf(f, "10.%u.%u.%u", i >> 16 & 255, i >> 8 & 255, i & 255);
}

/* A pool of 2^(32 - pool) lines, `lines` of which have a service of their own, from a CSV file. */
static void policy_write(int pool, uint32_t lines, char path[static 128])
{
	FILE *f = bench_file("lines.csv", path);

	fprintf(f, "id,service,prefix\n");
	for (uint32_t i = 0; i < lines; i++) {
		fprintf(f, "L%u,fixed,", i);
		address_print(f, i);
		fprintf(f, "/32\n");
	}
	fclose(f);
	f = bench_file("policy.yaml", path);
	fprintf(f,
		"op25b: 1\nmail_servers: [{id: relay, addresses: [192.0.2.25], offers: [relay]}]\n"
		"services:\n"
		"  - {id: dynamic, addressing: dynamic, pools: [10.0.0.0/%d], port25: [{from: "
		"2020-01-01T00:00:00Z, action: refuse, how: drop, except: [relay]}]}\n"
		"  - {id: fixed, addressing: fixed, pools: [172.16.0.0/24], port25: []}\n",
		pool);
	if (lines)
		fprintf(f, "lines_from: [lines.csv]\n");
	fclose(f);
}

static void nft_write(uint32_t lines, char path[static 128])
{
	FILE *f = bench_file("set.nft", path);

	fprintf(f, "table ip bench { set lines { type ipv4_addr; size %u; elements = {", lines + 1);
	for (uint32_t i = 0; i < lines; i++) {
		fprintf(f, "%s", i ? "," : "");
		address_print(f, i);
	}
	fprintf(f, "}; }; }\n");
	fclose(f);
}

static void ipset_write(uint32_t lines, char path[static 128])
{
	FILE *f = bench_file("set.ipset", path);

	fprintf(f, "create lines hash:ip family inet hashsize %u maxelem %u\n", MILLION, lines + 1);
	for (uint32_t i = 0; i < lines; i++) {
		fprintf(f, "add lines ");
		address_print(f, i);
		fprintf(f, "\n");
	}
	fclose(f);
}

/* Memory the kernel holds for itself, MiB: slabs, vmalloc, per-CPU. */
static double kernel_memory(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	static const char *const parts[] = { "Slab:", "VmallocUsed:", "Percpu:" };
	char line[128];
	double kib = 0;

	if (!f)
		bench_die("/proc/meminfo", errno);
	while (fgets(line, sizeof(line), f)) {
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
			if (!strncmp(line, parts[i], strlen(parts[i])))
				kib += strtod(line + strlen(parts[i]), NULL);
		}
	}
	fclose(f);
	return kib / 1024;
}

/* ---- rows -------------------------------------------------------------------------------- */

static void row_load(struct op25b_dataplane *dp)
{
	struct bench_row row = { .id = "e.load1M",
				 .unit = "s",
				 .aim = "at least 10 times faster than nft -f and ipset restore",
				 .rivals = { { .name = "nft -f" }, { .name = "ipset restore" } },
				 .n_rivals = 2 };
	char policy[128], nft[128], ipset[128];
	double begin, median;

	policy_write(8, MILLION, policy);
	nft_write(MILLION, nft);
	ipset_write(MILLION, ipset);
	for (int i = 0; i < 3; i++) {
		bench_add(&row.ours, bench_apply(dp, policy));
		begin = bench_seconds();
		RUN("nft", "-f", nft);
		bench_add(&row.rivals[0], bench_seconds() - begin);
		RUN("nft", "delete", "table", "ip", "bench");
		begin = bench_seconds();
		RUN_WITH(ipset, "ipset", "restore");
		bench_add(&row.rivals[1], bench_seconds() - begin);
		RUN("ipset", "destroy", "lines");
	}
	median = bench_median(&row.ours);
	row.met = bench_median(&row.rivals[0]) >= 10 * median &&
		  bench_median(&row.rivals[1]) >= 10 * median;
	bench_print(&row);
}

static void row_apply(struct op25b_dataplane *dp)
{
	struct bench_row row = { .id = "e.apply10M", .unit = "s", .aim = "under 1 s" };
	char policy[128];

	policy_write(8, 0, policy); /* 16.7 million lines: the next power of two above 10 million */
	for (int i = 0; i < BENCH_REPEATS; i++)
		bench_add(&row.ours, bench_apply(dp, policy));
	row.met = bench_median(&row.ours) < 1;
	bench_print(&row);
}

static void row_update(struct op25b_dataplane *dp)
{
	struct bench_row row = { .id = "e.update",
				 .unit = "us",
				 .aim = "under 2 us a line, no system call" };
	struct op25b_generation_live live;
	struct op25b_error error = { "" };
	const struct op25b_front_head *head;
	volatile uint16_t *units;
	char policy[128];
	uint32_t at = 1;
	int r;

	policy_write(8, 0, policy);
	bench_apply(dp, policy);
	r = op25b_generation_live(dp, &live, &error);
	if (r < 0)
		bench_die(error.text, r);
	head = &live.front->head;
	units = (volatile uint16_t *)(void *)(live.image + (size_t)head->units * OP25B_BLOCK);
	for (int i = 0; i < BENCH_REPEATS; i++) {
		double begin = bench_seconds();

		for (uint32_t k = 0; k < MILLION; k++) {
			at = at * 1664525 + 1013904223;
			units[at >> 8] = (uint16_t)(1 + (k & 1));
		}
		bench_add(&row.ours, bench_seconds() - begin); /* s a million is us a line */
	}
	row.met = bench_median(&row.ours) < 2;
	bench_print(&row);
}

static void row_memory(struct op25b_dataplane *dp, const char *id, uint32_t lines)
{
	struct bench_row row = { .id = id,
				 .unit = "MiB",
				 .aim = "less than both",
				 .rivals = { { .name = "nft set" }, { .name = "ipset hash:ip" } },
				 .n_rivals = 2 };
	char policy[128], nft[128], ipset[128];
	double before;

	policy_write(lines > MILLION ? 8 : 12, 0, policy);
	nft_write(lines, nft);
	ipset_write(lines, ipset);
	before = kernel_memory();
	bench_apply(dp, policy);
	bench_add(&row.ours, kernel_memory() - before);
	before = kernel_memory();
	RUN("nft", "-f", nft);
	bench_add(&row.rivals[0], kernel_memory() - before);
	RUN("nft", "delete", "table", "ip", "bench");
	before = kernel_memory();
	RUN_WITH(ipset, "ipset", "restore");
	bench_add(&row.rivals[1], kernel_memory() - before);
	RUN("ipset", "destroy", "lines");
	row.met = bench_median(&row.ours) < bench_median(&row.rivals[0]) &&
		  bench_median(&row.ours) < bench_median(&row.rivals[1]);
	bench_print(&row);
}

int main(int argc, char **argv)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	struct op25b_dataplane *dp = NULL;
	struct op25b_error error = { "" };
	int r;

	/* Memory first: it wants a kernel that holds nothing of ours yet. */
	for (int i = 0; i < 2; i++) {
		const char *id = i ? "f.10M" : "f.1M";

		if (!bench_is_asked(id, argc, argv))
			continue;
		r = op25b_dataplane_open(&options, &dp, &error);
		if (r < 0)
			bench_die(error.text, r);
		row_memory(dp, id, i ? 10 * MILLION : MILLION);
		op25b_dataplane_close(&dp);
	}
	r = op25b_dataplane_open(&options, &dp, &error);
	if (r < 0)
		bench_die(error.text, r);
	if (bench_is_asked("e.load1M", argc, argv))
		row_load(dp);
	if (bench_is_asked("e.apply10M", argc, argv))
		row_apply(dp);
	if (bench_is_asked("e.update", argc, argv))
		row_update(dp);
	op25b_dataplane_close(&dp);
	return 0;
}
