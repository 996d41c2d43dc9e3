/* SPDX-License-Identifier: BSD-2-Clause */
/* See frame.h. */
#include "daemon/frame.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <string.h>

static size_t put_ip4(const struct op25b_frame_ends *ends, uint8_t *at)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons(sizeof(ip) + sizeof(struct tcphdr)),
		.ttl = 64,
		.protocol = IPPROTO_TCP,
	};

	memcpy(&ip.saddr, ends->src.addr, sizeof(ip.saddr));
	memcpy(&ip.daddr, ends->dst.addr, sizeof(ip.daddr));
	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t put_ip6(const struct op25b_frame_ends *ends, uint8_t *at)
{
	struct ipv6hdr ip = {
		.version = 6,
		.payload_len = htons(sizeof(struct tcphdr)),
		.nexthdr = IPPROTO_TCP,
		.hop_limit = 64,
	};

	memcpy(&ip.saddr, ends->src.addr, sizeof(ip.saddr));
	memcpy(&ip.daddr, ends->dst.addr, sizeof(ip.daddr));
	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip);
}

size_t op25b_frame_syn(const struct op25b_frame_ends *ends, uint8_t frame[static OP25B_FRAME_SYN])
{
	bool v4 = ends->src.family == OP25B_V4;
	struct ethhdr ether = {
		.h_dest = { 2, 0, 0, 0, 0, 1 },
		.h_source = { 2, 0, 0, 0, 0, 2 },
		.h_proto = htons(v4 ? ETH_P_IP : ETH_P_IPV6),
	};
	struct tcphdr tcp = {
		.source = htons(ends->sport),
		.dest = htons(ends->dport),
		.doff = sizeof(tcp) / 4,
		.syn = 1,
		.window = htons(64240),
	};
	size_t used = sizeof(ether);

	memcpy(frame, &ether, sizeof(ether));
	used += v4 ? put_ip4(ends, frame + used) : put_ip6(ends, frame + used);
	memcpy(frame + used, &tcp, sizeof(tcp));
	return used + sizeof(tcp);
}
