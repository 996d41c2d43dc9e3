/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Answers to refused packets: TCP RST (RFC 9293 3.10.7) or ICMP administratively prohibited (RFC
 * 1812 5.2.7.1, RFC 4443 3.1), made out of the refused frame and sent back where it came from,
 * inside the tags, the PPPoE session or the tunnel it came in. Never answered: fragments,
 * multicast, what has no whole TCP header, and RST (op25b_act() sees to that one).
 *
 * On an skb whose checksum is "partial" (from veth, tun, virtio) the kernel or a device sums later,
 * from where the refused packet's TCP header was to the end, into the field there; an skb that ends
 * before that field is thrown away. So the answer keeps those bytes in their place, and the field
 * gets a value that finishing does not change (docs/design/002-partial-checksums.md).
 */
#pragma once

#include "bpf/frame.h"
#include "bpf/judge.h"
#include "bpf/reshape.h"

#define OP25B_MIN_FRAME 60

/* An ICMP error with all its IP headers: RFC 1812 4.3.2.3; RFC 4443 2.4 (c), the least MTU. */
#define OP25B_MAX_ICMP4 576U
#define OP25B_MAX_ICMP6 1280U
#define OP25B_SUM_PIECE 64U /* bytes summed at a time */

enum { OP25B_IP_ICMP = 1, OP25B_IP_ICMP6 = 58 };
enum { OP25B_TCP_FIN = 1, OP25B_TCP_SYN = 2, OP25B_TCP_RST = 4, OP25B_TCP_ACK = 16 };

struct op25b_tcp {
	__u32 ports, seq, ack; /* network order */
	__u8 offset, flags;
	__u16 window, check, urgent;
};

OP25B_INLINE __u16 op25b_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)((sum & 0xffff) + (sum >> 16));
}

/* Sum of n bytes (multiple of 4, constant) as they lie in memory; fold it once at the end. */
OP25B_INLINE __u64 op25b_sum(const void *from, __u32 n)
{
	const __u32 *words = from;
	__u64 sum = 0;

	for (__u32 i = 0; i < n / 4; i++)
		sum += words[i];
	return sum;
}

OP25B_INLINE __u64 op25b_sum_pseudo(const struct op25b_addr *src, const struct op25b_addr *dst,
				    __u8 proto, __u32 length)
{
	return op25b_sum(src->bytes, 16) + op25b_sum(dst->bytes, 16) +
	       __builtin_bswap16((__u16)length) + __builtin_bswap16(proto);
}

/* A plain header from src to dst at `off`, `payload` bytes behind it. */
OP25B_INLINE int op25b_write_ip(struct op25b_frame *f, __u32 off, const struct op25b_addr *src,
				const struct op25b_addr *dst, __u8 proto, __u32 payload)
{
	__u32 b[10] = {};
	__u8 *bytes = (__u8 *)b;
	__u32 total = payload + 20;

	if (src->family == OP25B_V4) {
		bytes[0] = 0x45;
		bytes[2] = (__u8)(total >> 8);
		bytes[3] = (__u8)total;
		bytes[6] = 0x40; /* don't fragment: the answer is small */
		bytes[8] = 64;
		bytes[9] = proto;
		__builtin_memcpy(bytes + 12, src->bytes, 4);
		__builtin_memcpy(bytes + 16, dst->bytes, 4);
		*(__u16 *)(bytes + 10) = (__u16)~op25b_fold(op25b_sum(b, 20));
		return op25b_write(f, off, b, 20);
	}
	bytes[0] = 0x60;
	bytes[4] = (__u8)(payload >> 8);
	bytes[5] = (__u8)payload;
	bytes[6] = proto;
	bytes[7] = 64;
	__builtin_memcpy(bytes + 8, src->bytes, 16);
	__builtin_memcpy(bytes + 24, dst->bytes, 16);
	return op25b_write(f, off, b, 40);
}

OP25B_INLINE __u32 op25b_ip_header(__u8 family)
{
	return family == OP25B_V4 ? 20 : 40;
}

