/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Writing into a frame, and making room in front of its IP header or behind it: what XDP and tc do
 * differently, behind one set of functions. From the first write on, only op25b_copy() may read: on
 * tc a write makes pointers into the packet stale.
 */
#pragma once

#include "bpf/frame.h"

#define OP25B_MAX_L2 34 /* Ethernet, three tags, PPPoE */

OP25B_INLINE int op25b_write(struct op25b_frame *f, __u32 off, const void *from, __u32 n)
{
	if (f->skb)
		return (int)bpf_skb_store_bytes(f->ctx, off, from, n, 0);
	return (int)bpf_xdp_store_bytes(f->ctx, off, (void *)from, n);
}

/* Ethernet addresses change places. */
OP25B_INLINE int op25b_swap_ethernet(struct op25b_frame *f)
{
	__u8 from[12], to[12];

	if (op25b_copy(f, 0, from, 12))
		return -1;
	__builtin_memcpy(to, from + 6, 6);
	__builtin_memcpy(to + 6, from, 6);
	return op25b_write(f, 0, to, 12);
}

/* Makes the frame `end` bytes long. Where the kernel refuses, the frame stays as it is. */
OP25B_INLINE int op25b_resize(struct op25b_frame *f, __u32 end)
{
	__u32 length = op25b_length(f);

	if (end == length)
		return 0;
	if (f->skb)
		return (int)bpf_skb_change_tail(f->ctx, end, 0);
	return (int)bpf_xdp_adjust_tail(f->ctx, (int)end - (int)length);
}

/*
 * The link header, kept while the frame grows or shrinks in front of the IP header. The length is
 * looked at right before each call: 6.1 forgets the bounds of a number that was put on the stack.
 */
struct op25b_link_copy {
	__u8 bytes[OP25B_MAX_L2 + 2];
};

OP25B_INLINE int op25b_link_save(struct op25b_frame *f, __u32 l3, struct op25b_link_copy *copy)
{
	OP25B_OPAQUE(l3);
	if (l3 < 14 || l3 > OP25B_MAX_L2)
		return -1;
	if (f->skb)
		return (int)bpf_skb_load_bytes(f->ctx, 0, copy->bytes, l3);
	return (int)bpf_xdp_load_bytes(f->ctx, 0, copy->bytes, l3);
}

OP25B_INLINE int op25b_link_put(struct op25b_frame *f, __u32 l3, struct op25b_link_copy *copy)
{
	OP25B_OPAQUE(l3);
	if (l3 < 14 || l3 > OP25B_MAX_L2)
		return -1;
	if (f->skb)
		return (int)bpf_skb_store_bytes(f->ctx, 0, copy->bytes, l3, 0);
	return (int)bpf_xdp_store_bytes(f->ctx, 0, copy->bytes, l3);
}

/* Makes `room` bytes between the link header, l3 bytes long, and the IP header. */
OP25B_INLINE int op25b_push(struct op25b_frame *f, __u32 l3, __u32 room)
{
	struct op25b_link_copy copy = {};

	if (f->skb && !f->l2)
		return (int)bpf_skb_adjust_room(f->ctx, (int)room, BPF_ADJ_ROOM_MAC, 0);
	if (op25b_link_save(f, l3, &copy))
		return -1;
	if (f->skb ? bpf_skb_change_head(f->ctx, room, 0) : bpf_xdp_adjust_head(f->ctx, -(int)room))
		return -1;
	return op25b_link_put(f, l3, &copy);
}

/* A tag that the kernel knows as one. */
OP25B_INLINE int op25b_is_vlan(__u16 type)
{
	return type == 0x8100 || type == 0x88a8;
}

/*
 * Has the kernel read again what the Ethernet header says the packet is, on tc: it does so when a
 * tag that it keeps beside the packet comes out of the data. So one is put on, which sends the tag
 * that was there (or another that is put on for this) into the data, and taken off again.
 */
OP25B_INLINE int op25b_retype(struct __sk_buff *skb, __u32 tagged)
{
	__u16 tag = __builtin_bswap16(0x8100);

	if ((!tagged && bpf_skb_vlan_push(skb, tag, 0)) || bpf_skb_vlan_push(skb, tag, 0) ||
	    bpf_skb_vlan_pop(skb))
		return -1;
	return tagged ? 0 : (int)bpf_skb_vlan_pop(skb);
}

/*
 * On tc the kernel takes room out only behind an Ethernet header that says IP. Here tags or a
 * PPPoE session say otherwise: it is told so for the moment, and the header written again.
 */
OP25B_INLINE int op25b_pull_framed(struct op25b_frame *f, __u8 family, __u32 l3, __u32 room)
{
	struct __sk_buff *skb = f->ctx;
	__u16 ip = family == OP25B_V4 ? OP25B_ETH_IPV4 : OP25B_ETH_IPV6;
	struct op25b_link_copy copy = {};
	__u32 tagged = skb->vlan_present;

	if (l3 <= 14 || op25b_link_save(f, l3, &copy))
		return 0;
	/* The kernel keeps the outermost tag beside the packet, except in test runs. */
	if (!tagged && op25b_is_vlan(op25b_be16(copy.bytes + 12)))
		return 0;
	if (bpf_skb_store_bytes(skb, 12, &ip, sizeof(ip), 0) || op25b_retype(skb, tagged) ||
	    bpf_skb_adjust_room(skb, -(__s32)room, BPF_ADJ_ROOM_MAC, 0) ||
	    op25b_link_put(f, l3, &copy))
		return -1;
	return op25b_retype(skb, tagged);
}

/*
 * Takes `room` bytes out between the link header and the IP header, of that family, so that what is
 * behind keeps its place. Where the kernel can't (a jumbo frame's far headers on XDP) nothing has
 * changed, and the answer leaves something behind its IP packet. Not 0: the frame is spoilt.
 */
OP25B_INLINE int op25b_pull(struct op25b_frame *f, __u8 family, __u32 l3, __u32 room)
{
	struct op25b_link_copy copy = {};

	if (f->skb) {
		if (!bpf_skb_adjust_room(f->ctx, -(__s32)room, BPF_ADJ_ROOM_MAC, 0) || !f->l2)
			return 0;
		return op25b_pull_framed(f, family, l3, room);
	}
	if (op25b_link_save(f, l3, &copy) || bpf_xdp_adjust_head(f->ctx, (int)room))
		return 0;
	return op25b_link_put(f, l3, &copy);
}
