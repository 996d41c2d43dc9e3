/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames to port 443 through one gateway: without op25b, with it, and with a program that does
 * nothing in its place, which shows what is the hook's own cost. Each round has all three; what is
 * compared is the round's own. Counted is what came in at the far end. Beside it TCP, whose cost on
 * veth is another thing: it sends large packets, which native XDP on veth has cut into frames.
 */
#include "bench/forward.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdbool.h>

#include "bench/rivals.h"
#include "bench/row.h"
#include "bench/sender.h"
#include "bench/tcp.h"
#include "bench/tools.h"

#define FRAMES     50000U /* in one slice */
#define SLICES     3
#define ROUNDS     20
#define TCP_ROUNDS 10

enum state { WITHOUT, OP25B, EMPTY, STATES };

struct gateway {
	struct op25b_dataplane *dp;
	enum op25b_hook hook;
	struct bench_bed frames, tcp;
};

static void empty_xdp(unsigned int ifindex, bool attached)
{
	int fd = attached ? bench_sender_prog("bench_xdp_empty") : -1;

	if (bpf_xdp_attach((int)ifindex, fd, XDP_FLAGS_DRV_MODE, NULL))
		bench_die("the empty program", errno);
}

static void empty_tc(unsigned int ifindex, bool attached)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex,
		    .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bench_sender_prog("bench_tc_empty"));
	int r;

	if (!attached) {
		r = bpf_tc_hook_destroy(&hook); /* with all that is in the qdisc */
	} else {
		r = bpf_tc_hook_create(&hook);
		hook.attach_point = BPF_TC_INGRESS;
		if (!r)
			r = bpf_tc_attach(&hook, &opts);
	}
	if (r)
		bench_die("the empty program", r);
}

/* To a state from WITHOUT, or back. */
static void switch_to(const struct gateway *g, const struct bench_bed *bed, enum state state,
		      bool attached)
{
	struct op25b_error error = { "" };
	int r = 0;

	bench_bed_enter(bed->netns);
	if (state == EMPTY)
		(g->hook == OP25B_HOOK_XDP ? empty_xdp : empty_tc)(bed->gate, attached);
	else if (state == OP25B && attached)
		r = op25b_attach(g->dp, "gate", OP25B_SUBSCRIBER, g->hook, NULL, &error);
	else if (state == OP25B)
		r = op25b_detach(g->dp, bed->gate, &error);
	if (r < 0)
		bench_die(error.text, r);
}

/* M/s forwarded, the best of some slices as in flood.c. */
static double frames_measure(const struct gateway *g, enum state state)
{
	const struct flood_order order = { .set = bench_small, .dport = 443 };
	double ns = 0;

	switch_to(g, &g->frames, state, true);
	bench_send(&g->frames, order, FRAMES / 5); /* warms the caches again */
	for (int s = 0; s < SLICES; s++) {
		struct bench_sent sent = bench_send(&g->frames, order, FRAMES);

		if (sent.far < FRAMES - FRAMES / 100)
			bench_die("frames were lost", EIO);
		if (s == 0 || sent.ns < ns)
			ns = sent.ns;
	}
	switch_to(g, &g->frames, state, false);
	return 1e3 / ns;
}

/* Gbit/s. */
static double tcp_measure(const struct gateway *g, enum state state)
{
	double found;

	switch_to(g, &g->tcp, state, true);
	found = bench_tcp(&g->tcp);
	switch_to(g, &g->tcp, state, false);
	return found;
}

/* One round; which state is first changes. ratio: of OP25B and of EMPTY. */
static void round_add(const struct gateway *g, int i,
		      double (*measure)(const struct gateway *, enum state),
		      struct bench_series *const ratio[2], struct bench_series beside[STATES])
{
	double found[STATES];

	for (int k = 0; k < STATES; k++)
		found[(i + k) % STATES] = measure(g, (enum state)((i + k) % STATES));
	for (int k = 0; k < STATES; k++)
		bench_add(&beside[k], found[k]);
	bench_add(ratio[0], found[OP25B] / found[WITHOUT]);
	bench_add(ratio[1], found[EMPTY] / found[WITHOUT]);
}

static void gateway_make(struct gateway *g)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	struct op25b_error error = { "" };
	int r = op25b_dataplane_open(&options, &g->dp, &error);

	if (r < 0)
		bench_die(error.text, r);
	bench_policy_apply(g->dp, &bench_small);
	bench_bed_make(&g->frames, bench_sender_prog("bench_sink"));
	bench_bed_make_apart(&g->tcp);
}

void bench_forward_row(const char *id, enum op25b_hook hook)
{
	struct bench_row row = { .id = id,
				 .unit = "with/without",
				 .rivals = { { .name = "empty-program" },
					     { .name = "tcp-over-veth" },
					     { .name = "tcp-over-veth, empty-program" } },
				 .n_rivals = 3,
				 .beside = { { .name = "without, M/s" },
					     { .name = "op25b, M/s" },
					     { .name = "empty program, M/s" },
					     { .name = "TCP without, Gbit/s" },
					     { .name = "TCP op25b, Gbit/s" },
					     { .name = "TCP empty program, Gbit/s" } },
				 .n_beside = 6 };
	struct bench_series *const frames[] = { &row.ours, &row.rivals[0] };
	struct bench_series *const tcp[] = { &row.rivals[1], &row.rivals[2] };
	struct gateway g = { .hook = hook };

	bench_sender_open();
	gateway_make(&g);
	for (int i = 0; i < ROUNDS; i++)
		round_add(&g, i, frames_measure, frames, row.beside);
	for (int i = 0; i < TCP_ROUNDS; i++)
		round_add(&g, i, tcp_measure, tcp, row.beside + STATES);
	op25b_dataplane_close(&g.dp);
	bench_sender_close();
	row.aim = hook == OP25B_HOOK_XDP ? "at least 0.97" : "at least 0.93";
	row.met = bench_median(&row.ours) >= (hook == OP25B_HOOK_XDP ? 0.97 : 0.93);
	bench_print(&row);
}