/* 1 if an answer may go to this address: a host's own, never a group, never nobody. */
OP25B_INLINE int op25b_answerable(const struct op25b_addr *a)
{
	__u8 b = a->bytes[0];

	if (a->family == OP25B_V4)
		return b != 0 && b != 127 && b < 224;
	return op25b_addr_top(a) != 0 && b != 0xff && !(b == 0xfe && (a->bytes[1] & 0xc0) == 0x80);
}

/* 1 if the frame was sent to one station, not to a group. */
OP25B_INLINE int op25b_is_unicast(struct op25b_frame *f)
{
	__u8 first;

	return !f->l2 || (!op25b_copy(f, 0, &first, 1) && !(first & 1));
}

/* Who answers whom, read before anything moves. In a tunnel `to` is the inner source. */
struct op25b_reply {
	struct op25b_addr from, to, endpoint;
	struct op25b_tcp tcp;        /* of the refused packet */
	__u32 l3, l3_inner, l4, end; /* of the answer, in the new frame */
};

/* Not 0: none is possible. */
OP25B_INLINE int op25b_reply_read(struct op25b_frame *f, const struct op25b_judged *j,
				  struct op25b_reply *r)
{
	const struct op25b_packet *p = &j->packet;
	__u32 header;

	if (p->seen != OP25B_SEEN_PORTS || p->fragment || p->l4 + sizeof(r->tcp) > p->end ||
	    op25b_copy(f, p->l4, &r->tcp, sizeof(r->tcp)) || !op25b_is_unicast(f))
		return -1;
	header = (r->tcp.offset >> 4) * 4U;
	if (header < 20 || p->l4 + header > p->end)
		return -1;
	r->from = j->peer;
	if (!p->inner) {
		r->to = j->line;
	} else {
		if (op25b_load_addr(f, p->inner, p->l3_inner + (p->inner == OP25B_V4 ? 12 : 8),
				    &r->to) ||
		    op25b_load_addr(f, p->family, p->l3 + (p->family == OP25B_V4 ? 16 : 24),
				    &r->endpoint))
			return -1;
	}
	return op25b_answerable(&r->to) && op25b_answerable(&j->line) &&
			       op25b_answerable(&r->from) ?
		       0 :
		       -1;
}

/* IP headers of the answer, and the PPPoE length; `payload` bytes follow the inner header. */
OP25B_INLINE int op25b_write_headers(struct op25b_frame *f, const struct op25b_judged *j,
				     const struct op25b_reply *r, __u8 proto, __u32 payload)
{
	const struct op25b_packet *p = &j->packet;
	__u32 total = r->end - r->l3 + 2; /* RFC 2516: the PPP protocol field counts */
	__u8 length[2] = { (__u8)(total >> 8), (__u8)total };

	if (p->inner && op25b_write_ip(f, r->l3, &r->endpoint, &j->line,
				       p->inner == OP25B_V4 ? OP25B_IP_IPIP : OP25B_IP_IPV6,
				       op25b_ip_header(p->inner) + payload))
		return -1;
	if (op25b_write_ip(f, r->l3_inner, &r->from, &r->to, proto, payload))
		return -1;
	return p->pppoe ? op25b_write(f, r->l3 - 4, length, 2) : 0;
}

/*
 * The window is free in a RST (RFC 9293 3.10.7 looks at sequence numbers only), so it is chosen
 * such that the checksum comes out equal to the sum of the pseudo header: where a partial checksum
 * begins, and so what finishing it comes to again.
 */
OP25B_INLINE void op25b_tcp_seal(const struct op25b_reply *r, struct op25b_tcp *t)
{
	__u64 pseudo = op25b_fold(op25b_sum_pseudo(&r->from, &r->to, OP25B_IP_TCP, sizeof(*t)));
	__u64 rest = op25b_fold(op25b_sum(t, sizeof(*t)));

	t->window = (__u16)~op25b_fold(2 * pseudo + rest);
	t->check = (__u16)pseudo;
}

