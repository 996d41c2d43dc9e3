/* SPDX-License-Identifier: BSD-2-Clause */
/* The gateway file on what the programs answer and report: sources and rates. */
#include <string.h>

#include "daemon/gateway-parts.h"
#include "policy/prefix.h"

/* As bpf/answer.h has it: a host's own address, which answers may come from and go to. */
static bool is_host(const struct op25b_prefix *a)
{
	static const uint8_t nothing[8];
	uint8_t first = a->addr[0];

	if (a->family == OP25B_V4)
		return first != 0 && first != 127 && first < 224;
	return memcmp(a->addr, nothing, sizeof(nothing)) != 0 && first != 0xff &&
	       !(first == 0xfe && (a->addr[1] & 0xc0) == 0x80);
}

static void read_address(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			 uint8_t family, uint8_t *to)
{
	const char *text = op25b_conf_text(c, node, key);
	struct op25b_prefix prefix;

	if (!text)
		return;
	if (strchr(text, '/') || op25b_prefix_parse(text, &prefix) || prefix.family != family)
		op25b_find_error(&c->finder, &node->place, "'%s' is not an %s address; write one",
				 text, family == OP25B_V4 ? "IPv4" : "IPv6");
	else if (!is_host(&prefix))
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no source that answers can have; write an address of the "
				 "gateway that hosts can reach",
				 text);
	else
		memcpy(to, prefix.addr, family == OP25B_V4 ? 4 : 16);
}

static void read_icmp4(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = to;

	read_address(c, node, "v4", OP25B_V4, settings->icmp4);
}

static void read_icmp6(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = to;

	read_address(c, node, "v6", OP25B_V6, settings->icmp6);
}

void op25b_gateway_read_icmp(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "v4", read_icmp4, NULL },
		{ "v6", read_icmp6, NULL },
		{ NULL, NULL, NULL },
	};

	(void)to;
	op25b_conf_map(c, node, "'icmp_source'", fields, &op25b_gateway_of(c)->settings);
}

struct limit {
	uint32_t rate, burst;
};

static void read_rate(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct limit *limit = to;

	op25b_conf_number(c, node, "rate", 0, 100000, &limit->rate);
}

static void read_burst(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct limit *limit = to;

	op25b_conf_number(c, node, "burst", 1, 1000000, &limit->burst);
}

static const struct op25b_conf_field limit_fields[] = {
	{ "rate", read_rate, NULL },
	{ "burst", read_burst, NULL },
	{ NULL, NULL, NULL },
};

void op25b_gateway_read_answers(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = &op25b_gateway_of(c)->settings;
	struct limit limit = { settings->answer_rate, settings->answer_burst };

	(void)to;
	op25b_conf_map(c, node, "'answers'", limit_fields, &limit);
	settings->answer_rate = limit.rate;
	settings->answer_burst = limit.burst;
}

void op25b_gateway_read_events(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = &op25b_gateway_of(c)->settings;
	struct limit limit = { settings->event_rate, settings->event_burst };

	(void)to;
	op25b_conf_map(c, node, "'events'", limit_fields, &limit);
	settings->event_rate = limit.rate;
	settings->event_burst = limit.burst;
}
