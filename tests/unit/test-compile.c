/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables against the definition: random policies of nested lines, pools, exemptions and holds are
 * compiled, and every address near a border is looked up and compared with a search through the
 * lists as design section 4, step 1, words it.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/flow.h"
#include "policy/prefix.h"

#define N_SERVICES 5
#define N_LINES    40
#define N_GRANTS   4
#define N_POOLS    3

struct world {
	struct op25b_policy policy;
	struct op25b_service services[N_SERVICES];
	struct op25b_pool_prefix pools[N_SERVICES][N_POOLS];
	struct op25b_line_prefix lines[N_LINES];
	const char *line_ids[N_LINES];
	char line_names[N_LINES][8];
	struct op25b_grant exemptions[N_GRANTS], holds[N_GRANTS];
	struct op25b_prefix granted[2 * N_GRANTS];
	const char *granted_lines[2 * N_GRANTS];
	struct op25b_tenant root;
	struct op25b_rule rule;
	uint32_t state;
};

static uint32_t draw(struct world *w, uint32_t below)
{
	w->state = w->state * 1664525 + 1013904223;
	return (w->state >> 8) % below;
}

static struct op25b_prefix masked(struct op25b_prefix p)
{
	for (unsigned int i = 0; i < 16; i++) {
		unsigned int keep = p.len > 8 * i ? p.len - 8 * i : 0;

		p.addr[i] &= (uint8_t)(keep >= 8 ? 0xff : 0xff00 >> keep);
	}
	return p;
}

/* Somewhere in 10.0.0.0/20, or in 2001:db8::/44 with all that differs in bytes 5 to 8. */
static struct op25b_prefix place(struct world *w, uint8_t family, uint8_t len)
{
	struct op25b_prefix p = { .family = family, .len = len };

	if (family == OP25B_V4) {
		p.addr[0] = 10;
		p.addr[2] = (uint8_t)draw(w, 16);
		p.addr[3] = (uint8_t)draw(w, 256);
	} else {
		p.addr[0] = 0x20;
		p.addr[1] = 0x01;
		p.addr[5] = (uint8_t)draw(w, 4);
		p.addr[6] = (uint8_t)draw(w, 4);
		p.addr[7] = (uint8_t)draw(w, 256);
		p.addr[8] = (uint8_t)(draw(w, 4) << 6);
	}
	return masked(p);
}

static uint8_t some_len(struct world *w, uint8_t family)
{
	return family == OP25B_V4 ? (uint8_t)(18 + draw(w, 15)) : (uint8_t)(38 + draw(w, 30));
}

static bool pool_clashes(const struct world *w, const struct op25b_prefix *p)
{
	for (size_t s = 0; s < N_SERVICES; s++) {
		for (size_t i = 0; i < w->services[s].n_pools; i++) {
			const struct op25b_prefix *q = &w->pools[s][i].prefix;

			if (op25b_prefix_holds(p, q) || op25b_prefix_holds(q, p))
				return true;
		}
	}
	return false;
}

static void draw_pools(struct world *w)
{
	for (size_t s = 0; s < N_SERVICES; s++) {
		for (size_t i = 0; i < N_POOLS; i++) {
			uint8_t family = draw(w, 2) ? OP25B_V4 : OP25B_V6;
			uint8_t len = family == OP25B_V4 ? (uint8_t)(16 + draw(w, 10)) :
							   (uint8_t)(40 + draw(w, 15));
			struct op25b_prefix p = place(w, family, len);
			struct op25b_pool_prefix *pool = &w->pools[s][w->services[s].n_pools];

			if (pool_clashes(w, &p))
				continue;
			pool->prefix = p;
			pool->line = family == OP25B_V4 ? (uint8_t)(29 + draw(w, 4)) :
							  (uint8_t)(56 + draw(w, 16));
			w->services[s].n_pools++;
		}
	}
}

static void draw_lines(struct world *w)
{
	for (size_t i = 0; i < N_LINES; i++) {
		uint8_t family = draw(w, 2) ? OP25B_V4 : OP25B_V6;
		struct op25b_prefix p = place(w, family, some_len(w, family));
		bool twice = false;

		for (size_t k = 0; k < w->policy.n_lines; k++)
			twice |= !op25b_prefix_compare(&w->lines[k].prefix, &p);
		if (twice)
			continue;
		snprintf(w->line_names[i], sizeof(w->line_names[i]), "L%zu", i);
		w->line_ids[i] = w->line_names[i];
		w->lines[w->policy.n_lines++] = (struct op25b_line_prefix){
			.prefix = p, .service = draw(w, N_SERVICES), .line = (uint32_t)i
		};
	}
}

