/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest programs that show whether a kernel loads, runs and obeys a BPF program: each
 * drops whatever it sees.
 *
 * They share nothing with the project's own programs, so that a failure here is the machine's and
 * a failure there is ours. The surprising fact: iproute2 finds them by section name only.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int drop_xdp(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("tc")
int drop_tc(struct __sk_buff *skb)
{
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "Dual BSD/GPL";
