/* SPDX-License-Identifier: BSD-2-Clause */
/* Two passes over the layers: places first, then contents from the innermost header outwards. */
#include "tests/packet/frame.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAYERS_MAX = 40 };

struct plan {
	const struct layer *layers;
	size_t n, at[LAYERS_MAX + 1];
	size_t end; /* of what lengths count */
};

static void give_up(const char *what)
{
	fprintf(stderr, "frame: %s\n", what);
	abort();
}

static void put16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value)
{
	put16(to, value >> 16);
	put16(to + 2, value);
}

/* The value said with IS(), or the right one. */
static uint32_t or_right(uint32_t said, uint32_t right)
{
	return said ? said - IS(0) : right;
}

uint32_t frame_sum(uint32_t sum, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return frame_fold(sum);
}

uint16_t frame_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static size_t layer_size(const struct layer *layer)
{
	switch (layer->kind) {
	case LAYER_ETH:
		return 14;
	case LAYER_TAG:
	case LAYER_GRE:
		return 4;
	case LAYER_PPPOE:
		return layer->pfc ? 7 : 8;
	case LAYER_V4:
		return 20 + layer->options;
	case LAYER_V6:
		return 40;
	case LAYER_EXTENSION:
	case LAYER_AH:
		return layer->size ? layer->size : 8;
	case LAYER_TCP:
		return 20 + layer->options;
	case LAYER_SCTP:
		return 12;
	case LAYER_FRAGMENT:
	case LAYER_UDP:
	case LAYER_ICMP:
		return 8;
	case LAYER_DATA:
	case LAYER_BYTES:
	case LAYER_PADDING:
		return layer->size;
	default:
		return 0;
	}
}

static void make_plan(struct plan *plan, const struct layer *layers)
{
	size_t at = 0;
	int counted = 1;

	*plan = (struct plan){ .layers = layers };
	for (; layers[plan->n].kind != LAYER_END; plan->n++) {
		if (plan->n == LAYERS_MAX)
			give_up("too many layers");
		if (layers[plan->n].kind == LAYER_PADDING && counted) {
			plan->end = at;
			counted = 0;
		}
		plan->at[plan->n] = at;
		at += layer_size(&layers[plan->n]);
	}
	plan->at[plan->n] = at;
	if (counted)
		plan->end = at;
	if (at > FRAME_MAX)
		give_up("too long");
}

size_t frame_offset(const struct layer *layers, enum layer_kind kind, unsigned int n)
{
	struct plan plan;

	make_plan(&plan, layers);
	for (size_t i = 0; i < plan.n; i++)
		if (layers[i].kind == kind && n-- == 0)
			return plan.at[i];
	give_up("no such layer");
	return 0;
}

size_t frame_end(const struct layer *layers)
{
	struct plan plan;

	make_plan(&plan, layers);
	return plan.end;
}

static uint32_t ether_type(const struct layer *next)
{
	switch (next->kind) {
	case LAYER_TAG:
		return next->type;
	case LAYER_PPPOE:
		return 0x8864;
	case LAYER_V6:
		return 0x86dd;
	default:
		return 0x0800;
	}
}

/* Protocol number of what follows an IP header; `v6` says whose ICMP it is. */
static uint32_t ip_protocol(const struct layer *next, int v6)
{
	switch (next->kind) {
	case LAYER_V4:
		return 4;
	case LAYER_V6:
		return 41;
	case LAYER_EXTENSION:
		return next->type;
	case LAYER_FRAGMENT:
		return 44;
	case LAYER_AH:
		return 51;
	case LAYER_UDP:
		return 17;
	case LAYER_SCTP:
		return 132;
	case LAYER_ICMP:
		return v6 ? 58 : 1;
	case LAYER_GRE:
		return 47;
	default:
		return 6;
	}
}

static void put_mac(uint8_t *to, const char *said, const char *usual)
{
	const char *at = said ? said : usual;
	char *end;

	for (int i = 0; i < 6; i++, at = end + 1) {
		to[i] = (uint8_t)strtoul(at, &end, 16);
		if (end == at || *end != (i == 5 ? '\0' : ':'))
			give_up("no MAC");
	}
}

static void put_address(int family, uint8_t *to, const char *said)
{
	if (inet_pton(family, said, to) != 1)
		give_up(said);
}

