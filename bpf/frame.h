/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A frame as XDP and tc see it, behind one set of functions. `skb` is a constant in every program,
 * so each keeps only its own half. The first bytes are read in place; what lies in later buffers
 * (xdp.frags, paged skbs) is copied by a helper.
 */
#pragma once

#include "bpf/maps.h"

struct op25b_frame {
	void *ctx;
	void *data, *end; /* the part that can be read in place */
	__u32 skb;
	__u32 l2; /* 1: begins with an Ethernet header */
};

#include "bpf/parse.h"

#define OP25B_LINEAR_MAX 0x3fffU /* the verifier wants a bound for packet offsets */

OP25B_INLINE int op25b_is_skb(struct op25b_frame *f)
{
	return f->skb != 0;
}

OP25B_INLINE __u32 op25b_length(struct op25b_frame *f)
{
	if (f->skb)
		return ((struct __sk_buff *)f->ctx)->len;
	return (__u32)bpf_xdp_get_buff_len(f->ctx);
}

OP25B_INLINE int op25b_within(struct op25b_frame *f, __u32 end)
{
	if ((__u64)end <= (__u64)(f->end - f->data))
		return 1;
	return end <= op25b_length(f);
}

OP25B_INLINE int op25b_copy(struct op25b_frame *f, __u32 off, void *to, __u32 n)
{
	if (f->skb)
		return (int)bpf_skb_load_bytes(f->ctx, off, to, n);
	return (int)bpf_xdp_load_bytes(f->ctx, off, to, n);
}

OP25B_INLINE const void *op25b_here(struct op25b_frame *f, __u32 off, __u32 n)
{
	void *at;

	if (off > OP25B_LINEAR_MAX)
		return 0;
	at = f->data + off;
	return at + n <= f->end ? at : 0;
}

OP25B_INLINE const void *op25b_at(struct op25b_frame *f, __u32 off, __u32 n, void *spare)
{
	const void *at = op25b_here(f, off, n);

	if (at)
		return at;
	return op25b_copy(f, off, spare, n) ? 0 : spare;
}

/*
 * Chooses the generation once: whatever is applied meanwhile, this packet goes on with what it
 * began with.
 */
OP25B_INLINE __u32 op25b_slot(struct op25b_packet *p)
{
	__u32 zero = 0;
	struct op25b_control *c;

	if (!p->generation) {
		c = bpf_map_lookup_elem(&control, &zero);
		p->generation = 1 + (c ? *(volatile __u32 *)&c->slot % OP25B_SLOTS : 0);
	}
	return p->generation - 1;
}

OP25B_INLINE int op25b_is_tunnel(struct op25b_frame *f, struct op25b_packet *p, __u32 kind,
				 __u32 addr_off)
{
	int v4 = kind == OP25B_6IN4 || kind == OP25B_4IN4;
	struct op25b_prefix_key key = { .prefixlen = v4 ? 32 + 32 : 32 + 128,
					.kind = OP25B_PREFIX_TUNNEL + kind };
	__u32 slot = op25b_slot(p);
	void *trie;

	trie = bpf_map_lookup_elem(&prefixes, &slot);
	if (!trie ||
	    (v4 ? op25b_copy(f, addr_off, key.addr, 4) : op25b_copy(f, addr_off, key.addr, 16)))
		return 0;
	return bpf_map_lookup_elem(trie, &key) != 0;
}

/* A generation as classify.h wants it. */
struct op25b_gen {
	const struct op25b_front *front;
	__u32 slot;
};

OP25B_INLINE const void *op25b_block(const struct op25b_gen *g, __u32 block)
{
	__u32 slot = g->slot;
	void *image = bpf_map_lookup_elem(&images, &slot);

	return image ? bpf_map_lookup_elem(image, &block) : 0;
}

OP25B_INLINE const __u32 *op25b_prefix(const struct op25b_gen *g,
				       const struct op25b_prefix_key *key)
{
	__u32 slot = g->slot;
	void *trie = bpf_map_lookup_elem(&prefixes, &slot);

	return trie ? bpf_map_lookup_elem(trie, key) : 0;
}

OP25B_INLINE const struct op25b_exception *op25b_exception(const struct op25b_gen *g,
							   const struct op25b_exception_key *key)
{
	__u32 slot = g->slot;
	void *hash = bpf_map_lookup_elem(&exceptions, &slot);

	return hash ? bpf_map_lookup_elem(hash, key) : 0;
}

#include "policy/exception.h"

OP25B_INLINE const struct op25b_front *op25b_front(__u32 slot)
{
	void *front = bpf_map_lookup_elem(&fronts, &slot);
	const __u32 zero = 0;

	return front ? bpf_map_lookup_elem(front, &zero) : 0;
}

/* The generation of this packet. Not 0 while nothing has been applied. */
OP25B_INLINE int op25b_open(struct op25b_frame *f, struct op25b_packet *p, struct op25b_gen *g)
{
	(void)f;
	g->slot = op25b_slot(p);
	g->front = op25b_front(g->slot);
	return g->front ? 0 : -1;
}

/* 1 and *to, or 0. Global, so that its loop is verified once. */
__attribute__((noinline)) int op25b_exception_ask(__u32 slot, const struct op25b_addr *a,
						  struct op25b_exception *to)
{
	struct op25b_gen g = { .slot = slot };
	const struct op25b_exception *found;

	if (!a || !to)
		return 0;
	g.front = op25b_front(slot);
	if (!g.front)
		return 0;
	found = op25b_exception_walk(&g, a);
	if (!found)
		return 0;
	*to = *found;
	return 1;
}

OP25B_INLINE int op25b_exception_find(const struct op25b_gen *g, const struct op25b_addr *a,
				      struct op25b_exception *to)
{
	*to = (struct op25b_exception){};
	return op25b_exception_ask(g->slot, a, to);
}

#include "policy/classify.h"
