/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-callers: lines that call port 25, and what came of it as one JSON line. The rows are in
 * bench/notices.py.
 *
 * usage: bench-callers call|syn LINE PEER [NAME=VALUE...]
 *   lines=N peers=N  so many addresses, from LINE and from PEER on (1); IPv6: in as many /64s
 *   rate=N           calls a second (whenever one may be under way); syn: SYNs a second
 *   seconds=S        call for so long (1)
 *   under_way=N      calls at once, at most (1)
 *   patience=S       give up a call, or end a held one, after so long (5)
 *   hold=1           say nothing after the greeting
 *   device=NAME router=MAC   syn: where the frames go; nothing of this namespace answers for LINE
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/calls.h"
#include "bench/syns.h"
#include "bench/tools.h"

static struct bench_range range_of(const char *address, double n)
{
	struct bench_range ret = { .family = strchr(address, ':') ? AF_INET6 : AF_INET,
				   .n = (uint32_t)n };

	if (inet_pton(ret.family, address, &ret.first) != 1 || !ret.n)
		bench_die(address, EINVAL);
	return ret;
}

static void call(char **argv, const struct bench_range *lines, const struct bench_range *peers)
{
	const struct bench_calls calls = {
		.lines = *lines,
		.peers = *peers,
		.rate = bench_number(argv, "rate", "0"),
		.seconds = bench_number(argv, "seconds", "1"),
		.under_way = (uint32_t)bench_number(argv, "under_way", "1"),
		.patience = bench_number(argv, "patience", "5"),
		.hold = bench_number(argv, "hold", "0") > 0,
	};
	const struct bench_calls_result r = bench_calls_run(&calls);

	printf("{\"made\":%llu,\"a_second\":%.0f,\"noticed\":%llu,\"noticed_a_second\":%.0f,"
	       "\"let_in\":%llu,\"reset\":%llu,\"silent\":%llu,"
	       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"longest_ms\":%.3f,"
	       "\"reset_p50_ms\":%.3f,\"reset_p99_ms\":%.3f}\n",
	       (unsigned long long)r.made, (double)r.made / r.seconds,
	       (unsigned long long)r.noticed, (double)r.noticed / r.seconds,
	       (unsigned long long)r.let_in, (unsigned long long)r.reset,
	       (unsigned long long)r.silent, r.p50, r.p99, r.longest, r.reset_p50, r.reset_p99);
}

static void syn(char **argv, const struct bench_range *lines, const struct bench_range *peers)
{
	const char *router = bench_option(argv, "router", "");
	const struct ether_addr *mac = ether_aton(router);
	struct bench_syns syns = {
		.device = bench_option(argv, "device", ""),
		.lines = *lines,
		.peers = *peers,
		.rate = bench_number(argv, "rate", "1000"),
		.seconds = bench_number(argv, "seconds", "1"),
	};

	if (!mac || lines->family != AF_INET || peers->family != AF_INET)
		bench_die(router, EINVAL);
	memcpy(syns.router, mac, sizeof(syns.router));
	printf("{\"a_second\":%.0f}\n", bench_syns_run(&syns));
}

int main(int argc, char **argv)
{
	struct bench_range lines, peers;

	if (argc < 4 || (strcmp(argv[1], "call") != 0 && strcmp(argv[1], "syn") != 0)) {
		fprintf(stderr, "usage: bench-callers call|syn LINE PEER [NAME=VALUE...]\n");
		return 2;
	}
	lines = range_of(argv[2], bench_number(argv, "lines", "1"));
	peers = range_of(argv[3], bench_number(argv, "peers", "1"));
	if (strcmp(argv[1], "syn") == 0)
		syn(argv, &lines, &peers);
	else
		call(argv, &lines, &peers);
	return 0;
}