static void write_v4(const struct plan *plan, size_t i, uint8_t *to)
{
	const struct layer *layer = &plan->layers[i];
	uint32_t size = (uint32_t)layer_size(layer);

	to[0] = (uint8_t)(or_right(layer->version, 4) << 4 | or_right(layer->header, size / 4));
	put16(to + 2, or_right(layer->length, (uint32_t)(plan->end - plan->at[i])));
	put16(to + 4, layer->id);
	put16(to + 6, (layer->df << 14) | (layer->more << 13) | layer->offset);
	to[8] = (uint8_t)(layer->ttl ? layer->ttl : 64);
	to[9] = (uint8_t)or_right(layer->next, ip_protocol(layer + 1, 0));
	put_address(AF_INET, to + 12, layer->src);
	put_address(AF_INET, to + 16, layer->dst);
	memset(to + 20, 1, layer->options); /* no operation, RFC 791 3.1 */
	put16(to + 10, or_right(layer->check, (uint16_t)~frame_sum(0, to, size)));
}

static void write_v6(const struct plan *plan, size_t i, uint8_t *to)
{
	const struct layer *layer = &plan->layers[i];

	to[0] = (uint8_t)(or_right(layer->version, 6) << 4);
	put16(to + 4, or_right(layer->length, (uint32_t)(plan->end - plan->at[i] - 40)));
	to[6] = (uint8_t)or_right(layer->next, ip_protocol(layer + 1, 1));
	to[7] = (uint8_t)(layer->ttl ? layer->ttl : 64);
	put_address(AF_INET6, to + 8, layer->src);
	put_address(AF_INET6, to + 24, layer->dst);
}

static void write_extension(const struct plan *plan, size_t i, uint8_t *to)
{
	const struct layer *layer = &plan->layers[i];
	uint32_t size = (uint32_t)layer_size(layer);

	to[0] = (uint8_t)or_right(layer->next, ip_protocol(layer + 1, 1));
	switch (layer->kind) {
	case LAYER_FRAGMENT:
		to[1] = (uint8_t)layer->reserved;
		put16(to + 2, layer->offset << 3 | layer->more);
		put32(to + 4, layer->id);
		break;
	case LAYER_AH:
		to[1] = (uint8_t)or_right(layer->length, size / 4 - 2);
		break;
	default:
		to[1] = (uint8_t)or_right(layer->length, size / 8 - 1);
		if (layer->bytes) {
			memcpy(to + 2, layer->bytes, size - 2);
		} else { /* PadN fills an option header, RFC 8200 4.2 */
			to[2] = 1;
			to[3] = (uint8_t)(size - 4);
		}
	}
}

/* Sum of the pseudo header of the IP layer before i; 0 for the ICMP of IPv4, which has none. */
static uint32_t pseudo_sum(const struct plan *plan, size_t i, const uint8_t *data, uint32_t proto)
{
	uint32_t length = (uint32_t)(plan->end - plan->at[i]);

	while (i--) {
		const uint8_t *ip = data + plan->at[i];

		if (plan->layers[i].kind == LAYER_V4)
			return proto == 1 ? 0 : frame_sum(length + proto, ip + 12, 8);
		if (plan->layers[i].kind == LAYER_V6)
			return frame_sum(length + proto, ip + 8, 32);
	}
	return 0;
}

static int is_over_v6(const struct plan *plan, size_t i)
{
	while (i--)
		if (plan->layers[i].kind == LAYER_V4 || plan->layers[i].kind == LAYER_V6)
			return plan->layers[i].kind == LAYER_V6;
	return 0;
}

/* The checksum over everything from layer i to the end; its field is 0 still. */
static uint32_t checksum(const struct plan *plan, size_t i, const uint8_t *data, uint32_t proto)
{
	uint32_t sum = pseudo_sum(plan, i, data, proto);

	return (uint16_t)~frame_sum(sum, data + plan->at[i], plan->end - plan->at[i]);
}

