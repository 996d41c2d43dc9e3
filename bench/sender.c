/* SPDX-License-Identifier: BSD-2-Clause */
/* See sender.h. */
#include "bench/sender.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/tools.h"
#include "flood.skel.h"

static struct op25b_flood_bpf *skel;

void bench_sender_open(void)
{
	long cpu = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		bench_die("staying on one CPU", errno);
	skel = op25b_flood_bpf__open_and_load();
	if (!skel)
		bench_die("flood.bpf.o", errno);
	fprintf(stderr, "frames are made and received in turns on CPU %ld, %u at a time\n", cpu,
		BENCH_BATCH);
}

void bench_sender_close(void)
{
	op25b_flood_bpf__destroy(skel);
	skel = NULL;
}

int bench_sender_prog(const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(skel->obj, name));
}

int bench_sender_map(const char *name)
{
	return bpf_object__find_map_fd_by_name(skel->obj, name);
}

struct bench_sent bench_send(const struct bench_bed *bed, struct flood_order order, uint32_t frames)
{
	static const uint8_t blank[60];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = blank, .data_size_in = sizeof(blank),
		    .repeat = (int)frames, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = BENCH_BATCH);
	struct bench_sent ret;

	bench_bed_enter(bed->netns);
	order.ifindex = bed->line;
	skel->bss->order = order;
	ret.gate = bench_bed_received("gate");
	ret.far = bench_bed_received("far");
	if (bpf_prog_test_run_opts(bpf_program__fd(skel->progs.bench_flood), &opts))
		bench_die("sending", errno);
	ret.ns = opts.duration;
	ret.gate = bench_bed_received("gate") - ret.gate;
	ret.far = bench_bed_received("far") - ret.far;
	return ret;
}
