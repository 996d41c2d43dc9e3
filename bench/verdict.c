/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows a.* and b.*: what the programs cost, by BPF_PROG_TEST_RUN. a: a packet that is not for port
 * 25, over an empty program. b: a whole verdict at a growing number of lines, over the parse alone,
 * beside the same program with the line looked up in a BPF hash and in a BPF trie.
 *
 * usage: bench-verdict [ROW...]; prints one JSON line a row.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/row.h"
#include "bench/verdict.h"
#include "dataplane/generation.h"
#include "dataplane/load.h"
#include "verdict.skel.h"

#define SERVICES 4
#define BATCH    65536U
#define BURSTS   16
#define OUTSIDE  4 /* bursts left out at either end */

static void die(const char *what, int code)
{
	fprintf(stderr, "bench-verdict: %s: %s\n", what, strerror(code < 0 ? -code : code));
	exit(1);
}

/* ---- frames ---------------------------------------------------------------------------- */

static size_t put(uint8_t *frame, size_t at, const void *bytes, size_t n)
{
	memcpy(frame + at, bytes, n);
	return at + n;
}

/* Ethernet, IPv4, TCP SYN from 10.0.0.0 to 203.0.113.9. */
static size_t frame_plain(uint8_t *frame, uint16_t dport)
{
	static const uint8_t eth[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 };
	static const uint8_t ip[] = { 0x45, 0, 0,  40, 0, 0, 0x40, 0, 64,  6,
				      0,    0, 10, 0,  0, 0, 203,  0, 113, 9 };
	uint8_t tcp[20] = {
		0x9c, 0x40, (uint8_t)(dport >> 8), (uint8_t)dport, [12] = 0x50, [13] = 2
	};
	size_t n = put(frame, 0, eth, sizeof(eth));

	n = put(frame, n, ip, sizeof(ip));
	n = put(frame, n, tcp, sizeof(tcp));
	return n + 10; /* padded, as on the wire */
}

/* Two tags, PPPoE, IPv6, TCP. */
static size_t frame_deep(uint8_t *frame, uint16_t dport)
{
	static const uint8_t eth[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xa8 };
	static const uint8_t tags[] = { 0, 5, 0x81, 0, 0, 7, 0x88, 0x64 };
	static const uint8_t pppoe[] = { 0x11, 0, 0, 1, 0, 62, 0, 0x57 };
	uint8_t ip[40] = {
		0x60, 0, 0, 0, 0, 20, 6, 64, 0x20, 1, 0x0d, 0xb8, [24] = 0x20, [25] = 1
	};
	uint8_t tcp[20] = {
		0x9c, 0x40, (uint8_t)(dport >> 8), (uint8_t)dport, [12] = 0x50, [13] = 2
	};
	size_t n = put(frame, 0, eth, sizeof(eth));

	n = put(frame, n, tags, sizeof(tags));
	n = put(frame, n, pppoe, sizeof(pppoe));
	n = put(frame, n, ip, sizeof(ip));
	return put(frame, n, tcp, sizeof(tcp));
}

/* Nanoseconds of one run, and what it returned. */
static double run_ns(int prog, const uint8_t *frame, size_t n, int repeat, uint32_t *ret_value)
{
	uint8_t out[256];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = (uint32_t)n,
		    .data_out = out, .data_size_out = sizeof(out), .repeat = repeat);

	if (bpf_prog_test_run_opts(prog, &opts))
		die("test run", errno);
	*ret_value = opts.retval;
	return opts.duration;
}

static int order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* What is run how often for one burst; warm: runs before the first. */
struct load {
	const uint8_t *frame;
	size_t n;
	int repeat, warm;
	uint32_t least, most; /* what the program may return */
};

/*
 * Nanoseconds a run of `prog` takes longer than one of `base`. The two take turns in bursts of some
 * milliseconds, because the CPU of a virtual machine changes its speed for seconds at a time: of
 * the differences within a turn the middle half is averaged. *ret_base: what the base takes.
 */
static double over_base_ns(int base, int prog, const struct load *load, double *ret_base)
{
	double over[BURSTS], alone[BURSTS], sum = 0;
	uint32_t value;

	if (load->warm)
		run_ns(prog, load->frame, load->n, load->warm, &value);
	for (int i = 0; i < BURSTS; i++) {
		alone[i] = run_ns(base, load->frame, load->n, load->repeat, &value);
		over[i] = run_ns(prog, load->frame, load->n, load->repeat, &value) - alone[i];
		if (value < load->least || value > load->most)
			die("a verdict is not as expected", EINVAL);
	}
	qsort(over, BURSTS, sizeof(*over), order);
	qsort(alone, BURSTS, sizeof(*alone), order);
	for (int i = OUTSIDE; i < BURSTS - OUTSIDE; i++)
		sum += over[i];
	*ret_base = alone[BURSTS / 2];
	return sum / (BURSTS - 2 * OUTSIDE);
}

