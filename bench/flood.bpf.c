/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rows c.* and d.*: who makes the frames, who ends them, and the rival on tc.
 *
 *   bench_flood       a TCP SYN from a random line to a random foreign peer, sent into a veth
 *   bench_sink        drops at once: what is left is the cost of making and receiving frames
 *   bench_xdp_empty, bench_tc_empty   pass everything
 *   bench_prefixes    the rival: port 25 from one of some prefixes is dropped
 *   bench_addresses   the same for single addresses
 *
 * The kernel takes a frame's page back for the next frame after the stack has rewritten it, so
 * bench_flood writes every byte of the headers every time.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "bench/flood.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, FLOOD_MOST);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct flood_prefix);
	__type(value, __u8);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOOD_MOST);
	__type(key, __u32);
	__type(value, __u8);
} addresses SEC(".maps");

struct flood_order order;
__u32 state = 0x9e3779b9;

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

static __always_inline __u32 draw(void)
{
	__u32 x = state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	state = x;
	return x;
}

/* High bits say which member, low bits which address of it. */
static __always_inline __u32 draw_line(void)
{
	__u32 r = draw(), hosts = 1U << order.set.host_bits;

	return FLOOD_FIRST + order.set.step * (__u32)((__u64)r * order.set.members >> 32) +
	       (r & (hosts - 1)) + (order.gaps ? hosts : 0);
}

static __always_inline __be16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return bpf_htons((__u16)~sum);
}

static __always_inline void write_headers(struct headers *h)
{
	__u32 line = draw_line(), r = draw(), peer = 0xcb000000U | r >> 8; /* 203.0.0.0/8 */
	__u32 ends = (line >> 16) + (line & 0xffff) + (peer >> 16) + (peer & 0xffff);
	__u32 sport = 0x8000 | (r & 0xff);

	h->eth = (struct ethhdr){ .h_dest = { 2, 0, 0, 0, 0, 2 },
				  .h_source = { 2, 0, 0, 0, 0, 1 },
				  .h_proto = bpf_htons(ETH_P_IP) };
	h->ip = (struct iphdr){ .version = 4,
				.ihl = 5,
				.tot_len = bpf_htons(40),
				.frag_off = bpf_htons(0x4000),
				.ttl = 64,
				.protocol = IPPROTO_TCP,
				.saddr = bpf_htonl(line),
				.daddr = bpf_htonl(peer),
				.check = fold(ends + 0x4500 + 40 + 0x4000 + 0x4006) };
	h->tcp = (struct tcphdr){ .source = bpf_htons((__u16)sport),
				  .dest = bpf_htons((__u16)order.dport),
				  .doff = 5,
				  .syn = 1,
				  .window = bpf_htons(0x7210),
				  .check = fold(ends + IPPROTO_TCP + 20 + sport + order.dport +
						0x5002 + 0x7210) };
}

SEC("xdp") int bench_flood(struct xdp_md *ctx)
{
	struct headers *h = (void *)(long)ctx->data;

	if ((void *)(h + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	write_headers(h);
	return (int)bpf_redirect(order.ifindex, 0);
}

SEC("xdp") int bench_sink(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("xdp") int bench_xdp_empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tc") int bench_tc_empty(struct __sk_buff *skb)
{
	return TC_ACT_UNSPEC;
}

/* Source address of a TCP packet to port 25; NULL for anything else. */
static __always_inline const __be32 *mail_source(const struct __sk_buff *skb)
{
	const void *end = (void *)(long)skb->data_end;
	const struct ethhdr *eth = (void *)(long)skb->data;
	const struct iphdr *ip = (const void *)(eth + 1);
	const struct tcphdr *tcp;

	if ((const void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->protocol != IPPROTO_TCP || ip->frag_off & bpf_htons(0x1fff))
		return NULL;
	tcp = (const void *)((const char *)ip + ip->ihl * 4);
	if ((const void *)(tcp + 1) > end || tcp->dest != bpf_htons(25))
		return NULL;
	return &ip->saddr;
}

SEC("tc") int bench_prefixes(struct __sk_buff *skb)
{
	const __be32 *source = mail_source(skb);
	struct flood_prefix key = { .length = 32 };

	if (!source)
		return TC_ACT_UNSPEC;
	key.addr = *source;
	return bpf_map_lookup_elem(&prefixes, &key) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("tc") int bench_addresses(struct __sk_buff *skb)
{
	const __be32 *source = mail_source(skb);
	__u32 key;

	if (!source)
		return TC_ACT_UNSPEC;
	key = *source;
	return bpf_map_lookup_elem(&addresses, &key) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}