static void draw_grants(struct world *w, struct op25b_grant *grants, size_t first)
{
	for (size_t i = 0; i < N_GRANTS; i++) {
		uint8_t family = draw(w, 2) ? OP25B_V4 : OP25B_V6;
		struct op25b_grant *g = &grants[i];

		*g = (struct op25b_grant){ .id = "G", .from = 0, .until = 100, .how = OP25B_RESET };
		if (draw(w, 2)) {
			w->granted[first + i] = place(w, family, some_len(w, family));
			g->prefixes = &w->granted[first + i];
			g->n_prefixes = 1;
		} else {
			w->granted_lines[first + i] =
				w->line_ids[w->lines[draw(w, (uint32_t)w->policy.n_lines)].line];
			g->lines = &w->granted_lines[first + i];
			g->n_lines = 1;
		}
		if (!draw(w, 4))
			g->until = 10; /* over at the plan's instant */
	}
}

static void empty_world(struct world *w, uint32_t seed)
{
	*w = (struct world){ .state = seed };
	w->root.id = "";
	w->rule = (struct op25b_rule){ .action = OP25B_REFUSE, .how = OP25B_RESET };
	w->policy = (struct op25b_policy){ .services = w->services,
					   .n_services = N_SERVICES,
					   .lines = w->lines,
					   .line_ids = w->line_ids,
					   .n_line_ids = N_LINES,
					   .tenants = &w->root,
					   .n_tenants = 1,
					   .exemptions = w->exemptions,
					   .n_exemptions = N_GRANTS,
					   .holds = w->holds,
					   .n_holds = N_GRANTS };
	for (size_t s = 0; s < N_SERVICES; s++)
		w->services[s] = (struct op25b_service){
			.id = "s", .pools = w->pools[s], .rules = &w->rule, .n_rules = 1
		};
}

static void draw_world(struct world *w, uint32_t seed)
{
	empty_world(w, seed);
	draw_pools(w);
	draw_lines(w);
	draw_grants(w, w->exemptions, 0);
	draw_grants(w, w->holds, N_GRANTS);
}

static const struct op25b_line_prefix *line_by_definition(const struct world *w,
							  const struct op25b_prefix *a)
{
	const struct op25b_line_prefix *best = NULL;

	for (size_t i = 0; i < w->policy.n_lines; i++) {
		if (op25b_prefix_holds(&w->lines[i].prefix, a) &&
		    (!best || w->lines[i].prefix.len > best->prefix.len))
			best = &w->lines[i];
	}
	return best;
}

static uint16_t service_by_definition(const struct world *w, const struct op25b_prefix *a)
{
	const struct op25b_line_prefix *best = line_by_definition(w, a);

	if (best)
		return (uint16_t)(best->service + 1);
	for (uint16_t s = 0; s < N_SERVICES; s++) {
		for (size_t i = 0; i < w->services[s].n_pools; i++) {
			if (op25b_prefix_holds(&w->pools[s][i].prefix, a))
				return (uint16_t)(s + 1);
		}
	}
	return 0;
}

/* By prefix: every address of it. By line: where the line is the longest that holds the address. */
static bool granted_by_definition(const struct world *w, const struct op25b_grant *grants,
				  const struct op25b_prefix *a)
{
	const struct op25b_line_prefix *line = line_by_definition(w, a);

	for (size_t g = 0; g < N_GRANTS; g++) {
		if (grants[g].until <= 50)
			continue;
		if (grants[g].n_prefixes && op25b_prefix_holds(grants[g].prefixes, a))
			return true;
		if (grants[g].n_lines && line &&
		    !strcmp(w->line_ids[line->line], grants[g].lines[0]))
			return true;
	}
	return false;
}

static void compare_at(const struct world *w, const struct op25b_tables *tables,
		       const struct op25b_prefix *a)
{
	struct op25b_flow flow = { .line = *a, .peer = *a, .peer_port = 25 };
	uint16_t service = service_by_definition(w, a);
	struct op25b_decision d;
	uint8_t reason = OP25B_FOREIGN_SERVER;

	if (!service)
		reason = OP25B_NOT_A_SUBSCRIBER;
	else if (granted_by_definition(w, w->holds, a))
		reason = OP25B_HOLD;
	else if (granted_by_definition(w, w->exemptions, a))
		reason = OP25B_EXEMPTION;
	op25b_flow_decide(tables, &flow, &d);
	if (d.service != service || d.reason != reason) {
		char text[OP25B_PREFIX_TEXT];

		fail_msg("%s: service %u reason %u, by definition %u %u",
			 op25b_prefix_format(a, text), d.service, d.reason, service, reason);
	}
}

/* The first and last address of the prefix, and their neighbours outside. */
static void compare_around(const struct world *w, const struct op25b_tables *tables,
			   struct op25b_prefix p)
{
	unsigned int n = p.family == OP25B_V4 ? 4 : 16;
	struct op25b_prefix low = p, high = p;