static void write_tcp(const struct plan *plan, size_t i, uint8_t *data)
{
	const struct layer *layer = &plan->layers[i];
	uint8_t *to = data + plan->at[i];

	put16(to, layer->sport);
	put16(to + 2, layer->dport);
	put32(to + 4, layer->seq);
	put32(to + 8, layer->ack);
	to[12] = (uint8_t)(or_right(layer->header, 5 + layer->options / 4) << 4);
	to[13] = (uint8_t)(layer->flags >= IS(0) ? layer->flags - IS(0) :
			   layer->flags          ? layer->flags :
						   TCP_SYN);
	put16(to + 14, layer->window);
	memset(to + 20, 1, layer->options); /* no operation, RFC 9293 3.1 */
	put16(to + 16, or_right(layer->check, checksum(plan, i, data, 6)));
}

static void write_transport(const struct plan *plan, size_t i, uint8_t *data)
{
	const struct layer *layer = &plan->layers[i];
	uint8_t *to = data + plan->at[i];

	if (layer->kind == LAYER_ICMP) {
		put16(to, layer->type);
		put32(to + 4, layer->id);
		put16(to + 2, or_right(layer->check,
				       checksum(plan, i, data, is_over_v6(plan, i) ? 58 : 1)));
		return;
	}
	put16(to, layer->sport);
	put16(to + 2, layer->dport);
	if (layer->kind == LAYER_UDP) {
		put16(to + 4, (uint32_t)(plan->end - plan->at[i]));
		put16(to + 6, checksum(plan, i, data, 17));
	}
}

static void write_link(const struct plan *plan, size_t i, uint8_t *to)
{
	const struct layer *layer = &plan->layers[i];
	uint32_t type = ether_type(layer + 1);

	switch (layer->kind) {
	case LAYER_ETH:
		put_mac(to, layer->dst, "02:00:00:00:00:02");
		put_mac(to + 6, layer->src, "02:00:00:00:00:01");
		put16(to + 12, or_right(layer->next, type));
		break;
	case LAYER_TAG:
		put16(to, layer->id);
		put16(to + 2, or_right(layer->next, type));
		break;
	case LAYER_GRE:
		put16(to + 2, type);
		break;
	default:
		to[0] = 0x11;
		put16(to + 2, layer->id);
		put16(to + 4, or_right(layer->length, (uint32_t)(plan->end - plan->at[i] - 6)));
		type = or_right(layer->next, type == 0x86dd ? 0x57 : 0x21);
		if (layer->pfc)
			to[6] = (uint8_t)type;
		else
			put16(to + 6, type);
	}
}

static void write_layer(const struct plan *plan, size_t i, uint8_t *data)
{
	const struct layer *layer = &plan->layers[i];
	uint8_t *to = data + plan->at[i];

	switch (layer->kind) {
	case LAYER_V4:
		write_v4(plan, i, to);
		break;
	case LAYER_V6:
		write_v6(plan, i, to);
		break;
	case LAYER_EXTENSION:
	case LAYER_FRAGMENT:
	case LAYER_AH:
		write_extension(plan, i, to);
		break;
	case LAYER_TCP:
		write_tcp(plan, i, data);
		break;
	case LAYER_UDP:
	case LAYER_SCTP:
	case LAYER_ICMP:
		write_transport(plan, i, data);
		break;
	case LAYER_DATA:
		for (uint32_t b = 0; b < layer->size; b++)
			to[b] = (uint8_t)(b * 7 + 3);
		break;
	case LAYER_BYTES:
		memcpy(to, layer->bytes, layer->size);
		break;
	case LAYER_PADDING:
	case LAYER_CUT:
		break;
	default:
		write_link(plan, i, to);
	}
}

static int is_ip(const struct layer *layer)
{
	return layer->kind == LAYER_V4 || layer->kind == LAYER_V6;
}

void frame_build(struct frame *frame, const struct layer *layers)
{
	struct plan plan;

	make_plan(&plan, layers);
	frame->length = plan.at[plan.n];
	memset(frame->data, 0, frame->length);
	/* Checksums want the addresses first, and outer ones cover inner headers. */
	for (size_t i = 0; i < plan.n; i++)
		if (is_ip(&layers[i]))
			write_layer(&plan, i, frame->data);
	for (size_t i = plan.n; i-- > 0;)
		if (!is_ip(&layers[i]))
			write_layer(&plan, i, frame->data);
	for (size_t i = 0; i < plan.n; i++)
		if (layers[i].kind == LAYER_CUT && layers[i].size < frame->length)
			frame->length = layers[i].size;
}