/* ---- the generation ---------------------------------------------------------------------- */

/* Pools that hold 10.0.0.0 to 10.0.0.0 + lines; the rest of the policy is as small as it can be. */
static void policy_write(char *path, uint32_t lines)
{
	FILE *f = fdopen(mkstemp(path), "w");
	uint32_t bits = 0;

	while (1U << bits < lines)
		bits++;
	if (!f)
		die(path, errno);
	fprintf(f,
		"op25b: 1\nmail_servers: [{id: relay, addresses: [192.0.2.25], offers: [relay]}]\n"
		"services:\n");
	for (int s = 1; s <= SERVICES; s++) {
		fprintf(f, "  - id: s%d\n    addressing: dynamic\n    pools: [", s);
		if (s == 1)
			fprintf(f, "10.0.0.0/%u", 32 - bits);
		else
			fprintf(f, "172.16.%d.0/24", s);
		fprintf(f,
			"]\n    port25: [{from: 2020-01-01T00:00:00Z, action: refuse, how: drop, "
			"except: [relay]}]\n");
	}
	fclose(f);
}

static void generation_make(struct op25b_dataplane *dp, uint32_t lines)
{
	char path[] = "/tmp/op25b-bench-XXXXXX";
	struct op25b_findings findings = { 0 };
	struct op25b_policy *policy = NULL;
	struct op25b_generation_live live;
	struct op25b_tables tables = { 0 };
	struct op25b_error error = { "" };
	uint16_t *units;
	int r;

	policy_write(path, lines);
	r = op25b_policy_load(path, 1800000000, &policy, &findings);
	unlink(path);
	op25b_findings_print(&findings, stderr);
	if (r < 0)
		die("policy", r);
	r = op25b_tables_make(policy, 1800000000, NULL, &tables);
	if (r < 0)
		die("tables", r);
	r = op25b_generation_put(dp, &tables, &error);
	if (r < 0)
		die(error.text, r);
	r = op25b_generation_live(dp, &live, &error);
	if (r < 0)
		die(error.text, r);
	units = (uint16_t *)(void *)(live.image + (size_t)tables.plan.head.units * OP25B_BLOCK);
	for (uint32_t i = 0; i < lines; i++)
		units[i] = (uint16_t)(1 + i % SERVICES);
	op25b_tables_done(&tables);
	op25b_policy_free(&policy);
	op25b_findings_free(&findings);
}

/* ---- the rivals ----------------------------------------------------------------------------- */

static void rival_fill(int fd, bool lpm, uint32_t lines)
{
	struct bench_lpm_key *lpm_keys = calloc(BATCH, sizeof(*lpm_keys));
	uint32_t *keys = calloc(BATCH, sizeof(*keys)), *values = calloc(BATCH, sizeof(*values));

	if (!lpm_keys || !keys || !values)
		die("memory", ENOMEM);
	for (uint32_t first = 0; first < lines; first += BATCH) {
		uint32_t n = lines - first < BATCH ? lines - first : BATCH;

		for (uint32_t i = 0; i < n; i++) {
			keys[i] = 0x0a000000 + first + i;
			lpm_keys[i] = (struct bench_lpm_key){ 32, htonl(keys[i]) };
			values[i] = 1 + (first + i) % SERVICES;
		}
		if (bpf_map_update_batch(fd, lpm ? (void *)lpm_keys : keys, values, &n, NULL))
			die("filling a rival", errno);
	}
	free(lpm_keys);
	free(keys);
	free(values);
}

static void map_share(struct op25b_dataplane *dp, struct bpf_map *map, const char *name)
{
	int fd = op25b_dataplane_map_fd(dp, name);

	if (fd < 0 || bpf_map__reuse_fd(map, fd))
		die(name, EINVAL);
}

static struct op25b_verdict_bpf *programs_load(struct op25b_dataplane *dp, uint32_t lines)
{
	struct op25b_verdict_bpf *skel = op25b_verdict_bpf__open();

