/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Notices: a refused connection is handed to the host's own TCP, which answers in the destination's
 * place out of a listening socket (a door). The kernel keeps the connections; here is no table of
 * them. XDP can't hand packets over: it leaves them, with a TTL of 1, to a tc half below it, which
 * judges again whatever has that TTL.
 *
 * What is handed over can be let out by nobody: its TTL is 1, and the kernel forwards no packet
 * that has a socket. Where no notice is possible the packet gets a reset (bpf/answer.h).
 */
#pragma once

#include "bpf/answer.h"
#include "bpf/report.h"

/* What is to become of a packet that is refused with a notice. */
enum op25b_way {
	OP25B_WAY_ANSWER, /* what bpf/answer.h makes */
	OP25B_WAY_NOTICE, /* a connection attempt: to the door, if the line may have a notice */
	OP25B_WAY_DOOR,   /* of no connection: the kernel tells SYN cookies from stray packets */
	OP25B_WAY_RESET,  /* granted a notice, but no door took it: its event has been told */
	OP25B_WAY_GIVEN,  /* done: it has gone to its connection */
};

/* 1 if the host's TCP would take it, as far as the frame says: plain IP and a whole TCP header. */
OP25B_INLINE int op25b_notice_fits(struct op25b_frame *f, const struct op25b_judged *j,
				   struct op25b_reply *r)
{
	const struct op25b_packet *p = &j->packet;

	return p->l3 == (f->l2 ? 14 : 0) && !p->inner && !op25b_reply_read(f, j, r);
}

/* Word of the interface: enum op25b_notice_port. */
OP25B_INLINE __u32 op25b_notice_port(__u32 ifindex)
{
	const __u32 *word = bpf_map_lookup_elem(&notice_ports, &ifindex);

	return word ? *word : 0;
}

OP25B_INLINE const struct op25b_control *op25b_notice_control(void)
{
	const __u32 zero = 0;
	const struct op25b_control *c = bpf_map_lookup_elem(&control, &zero);

	return c && c->notice_mark ? c : 0;
}

/* TTL or hop limit becomes 1, and the checksum of an IPv4 header right again (RFC 1624). */
OP25B_INLINE int op25b_notice_ttl(struct op25b_frame *f, const struct op25b_packet *p)
{
	__u32 off = p->l3 + (p->family == OP25B_V4 ? 8 : 7), n = p->family == OP25B_V4 ? 4 : 1;
	__u16 b[2] = {}, before;
	__u64 sum;

	if (p->family == OP25B_V4 ? op25b_copy(f, off, b, 4) : op25b_copy(f, off, b, 1))
		return -1;
	if (*(__u8 *)b == 1)
		return 0;
	before = b[0];
	*(__u8 *)b = 1;
	sum = (__u64)(__u16)~b[1] + (__u16)~before + b[0];
	if (p->family == OP25B_V4)
		b[1] = (__u16)~op25b_fold(sum);
	if (f->skb)
		return (int)bpf_skb_store_bytes(f->ctx, off, b, n, BPF_F_RECOMPUTE_CSUM);
	return (int)bpf_xdp_store_bytes(f->ctx, off, b, n);
}

/* 1: the socket has it, and the mark has the host route it to itself. */
OP25B_INLINE int op25b_notice_give(struct __sk_buff *skb, const struct op25b_judged *j,
				   struct bpf_sock *sk, __u32 mark)
{
	struct op25b_frame f = { .ctx = skb, .skb = 1 };

	if (op25b_notice_ttl(&f, &j->packet) || bpf_sk_assign(skb, sk, 0))
		return 0;
	skb->mark = mark;
	return 1;
}

/* 0: of a server or proxy of the host's own. */
OP25B_INLINE int op25b_notice_ours(struct bpf_sock *sk)
{
	struct bpf_sock *full = bpf_sk_fullsock(sk);

	return !full || bpf_sk_storage_get(&door_children, full, 0, 0);
}

/* The listening socket for such packets, to be released; 0: there is none. */
OP25B_INLINE struct bpf_sock *op25b_notice_listener(const struct op25b_judged *j)
{
	struct op25b_door_key key = { .digest = j->digest,
				      .service = j->decision.service,
				      .reason = j->decision.reason,
				      .manner = j->decision.manner,
				      .family = j->packet.family };

	return bpf_map_lookup_elem(&doors, &key);
}

