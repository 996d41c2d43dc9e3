/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest programs that show whether a kernel loads, runs and obeys a BPF program: two
 * drop whatever they see, one passes it.
 *
 * They share nothing with the project's own programs, so that a failure here is the machine's and
 * a failure there is ours. The surprising fact: without a name
 * iproute2 takes the first program of a section.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int drop_xdp(struct xdp_md *ctx)
{
	return XDP_DROP;
}

/* On the far end of a veth pair: 6.1 delivers what XDP sends back only to an end that has XDP. */
SEC("xdp")
int pass_xdp(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tc")
int drop_tc(struct __sk_buff *skb)
{
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "Dual BSD/GPL";