	low.len = high.len = (uint8_t)(8 * n);
	for (unsigned int bit = p.len; bit < 8 * n; bit++)
		high.addr[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	compare_at(w, tables, &low);
	compare_at(w, tables, &high);
	for (unsigned int i = n; i-- > 0;) {
		if (low.addr[i]--)
			break;
	}
	for (unsigned int i = n; i-- > 0;) {
		if (++high.addr[i])
			break;
	}
	compare_at(w, tables, &low);
	compare_at(w, tables, &high);
}

static void tables_say_what_the_lists_say(void **state)
{
	struct world *w = malloc(sizeof(*w));

	(void)state;
	assert_non_null(w);
	for (uint32_t seed = 1; seed <= 500; seed++) {
		struct op25b_tables tables;

		draw_world(w, seed);
		assert_int_equal(op25b_tables_make(&w->policy, 50, NULL, &tables), 0);
		for (size_t s = 0; s < N_SERVICES; s++) {
			for (size_t i = 0; i < w->services[s].n_pools; i++)
				compare_around(w, &tables, w->pools[s][i].prefix);
		}
		for (size_t i = 0; i < w->policy.n_lines; i++)
			compare_around(w, &tables, w->lines[i].prefix);
		for (size_t i = 0; i < 2 * N_GRANTS; i++) {
			if (w->granted[i].family)
				compare_around(w, &tables, w->granted[i]);
		}
		op25b_tables_done(&tables);
	}
	free(w);
}

/*
 * A pool of a whole family as one line, beside one of the other family in which one line has
 * another service. No shift takes off all bits of an address, so `stray` would come to that line's
 * unit.
 */
static void compare_one_line_pool(struct op25b_prefix whole, struct op25b_prefix pool,
				  struct op25b_prefix line, struct op25b_prefix stray)
{
	struct world *w = malloc(sizeof(*w));
	struct op25b_tables tables;

	assert_non_null(w);
	empty_world(w, 1);
	w->pools[0][0].prefix = whole;
	w->pools[1][0] = (struct op25b_pool_prefix){ .prefix = pool, .line = line.len };
	w->services[0].n_pools = w->services[1].n_pools = 1;
	w->line_ids[0] = "L";
	w->lines[0] = (struct op25b_line_prefix){ .prefix = line, .service = 2 };
	w->policy.n_lines = 1;
	assert_int_equal(op25b_tables_make(&w->policy, 50, NULL, &tables), 0);
	compare_at(w, &tables, &stray);
	compare_around(w, &tables, line);
	compare_around(w, &tables, pool);
	op25b_tables_done(&tables);
	free(w);
}

static void a_pool_that_is_one_line_takes_no_other_lines_service(void **state)
{
	struct op25b_prefix all4 = { .family = OP25B_V4 }, all6 = { .family = OP25B_V6 };
	struct op25b_prefix pool4 = { .family = OP25B_V4, .len = 16, .addr = { 10, 1 } };
	struct op25b_prefix line4 = { .family = OP25B_V4, .len = 32, .addr = { 10, 1, 2, 3 } };
	struct op25b_prefix pool6 = { .family = OP25B_V6,
				      .len = 48,
				      .addr = { 0x20, 0x01, 0x0d, 0xb8 } };
	struct op25b_prefix line6 = { .family = OP25B_V6,
				      .len = 64,
				      .addr = { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 2, 2 } };
	struct op25b_prefix stray6 = { .family = OP25B_V6,
				       .len = 128,
				       .addr = { 0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 2, 3 } };

	(void)state;
	compare_one_line_pool(all4, pool6, line6, line4);
	compare_one_line_pool(all6, pool4, line4, stray6);
}

/* Both come to the same: what the outer pool says holds beside the inner one too. */
static void compare_nested(struct op25b_prefix outer, struct op25b_prefix inner,
			   struct op25b_prefix line)
{
	struct world *w = malloc(sizeof(*w));
	struct op25b_tables tables;

	assert_non_null(w);
	empty_world(w, 1);
	w->pools[0][0] = (struct op25b_pool_prefix){ .prefix = outer, .line = line.len };
	w->pools[0][1] = (struct op25b_pool_prefix){ .prefix = inner, .line = line.len };
	w->services[0].n_pools = 2;
	w->line_ids[0] = "L";
	w->lines[0] = (struct op25b_line_prefix){ .prefix = line, .service = 2 };
	w->policy.n_lines = 1;
	assert_int_equal(op25b_tables_make(&w->policy, 50, NULL, &tables), 0);
	compare_around(w, &tables, outer);
	compare_around(w, &tables, inner);
	compare_around(w, &tables, line);
	op25b_tables_done(&tables);
	free(w);
}

static void a_pool_inside_another_of_its_service_hides_nothing(void **state)
{
	struct op25b_prefix wide = { .family = OP25B_V4, .len = 15, .addr = { 198, 50 } };
	struct op25b_prefix wider = { .family = OP25B_V4, .len = 17, .addr = { 198, 51 } };
	struct op25b_prefix small = { .family = OP25B_V4, .len = 24, .addr = { 198, 51, 100 } };
	struct op25b_prefix line = { .family = OP25B_V4, .len = 29, .addr = { 198, 51, 101 } };

	(void)state;
	compare_nested(wide, small, line);
	compare_nested(wider, small, line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_say_what_the_lists_say),
		cmocka_unit_test(a_pool_that_is_one_line_takes_no_other_lines_service),
		cmocka_unit_test(a_pool_inside_another_of_its_service_hides_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