OP25B_INLINE int op25b_answer_reset(struct op25b_frame *f, const struct op25b_judged *j,
				    struct op25b_reply *r)
{
	const struct op25b_packet *p = &j->packet;
	const struct op25b_tcp *in = &r->tcp;
	struct op25b_tcp t = { .ports = in->ports << 16 | in->ports >> 16,
			       .offset = 5 << 4,
			       .flags = OP25B_TCP_RST };
	__u8 zero[6] = {};
	__u32 data;

	if (in->flags & OP25B_TCP_ACK) {
		t.seq = in->ack;
	} else {
		data = p->end - p->l4 - (in->offset >> 4) * 4U;
		data += (in->flags & OP25B_TCP_SYN ? 1U : 0U) +
			(in->flags & OP25B_TCP_FIN ? 1U : 0U);
		t.ack = __builtin_bswap32(__builtin_bswap32(in->seq) + data);
		t.flags |= OP25B_TCP_ACK;
	}
	op25b_tcp_seal(r, &t);

	r->l3 = p->l3;
	r->l3_inner = p->inner ? p->l3 + op25b_ip_header(p->family) : p->l3;
	r->l4 = r->l3_inner + op25b_ip_header(r->to.family);
	r->end = r->l4 + sizeof(t);
	if (p->l4 > r->l4 && op25b_pull(f, p->family, p->l3, p->l4 - r->l4))
		return -1;
	if (op25b_write_headers(f, j, r, OP25B_IP_TCP, sizeof(t)) ||
	    op25b_write(f, r->l4, &t, sizeof(t)))
		return -1;
	if (!f->l2 || r->end >= OP25B_MIN_FRAME) {
		(void)op25b_resize(f, r->end); /* or else the IP length says what counts */
		return 0;
	}
	(void)op25b_resize(f, r->end + sizeof(zero));
	(void)op25b_write(f, r->end, zero, sizeof(zero));
	return 0;
}

struct op25b_icmp {
	__u8 type, code;
	__u16 check;
	__u32 unused;
};

OP25B_INLINE void op25b_icmp_source(struct op25b_reply *r)
{
	const __u32 key = 0;
	const struct op25b_control *c = bpf_map_lookup_elem(&control, &key);
	__u64 source[2] = {};

	if (!c)
		return;
	if (r->from.family == OP25B_V4)
		__builtin_memcpy(source, c->icmp4, 4);
	else
		__builtin_memcpy(source, c->icmp6, 16);
	if (source[0] | source[1])
		__builtin_memcpy(r->from.bytes, source, 16);
}

/* The sum of n bytes of the frame from `off` on, folded; an odd last byte as if 0 followed it. */
OP25B_INLINE int op25b_sum_frame(struct op25b_frame *f, __u32 off, __u32 n)
{
	__u32 piece[OP25B_SUM_PIECE / 4];
	__u64 sum = 0;

	for (__u32 i = 0; i < OP25B_MAX_ICMP6 / OP25B_SUM_PIECE; i++) {
		if (n < OP25B_SUM_PIECE)
			break;
		if (op25b_copy(f, off, piece, OP25B_SUM_PIECE))
			return -1;
		sum += op25b_sum(piece, OP25B_SUM_PIECE);
		off += OP25B_SUM_PIECE;
		n -= OP25B_SUM_PIECE;
	}
#pragma unroll
	for (__u32 size = OP25B_SUM_PIECE / 2; size; size /= 2) {
		if (!(n & size))
			continue;
		piece[0] = 0; /* behind the last bytes */
		if (op25b_copy(f, off, piece, size))
			return -1;
		sum += op25b_sum(piece, size < 4 ? 4 : size);
		off += size;
	}
	return op25b_fold(sum);
}

OP25B_INLINE __u8 op25b_inmost(const struct op25b_packet *p)
{
	return p->inner ? p->inner : p->family;
}

/* Of an ICMP error, up to the quote. */
OP25B_INLINE __u32 op25b_icmp_headers(const struct op25b_packet *p)
{
	return (p->inner ? op25b_ip_header(p->family) : 0) + op25b_ip_header(op25b_inmost(p)) +
	       (__u32)sizeof(struct op25b_icmp);
}

