/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks that sort (pools that overlap, lines outside pools, exemptions in dynamic pools,
 * addresses shared with an mx) against plain loops over every pair, on random small policies.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

#define NOW    1798761600
#define POOLS  6
#define ROUNDS 1000

struct net {
	unsigned int addr, len; /* in 10.0.0.0/27 */
};

static uint64_t seed = 1;

static unsigned int draw(unsigned int bound)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned int)(seed >> 33) % bound;
}

static struct net draw_net(void)
{
	struct net net = { .len = 27 + draw(6) };

	net.addr = draw(32) & (0xffU << (32 - net.len)) & 31U;
	return net;
}

static int holds(const struct net *outer, const struct net *inner)
{
	return outer->len <= inner->len &&
	       outer->addr == (inner->addr & (0xffU << (32 - outer->len)) & 31U);
}

static int touch(const struct net *a, const struct net *b)
{
	return holds(a, b) || holds(b, a);
}

/* Loads, and counts the findings that say @words. Returns the load's status. */
static int count_findings(const char *text, size_t size, const char *words, size_t *ret_n)
{
	struct op25b_policy *policy = NULL;
	struct op25b_findings findings;
	int r = op25b_policy_load_buffer("p", text, size, NOW, &policy, &findings);

	*ret_n = 0;
	for (size_t i = 0; i < findings.n; i++)
		*ret_n += strstr(findings.list[i].text, words) != NULL;
	op25b_findings_free(&findings);
	op25b_policy_free(&policy);
	return r;
}

static void print_net(FILE *out, const struct net *net)
{
	fprintf(out, "10.0.0.%u/%u", net->addr, net->len);
}

/* Pools of @n services, one each; @kinds is the addressing of each. */
static void print_services(FILE *out, const struct net *pools, size_t n, const char *const *kinds)
{
	fprintf(out, "op25b: 1\nservices:\n");
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "  - {id: s%zu, addressing: %s, port25: [], pools: [", i, kinds[i]);
		print_net(out, &pools[i]);
		fprintf(out, "]}\n");
	}
}

static const char *const all_fixed[POOLS] = {
	"fixed", "fixed", "fixed", "fixed", "fixed", "fixed"
};

static void pools_overlap_exactly_if_some_pair_does(void **state)
{
	size_t seen[2] = { 0 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct net pools[POOLS];
		size_t n = 2 + draw(POOLS - 1), size, found;
		int wanted = 0, r;
		char *text;
		FILE *out = open_memstream(&text, &size);

		for (size_t i = 0; i < n; i++) {
			pools[i] = draw_net();
			for (size_t j = 0; j < i; j++)
				wanted |= touch(&pools[i], &pools[j]);
		}
		print_services(out, pools, n, all_fixed);
		assert_int_equal(fclose(out), 0);
		r = count_findings(text, size, " overlaps pool ", &found);
		free(text);
		assert_int_equal(r, wanted ? -EINVAL : 0);
		assert_int_equal(found > 0, wanted);
		seen[wanted]++;
	}
	assert_true(seen[0] > 50 && seen[1] > 50);
}

/* Two pools that are apart, whatever is drawn. */
static void draw_two(struct net *pools)
{
	do {
		pools[0] = draw_net();
		pools[1] = draw_net();
	} while (touch(&pools[0], &pools[1]));
}

static void each_line_outside_every_pool_is_warned_of(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct net pools[2], net = draw_net();
		size_t size, found;
		char *text;
		FILE *out = open_memstream(&text, &size);

		draw_two(pools);
		print_services(out, pools, 2, all_fixed);
		fprintf(out, "lines: [{id: L, service: s0, prefixes: [");
		print_net(out, &net);
		fprintf(out, "]}]\n");
		assert_int_equal(fclose(out), 0);
		assert_int_equal(count_findings(text, size, "outside every pool", &found), 0);
		free(text);
		assert_int_equal(found, !holds(&pools[0], &net) && !holds(&pools[1], &net));
	}
}

static void exemptions_and_holds_may_touch_no_dynamic_pool(void **state)
{
	static const char *const kinds[] = { "dynamic", "fixed" };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct net pools[2], net = draw_net();
		int wanted;
		size_t size, found;
		char *text;
		FILE *out = open_memstream(&text, &size);

		draw_two(pools);
		wanted = touch(&pools[0], &net);
		print_services(out, pools, 2, kinds);
		fprintf(out, "%s: [{id: G, prefixes: [", draw(2) ? "exemptions" : "holds");
		print_net(out, &net);
		fprintf(out, "]}]\n");
		assert_int_equal(fclose(out), 0);
		assert_int_equal(count_findings(text, size, "dynamic pool", &found),
				 wanted ? -EINVAL : 0);
		free(text);
		assert_int_equal(found, wanted);
	}
}

static void servers_that_share_an_address_with_an_mx_are_warned_of(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct net nets[4];
		int is_mx[4], wanted = 0;
		size_t size, found;
		char *text;
		FILE *out = open_memstream(&text, &size);

		fprintf(out, "op25b: 1\nmail_servers:\n");
		for (int i = 0; i < 4; i++) {
			nets[i] = draw_net();
			is_mx[i] = (int)draw(2);
			for (int j = 0; j < i; j++)
				wanted |= is_mx[i] != is_mx[j] && touch(&nets[i], &nets[j]);
			fprintf(out, "  - {id: m%d, offers: [%s], addresses: [", i,
				is_mx[i] ? "mx" : "relay");
			print_net(out, &nets[i]);
			fprintf(out, "]}\n");
		}
		assert_int_equal(fclose(out), 0);
		assert_int_equal(count_findings(text, size, " with mx ", &found), 0);
		free(text);
		assert_int_equal(found > 0, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pools_overlap_exactly_if_some_pair_does),
		cmocka_unit_test(each_line_outside_every_pool_is_warned_of),
		cmocka_unit_test(exemptions_and_holds_may_touch_no_dynamic_pool),
		cmocka_unit_test(servers_that_share_an_address_with_an_mx_are_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