/* Whether there is one. */
OP25B_INLINE int op25b_notice_listens(const struct op25b_judged *j)
{
	struct bpf_sock *sk = op25b_notice_listener(j);

	if (sk)
		bpf_sk_release(sk);
	return sk != 0;
}

/*
 * To the connection that has these addresses and ports. OP25B_WAY_NOTICE: there is none. What is
 * found here and is the host's own must not get it, be it a listener or a connection from before
 * the refusal: the door resets the latter. In TIME_WAIT a connection would look for that listener,
 * and since Linux 6.11 it keeps a new one from being made: a reset. A connection that is half open
 * outlives the responder; the kernel then drops what ends the handshake, without an IPv4 reset, and
 * the client waits for a greeting.
 */
OP25B_INLINE enum op25b_way op25b_notice_carry(struct __sk_buff *skb, const struct op25b_judged *j,
					       __u32 mark)
{
	__u16 sport = op25b_host16(j->packet.sport), dport = op25b_host16(j->packet.dport);
	struct bpf_sock_tuple t = {};
	enum op25b_way way = OP25B_WAY_NOTICE;
	struct bpf_sock *sk;
	__u32 size;

	if (j->packet.family == OP25B_V4) {
		__builtin_memcpy(&t.ipv4.saddr, j->line.bytes, 4);
		__builtin_memcpy(&t.ipv4.daddr, j->peer.bytes, 4);
		t.ipv4.sport = sport;
		t.ipv4.dport = dport;
		size = sizeof(t.ipv4);
	} else {
		__builtin_memcpy(t.ipv6.saddr, j->line.bytes, 16);
		__builtin_memcpy(t.ipv6.daddr, j->peer.bytes, 16);
		t.ipv6.sport = sport;
		t.ipv6.dport = dport;
		size = sizeof(t.ipv6);
	}
	sk = bpf_skc_lookup_tcp(skb, &t, size, (__u64)BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return way;
	if (sk->state != BPF_TCP_LISTEN &&
	    (sk->state == BPF_TCP_NEW_SYN_RECV ? op25b_notice_listens(j) : op25b_notice_ours(sk)))
		way = sk->state != BPF_TCP_TIME_WAIT && op25b_notice_give(skb, j, sk, mark) ?
			      OP25B_WAY_GIVEN :
			      OP25B_WAY_ANSWER;
	bpf_sk_release(sk);
	return way;
}

/* For a packet refused with a notice, on tc; before op25b_act(). */
OP25B_INLINE enum op25b_way op25b_notice_way(struct op25b_frame *f, const struct op25b_judged *j)
{
	const struct op25b_control *c = op25b_notice_control();
	struct __sk_buff *skb = f->ctx;
	struct op25b_reply reply = {};
	enum op25b_way way = OP25B_WAY_ANSWER;

	if (!c)
		return way;
	/* pkt_type 0: to this host's own Ethernet address. */
	if (!op25b_notice_fits(f, j, &reply) || skb->vlan_present || skb->pkt_type ||
	    op25b_notice_port(skb->ifindex) & OP25B_NOTICE_BARRED) {
		op25b_tally(OP25B_NOTICE_UNFIT);
		return way;
	}
	way = op25b_notice_carry(skb, j, c->notice_mark);
	if (way != OP25B_WAY_NOTICE) {
		op25b_tally(way == OP25B_WAY_GIVEN ? OP25B_NOTICE_CARRIED : OP25B_NOTICE_UNFIT);
		return way;
	}
	reply.tcp.flags &= OP25B_TCP_SYN | OP25B_TCP_ACK | OP25B_TCP_RST;
	return reply.tcp.flags == OP25B_TCP_SYN ? OP25B_WAY_NOTICE : OP25B_WAY_DOOR;
}

/* 1 if what the host answers to the line goes out at once: it need not ask where the line is. */
OP25B_INLINE int op25b_notice_known(struct __sk_buff *skb, const struct op25b_judged *j)
{
	struct bpf_fib_lookup back = { .l4_protocol = OP25B_IP_TCP, /* the rest is of no matter */
				       .tot_len = 40,
				       .ifindex = skb->ifindex };

	back.sport = op25b_host16(j->packet.dport);
	back.dport = op25b_host16(j->packet.sport);
	if (j->packet.family == OP25B_V4) {
		back.family = 2; /* AF_INET */
		__builtin_memcpy(&back.ipv4_src, j->peer.bytes, 4);
		__builtin_memcpy(&back.ipv4_dst, j->line.bytes, 4);
	} else {
		back.family = 10; /* AF_INET6 */
		__builtin_memcpy(back.ipv6_src, j->peer.bytes, 16);
		__builtin_memcpy(back.ipv6_dst, j->line.bytes, 16);
	}
	return bpf_fib_lookup(skb, &back, sizeof(back), BPF_FIB_LOOKUP_OUTPUT) ==
	       BPF_FIB_LKUP_RET_SUCCESS;
}

/*
 * 1 if one more line may be asked for. Forged sources would fill the host's table of neighbours,
 * and then nobody could be reached.
 */
OP25B_INLINE int op25b_notice_ask(void)
{
	const struct op25b_rate_key all = { .family = OP25B_NO_FAMILY };
	struct op25b_rate fresh = { .time_ns = bpf_ktime_get_ns(),
				    .notices = OP25B_UNKNOWN_BURST * 1000 };
	struct op25b_rate *r = op25b_rate_of(&all, &fresh);

	return r && op25b_take(&r->notices, op25b_rate_ms(r, fresh.time_ns), OP25B_UNKNOWN_RATE,
			       OP25B_UNKNOWN_BURST, 1);
}

/* To the door; 0: none, or not now. What was to be sent there is then reset. */
OP25B_INLINE int op25b_notice_door(struct __sk_buff *skb, const struct op25b_judged *j, __u32 l2,
				   enum op25b_way way)
{
	const struct op25b_control *c = op25b_notice_control();
	const struct op25b_notice_page *page;
	const __u32 zero = 0;
	struct bpf_sock *sk;
	int given = 0;

	page = bpf_map_lookup_elem(&notice_page, &zero);
	if (!c || !page)
		return 0;
	sk = op25b_notice_listener(j);
	if (!sk) {
		op25b_tally(OP25B_NOTICE_AWAY);
		return 0;
	}
	if (*(volatile const __u32 *)&page->full)
		op25b_tally(OP25B_NOTICE_FULL);
	else if (l2 && !op25b_notice_known(skb, j) && !op25b_notice_ask())
		op25b_tally(OP25B_NOTICE_LIMITED);
	else
		given = op25b_notice_give(skb, j, sk, c->notice_mark);
	bpf_sk_release(sk);
	if (given)
		op25b_tally(way == OP25B_WAY_NOTICE ? OP25B_NOTICED : OP25B_NOTICE_CARRIED);
	return given;
}

/* For a packet refused with a notice, on XDP: 1 if the tc half shall have it. */
OP25B_INLINE int op25b_notice_below(struct op25b_frame *f, const struct op25b_judged *j)
{
	struct xdp_md *ctx = f->ctx;
	struct op25b_reply reply = {};

	if (!op25b_notice_control())
		return 0;
	if (op25b_notice_fits(f, j, &reply) && op25b_here(f, 12, 12) &&
	    op25b_notice_port(ctx->ingress_ifindex) == OP25B_NOTICE_BELOW &&
	    !op25b_notice_ttl(f, &j->packet))
		return 1;
	op25b_tally(OP25B_NOTICE_UNFIT);
	return 0;
}

/*
 * What XDP may have left to the tc half, plain IP with a TTL or hop limit of 1: its EtherType, in
 * network order; else 0. What XDP can't read in place it does not leave.
 */
OP25B_INLINE __u32 op25b_notice_left(struct op25b_frame *f)
{
	const __u8 *b = op25b_here(f, 12, 12);
	__u32 type = b ? *(const op25b_word2 *)b : 0;

	if (type == OP25B_ETH_IPV4)
		return b[2 + 8] == 1 ? type : 0;
	return type == OP25B_ETH_IPV6 && b[2 + 7] == 1 ? type : 0;
}