/* As much of the refused packet as is there and fits. */
OP25B_INLINE __u32 op25b_quote_length(const struct op25b_packet *p)
{
	__u32 most = op25b_inmost(p) == OP25B_V4 ? OP25B_MAX_ICMP4 : OP25B_MAX_ICMP6;
	__u32 room = most - op25b_icmp_headers(p), there = p->end - p->l3_inner;

	return there < room ? there : room;
}

/*
 * Cuts the frame to what is quoted, and sets the checksum field of the quoted TCP header such that
 * the complement of the sum from that header to the end, field included, is the field itself: half
 * the complement of the rest, modulo 65535. Returns the sum of the quote; negative: not possible.
 */
OP25B_INLINE int op25b_quote_seal(struct op25b_frame *f, const struct op25b_packet *p)
{
	__u32 end = p->l3_inner + op25b_quote_length(p);
	__u16 twice, check = 0;
	int before, rest;

	if (p->l4 + sizeof(struct op25b_tcp) > end || op25b_resize(f, end) ||
	    op25b_write(f, p->l4 + 16, &check, sizeof(check)))
		return -1;
	before = op25b_sum_frame(f, p->l3_inner, p->l4 - p->l3_inner);
	rest = op25b_sum_frame(f, p->l4, end - p->l4);
	if (before < 0 || rest < 0)
		return -1;
	twice = (__u16)~rest;
	check = twice ? (__u16)(twice >> 1 | twice << 15) : 0xffff;
	if (op25b_write(f, p->l4 + 16, &check, sizeof(check)))
		return -1;
	return op25b_fold((__u64)before + (__u64)rest + check);
}

/* @quoted: what op25b_quote_seal() returned */
OP25B_INLINE int op25b_answer_unreachable(struct op25b_frame *f, const struct op25b_judged *j,
					  struct op25b_reply *r, __u32 quoted)
{
	const struct op25b_packet *p = &j->packet;
	int v4 = r->to.family == OP25B_V4;
	struct op25b_icmp icmp = { .type = v4 ? 3 : 1, .code = v4 ? 13 : 1 };
	__u32 payload = op25b_quote_length(p) + (__u32)sizeof(icmp);
	__u32 headers = op25b_icmp_headers(p);
	__u32 have = p->l3_inner - p->l3; /* the old outer header makes place for part of the new */
	__u64 sum = op25b_sum(&icmp, sizeof(icmp)) + quoted;

	op25b_icmp_source(r);
	if (!v4)
		sum += op25b_sum_pseudo(&r->from, &r->to, OP25B_IP_ICMP6, payload);
	icmp.check = (__u16)~op25b_fold(sum);

	if (headers < have || (headers > have && op25b_push(f, p->l3, headers - have)))
		return -1;
	r->l3 = p->l3;
	r->l3_inner = p->inner ? p->l3 + op25b_ip_header(p->family) : p->l3;
	r->l4 = r->l3_inner + op25b_ip_header(r->to.family);
	r->end = r->l4 + payload;
	if (op25b_write_headers(f, j, r, v4 ? OP25B_IP_ICMP : OP25B_IP_ICMP6, payload))
		return -1;
	return op25b_write(f, r->l4, &icmp, sizeof(icmp));
}

/*
 * Not 0 if the refused packet can't be answered; the frame may then be dropped only.
 * @quoted: with OP25B_UNREACHABLE, what op25b_quote_seal() returned
 */
OP25B_INLINE int op25b_answer_make(struct op25b_frame *f, const struct op25b_judged *j, int quoted)
{
	struct op25b_reply reply = {};

	if (quoted < 0 || op25b_reply_read(f, j, &reply) || (f->l2 && op25b_swap_ethernet(f)))
		return -1;
	return j->decision.how == OP25B_UNREACHABLE ?
		       op25b_answer_unreachable(f, j, &reply, (__u32)quoted) :
		       op25b_answer_reset(f, j, &reply);
}
