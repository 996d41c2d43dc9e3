/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows c.*: what refusing costs on veth. Each way of refusing has a gateway of its own; all get the
 * same frames, in turns. Counted is what came in at the gateway and did not leave it. The net
 * figure leaves out what the same frames cost if the gateway's end drops them at once: making,
 * sending and receiving them. By design that favours XDP: the packet buffer, which the others
 * cannot do without, counts as theirs.
 *
 * usage: bench-flood [ROW...]; prints one JSON line a row. The rows d.* are in forward.c.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>

#include "bench/forward.h"
#include "bench/rivals.h"
#include "bench/row.h"
#include "bench/sender.h"
#include "bench/tools.h"

#define FRAMES 30000U /* in one slice */
#define SLICES 3

enum { GENERATOR, OURS, TC_BPF, NFT_INGRESS, NFT_FORWARD, IPT_FORWARD, IPT_RAW, OURS_TC, WAYS };

static void generator_alone(const struct flood_set *set)
{
	(void)set;
	if (bpf_xdp_attach((int)if_nametoindex("gate"), bench_sender_prog("bench_sink"),
			   XDP_FLAGS_DRV_MODE, NULL))
		bench_die("the sink", errno);
}

static void op25b_xdp(const struct flood_set *set)
{
	bench_op25b_set_up(OP25B_HOOK_XDP, set);
}

static void op25b_tc(const struct flood_set *set)
{
	bench_op25b_set_up(OP25B_HOOK_TC, set);
}

static const struct way {
	const char *name, *gross;
	void (*set_up)(const struct flood_set *set);
	double times; /* ours must be faster by this; 0: no aim */
} ways[WAYS] = {
	[GENERATOR] = { "generator", "generator alone, M/s", generator_alone, 0 },
	[OURS] = { "op25b", "op25b gross, M/s", op25b_xdp, 0 },
	[TC_BPF] = { "tc-bpf", "tc-bpf gross, M/s", bench_tc_bpf, 2 },
	[NFT_INGRESS] = { "nft-ingress", "nft-ingress gross, M/s", bench_nft_ingress, 3 },
	[NFT_FORWARD] = { "nft-forward", "nft-forward gross, M/s", bench_nft_forward, 3 },
	[IPT_FORWARD] = { "iptables-forward", "iptables-forward gross, M/s", bench_iptables_forward,
			  3 },
	[IPT_RAW] = { "iptables-raw", "iptables-raw gross, M/s", bench_iptables_raw, 3 },
	[OURS_TC] = { "op25b-on-tc", "op25b-on-tc gross, M/s", op25b_tc, 0 },
};

static void expect(const char *name, const char *what, uint64_t found, uint64_t wanted)
{
	if (found + wanted / 100 >= wanted && found <= wanted + wanted / 100)
		return;
	fprintf(stderr, "%s: %s: %lu of %lu frames\n", name, what, found, wanted);
	bench_die("frames are not as expected", EINVAL);
}

/* Refused is what the set says, and nothing else. */
static void way_check(const char *name, const struct bench_bed *bed, const struct flood_set *set)
{
	const struct flood_order gaps = { .set = *set, .dport = 25, .gaps = 1 };
	const struct flood_order other = { .set = *set, .dport = 443 };
	const uint32_t n = 10000;

	expect(name, "between the lines, port 25, forwarded", bench_send(bed, gaps, n).far, n);
	expect(name, "lines, port 443, forwarded", bench_send(bed, other, n).far, n);
}

/* Nanoseconds a refused frame. */
static double way_measure(const char *name, const struct bench_bed *bed,
			  const struct flood_set *set)
{
	const struct flood_order order = { .set = *set, .dport = 25 };
	struct bench_sent sent = bench_send(bed, order, FRAMES);

	expect(name, "received", sent.gate, FRAMES);
	expect(name, "lines, port 25, refused", sent.gate - sent.far, FRAMES);
	return sent.ns * FRAMES / (double)(sent.gate - sent.far);
}

/*
 * One repeat: the best of some short slices of each way, all in turns. What disturbs a slice comes
 * from outside (a shared machine takes a CPU away for milliseconds) and only ever adds.
 */
static void ways_measure(const struct bench_bed beds[WAYS], const struct flood_set *set,
			 double ret_ns[WAYS])
{
	for (int s = 0; s < SLICES; s++) {
		for (int k = 0; k < WAYS; k++) {
			double ns = way_measure(ways[k].name, &beds[k], set);

			if (s == 0 || ns < ret_ns[k])
				ret_ns[k] = ns;
		}
	}
}

static bool row_is_met(struct bench_row *row)
{
	double ours = bench_median(&row->ours);

	for (size_t i = 0; i < row->n_rivals; i++) {
		if (ours < ways[TC_BPF + i].times * bench_median(&row->rivals[i]))
			return false;
	}
	return true;
}

static void row_refuse(const char *id, const struct flood_set *set)
{
	struct bench_row row = { .id = id,
				 .unit = "M/s net",
				 .aim = "at least 3 times nftables and iptables, 2 times tc",
				 .n_rivals = WAYS - TC_BPF,
				 .n_beside = WAYS };
	struct bench_bed beds[WAYS];
	double ns[WAYS] = { 0 };

	bench_sender_open();
	for (int k = 0; k < WAYS; k++) {
		bench_bed_make(&beds[k], bench_sender_prog("bench_sink"));
		ways[k].set_up(set);
		if (k != GENERATOR)
			way_check(ways[k].name, &beds[k], set);
		row.beside[k].name = ways[k].gross;
		if (k >= TC_BPF)
			row.rivals[k - TC_BPF].name = ways[k].name;
	}
	for (int i = 0; i < BENCH_REPEATS; i++) {
		ways_measure(beds, set, ns);
		for (int k = 0; k < WAYS; k++)
			bench_add(&row.beside[k], 1e3 / ns[k]);
		bench_add(&row.ours, 1e3 / (ns[OURS] - ns[GENERATOR]));
		for (int k = TC_BPF; k < WAYS; k++)
			bench_add(&row.rivals[k - TC_BPF], 1e3 / (ns[k] - ns[GENERATOR]));
	}
	row.met = row_is_met(&row);
	bench_print(&row);
	bench_sender_close();
}

/* Each /22 is part of a /16: none is found by the top 16 bits alone. */
static const struct flood_set prefixes = { .members = 256, .step = 1U << 11, .host_bits = 10 };
static const struct flood_set million = { .members = FLOOD_MOST, .step = 2, .host_bits = 0 };

static const struct {
	const char *id;
	const struct flood_set *set;
} sets[] = { { "c.small", &bench_small }, { "c.prefixes", &prefixes }, { "c.1M", &million } };

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (bench_is_asked(sets[i].id, argc, argv))
			row_refuse(sets[i].id, sets[i].set);
	}
	if (bench_is_asked("d.xdp", argc, argv))
		bench_forward_row("d.xdp", OP25B_HOOK_XDP);
	if (bench_is_asked("d.tc", argc, argv))
		bench_forward_row("d.tc", OP25B_HOOK_TC);
	return 0;
}
