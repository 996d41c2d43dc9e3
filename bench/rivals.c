/* SPDX-License-Identifier: BSD-2-Clause */
/* See rivals.h. */
#include "bench/rivals.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>

#include "bench/flood.h"
#include "bench/sender.h"
#include "bench/tools.h"

/* ---- the sets -------------------------------------------------------------------------------- */

const struct flood_set bench_small = { .members = 1, .step = 1U << 17, .host_bits = 16 };

static bool is_prefixes(const struct flood_set *set)
{
	return set->host_bits;
}

/* Member i as 10.0.0.0/22, or 10.0.0.0 where they are single addresses. */
static void member_print(FILE *f, const struct flood_set *set, uint32_t i)
{
	uint32_t a = FLOOD_FIRST + i * set->step;

	fprintf(f, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
	if (is_prefixes(set))
		fprintf(f, "/%u", 32 - set->host_bits);
}

/* Every member between two texts. */
static void set_print(FILE *f, const struct flood_set *set, const char *before, const char *after)
{
	for (uint32_t i = 0; i < set->members; i++) {
		fputs(before, f);
		member_print(f, set, i);
		fputs(after, f);
	}
}

/* ---- op25b ----------------------------------------------------------------------------------- */

static void policy_write(const struct flood_set *set, char path[static 128])
{
	FILE *f;

	if (!is_prefixes(set)) {
		f = bench_file("lines.csv", path);
		fprintf(f, "id,service,prefix\n");
		for (uint32_t i = 0; i < set->members; i++) {
			fprintf(f, "L%u,closed,", i);
			member_print(f, set, i);
			fprintf(f, "/32\n");
		}
		fclose(f);
	}
	f = bench_file("policy.yaml", path);
	fprintf(f,
		"op25b: 1\nmail_servers: [{id: relay, addresses: [192.0.2.25], offers: [relay]}]\n"
		"services:\n"
		"  - id: closed\n"
		"    addressing: dynamic\n"
		"    port25: [{from: 2020-01-01T00:00:00Z, action: refuse, how: drop, "
		"except: [relay]}]\n"
		"    pools: [");
	if (is_prefixes(set))
		set_print(f, set, "", ", ");
	fprintf(f, "172.16.0.0/24]\n");
	if (!is_prefixes(set))
		fprintf(f, "  - {id: open, addressing: fixed, pools: [10.0.0.0/11], port25: []}\n"
			   "lines_from: [lines.csv]\n");
	fclose(f);
}

void bench_policy_apply(struct op25b_dataplane *dp, const struct flood_set *set)
{
	const struct op25b_settings settings = {
		.answer_rate = 10, .answer_burst = 20, .event_rate = 0, .event_burst = 10
	};
	char path[128];

	policy_write(set, path);
	bench_apply(dp, path);
	op25b_dataplane_set(dp, &settings);
}

void bench_op25b_set_up(enum op25b_hook hook, const struct flood_set *set)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	struct op25b_dataplane *dp = NULL;
	struct op25b_error error = { "" };
	int r = op25b_dataplane_open(&options, &dp, &error);

	if (r < 0)
		bench_die(error.text, r);
	bench_policy_apply(dp, set);
	r = op25b_attach(dp, "gate", OP25B_SUBSCRIBER, hook, NULL, &error);
	if (r < 0)
		bench_die(error.text, r);
}

/* ---- rivals ---------------------------------------------------------------------------------- */

static void nft_set_up(const struct flood_set *set, const char *family, const char *hook)
{
	char path[128];
	FILE *f = bench_file("rules.nft", path);

	fprintf(f, "table %s bench {\nset lines { type ipv4_addr; %s elements = {", family,
		is_prefixes(set) ? "flags interval;" : "size 1000000;");
	set_print(f, set, "", ",");
	fprintf(f,
		"}; }\nchain refuse { type filter hook %s priority 0;\n"
		"tcp dport 25 ip saddr @lines drop; }\n}\n",
		hook);
	fclose(f);
	RUN("nft", "-f", path);
}

void bench_nft_ingress(const struct flood_set *set)
{
	nft_set_up(set, "netdev", "ingress device \"gate\"");
}

void bench_nft_forward(const struct flood_set *set)
{
	nft_set_up(set, "ip", "forward");
}

static void iptables_set_up(const struct flood_set *set, const char *table, const char *chain)
{
	char path[128];
	FILE *f = bench_file("lines.ipset", path);

	fprintf(f, "create lines %s family inet hashsize %u maxelem %u\n",
		is_prefixes(set) ? "hash:net" : "hash:ip", is_prefixes(set) ? 1024 : 1U << 20,
		set->members);
	set_print(f, set, "add lines ", "\n");
	fclose(f);
	RUN_WITH(path, "ipset", "restore");
	RUN("iptables-legacy", "-t", table, "-A", chain, "-p", "tcp", "--dport", "25", "-m", "set",
	    "--match-set", "lines", "src", "-j", "DROP");
}

void bench_iptables_forward(const struct flood_set *set)
{
	iptables_set_up(set, "filter", "FORWARD");
}

void bench_iptables_raw(const struct flood_set *set)
{
	iptables_set_up(set, "raw", "PREROUTING");
}

void bench_tc_bpf(const struct flood_set *set)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)if_nametoindex("gate"),
		    .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts,
		    .prog_fd = bench_sender_prog(is_prefixes(set) ? "bench_prefixes" :
								    "bench_addresses"));
	int map = bench_sender_map(is_prefixes(set) ? "prefixes" : "addresses"), r;
	const uint8_t yes = 1;

	for (uint32_t i = 0; i < set->members; i++) {
		struct flood_prefix key = { 32 - set->host_bits,
					    htonl(FLOOD_FIRST + i * set->step) };

		r = bpf_map_update_elem(map, is_prefixes(set) ? &key : (void *)&key.addr, &yes,
					BPF_ANY);
		if (r)
			bench_die("filling a map", errno);
	}
	r = bpf_tc_hook_create(&hook);
	if (!r)
		r = bpf_tc_attach(&hook, &opts);
	if (r)
		bench_die("tc", r);
}