	if (!skel)
		die("open", errno);
	map_share(dp, skel->maps.control, "control");
	map_share(dp, skel->maps.fronts, "fronts");
	map_share(dp, skel->maps.images, "images");
	map_share(dp, skel->maps.prefixes, "prefixes");
	map_share(dp, skel->maps.exceptions, "exceptions");
	skel->rodata->n_lines = lines;
	skel->rodata->relay = htonl(0xc0000219);
	bpf_map__set_max_entries(skel->maps.rival_hash, lines);
	bpf_map__set_max_entries(skel->maps.rival_lpm, lines);
	if (op25b_verdict_bpf__load(skel))
		die("load", errno);
	rival_fill(bpf_map__fd(skel->maps.rival_hash), false, lines);
	rival_fill(bpf_map__fd(skel->maps.rival_lpm), true, lines);
	return skel;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void row_other_port(struct op25b_dataplane *dp, const char *id, bool deep)
{
	struct bench_row row = { .id = id, .unit = "ns", .ours = { .name = "op25b" } };
	struct op25b_verdict_bpf *skel;
	uint8_t frame[128] = { 0 };
	size_t n = deep ? frame_deep(frame, 443) : frame_plain(frame, 443);
	const struct load load = { frame, n, 200000, 200000, XDP_PASS, XDP_PASS };
	int prog = op25b_dataplane_prog_fd(dp, "xdp_subscriber");

	generation_make(dp, 1000);
	skel = programs_load(dp, 1000);
	row.rivals[row.n_rivals++].name = "empty-xdp-program";
	for (int i = 0; i < BENCH_REPEATS; i++) {
		double base;

		bench_add(&row.ours, over_base_ns(bpf_program__fd(skel->progs.bench_empty), prog,
						  &load, &base));
		bench_add(&row.rivals[0], base);
	}
	row.aim = deep ? "at most 20 ns over an empty program" :
			 "at most 8 ns over an empty program";
	row.met = bench_median(&row.ours) <= (deep ? 20 : 8);
	bench_print(&row);
	op25b_verdict_bpf__destroy(skel);
}

static void row_verdict(struct op25b_dataplane *dp, const char *id, uint32_t lines)
{
	struct bench_row row = {
		.id = id, .unit = "ns", .ours = { .name = "op25b" }, .n_rivals = 3
	};
	struct op25b_verdict_bpf *skel;
	uint8_t frame[128] = { 0 };
	size_t n = frame_plain(frame, 25);
	/* An eighth goes to the relay and passes. */
	const struct load load = { frame, n, 20, 200, BENCH_ROUNDS * 3 / 4, BENCH_ROUNDS };

	generation_make(dp, lines);
	skel = programs_load(dp, lines);
	row.rivals[0].name = "bpf-hash";
	row.rivals[1].name = "bpf-lpm";
	row.rivals[2].name = "parse-only-base";
	for (int i = 0; i < BENCH_REPEATS; i++) {
		struct bench_series *series[] = { &row.ours, &row.rivals[0], &row.rivals[1] };
		int progs[] = { bpf_program__fd(skel->progs.bench_dense),
				bpf_program__fd(skel->progs.bench_hash),
				bpf_program__fd(skel->progs.bench_lpm) };
		double base;

		for (int k = 0; k < 3; k++)
			bench_add(series[k], over_base_ns(bpf_program__fd(skel->progs.bench_parse),
							  progs[k], &load, &base) /
						     BENCH_ROUNDS);
		bench_add(&row.rivals[2], base / BENCH_ROUNDS);
	}
	row.aim = "at 10M: at most 80 ns, 4 times the speed of the hash, 20 times that of the trie";
	row.met = bench_median(&row.ours) <= 80 &&
		  (lines < 10000000 ||
		   (bench_median(&row.rivals[0]) >= 4 * bench_median(&row.ours) &&
		    bench_median(&row.rivals[1]) >= 20 * bench_median(&row.ours)));
	bench_print(&row);
	op25b_verdict_bpf__destroy(skel);
}

static const struct {
	const char *id;
	uint32_t lines; /* 0: row a */
} rows[] = {
	{ "a.plain", 0 },     { "a.deep", 0 },     { "b.1k", 1000 },
	{ "b.100k", 100000 }, { "b.1M", 1000000 }, { "b.10M", 10000000 },
};

static bool is_asked(const char *id, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], id))
			return true;
	}
	return argc == 1;
}

int main(int argc, char **argv)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	struct op25b_dataplane *dp = NULL;
	struct op25b_error error = { "" };
	int r = op25b_dataplane_open(&options, &dp, &error);

	if (r < 0)
		die(error.text, r);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!is_asked(rows[i].id, argc, argv))
			continue;
		if (rows[i].lines)
			row_verdict(dp, rows[i].id, rows[i].lines);
		else
			row_other_port(dp, rows[i].id, !strcmp(rows[i].id, "a.deep"));
	}
	op25b_dataplane_close(&dp);
	return 0;
}
