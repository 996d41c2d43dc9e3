/* SPDX-License-Identifier: BSD-2-Clause */
/* See live-world.h. */
#include "tests/session/live-world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"
#include "tests/unit/test.h"

uint32_t world_draw(struct world *w, uint32_t below)
{
	w->state = w->state * 1664525 + 1013904223;
	return (w->state >> 8) % below;
}

/* In 10.0.0.0 to 10.2.63.255, or in 2001:db8::/34; most of it in some pool. */
static struct op25b_prefix draw_prefix(struct world *w, uint8_t family, uint8_t len)
{
	struct op25b_prefix p = { .family = family, .len = op25b_prefix_whole(family) };

	if (family == OP25B_V4) {
		p.addr[0] = 10;
		p.addr[1] = (uint8_t)(world_draw(w, 8) ? 0 : world_draw(w, 3));
		p.addr[2] = (uint8_t)((world_draw(w, 4) << 4) + world_draw(w, 2));
		p.addr[3] = (uint8_t)world_draw(w, 32);
	} else {
		memcpy(p.addr, (const uint8_t[]){ 0x20, 0x01, 0x0d, 0xb8 }, 4);
		p.addr[4] = (uint8_t)(world_draw(w, 4) << 4);
		p.addr[6] = (uint8_t)world_draw(w, 2);
		p.addr[7] = (uint8_t)world_draw(w, 32);
		p.addr[8] = (uint8_t)(world_draw(w, 4) << 6);
	}
	op25b_prefix_cut(&p, len);
	return p;
}

static uint8_t draw_family(struct world *w)
{
	return world_draw(w, 2) ? OP25B_V4 : OP25B_V6;
}

static struct op25b_prefix draw_any(struct world *w)
{
	uint8_t family = draw_family(w);
	uint32_t len = family == OP25B_V4 ? 18 + world_draw(w, 15) : 38 + world_draw(w, 40);

	return draw_prefix(w, family, (uint8_t)len);
}

/* Every eighth pool is all of 10.1.0.0/16; the others have a piece each that no other touches. */
static void write_pools(FILE *f, struct world *w, bool dynamic)
{
	const char *between = "";
	char text[OP25B_PREFIX_TEXT];

	fputs("pools: [", f);
	for (int i = 0; i < 2; i++) {
		size_t slot = w->n_pools++;
		struct op25b_prefix p = { .family = slot % 2 ? OP25B_V6 : OP25B_V4,
					  .addr = { 10 } };
		uint32_t line;

		if (p.family == OP25B_V4) {
			p.addr[2] = (uint8_t)((slot / 2) << 4);
			p.len = (uint8_t)(20 + world_draw(w, 7));
			if (slot == 8)
				p = (struct op25b_prefix){ OP25B_V4, 16, { 10, 1 } };
			line = 27 + world_draw(w, 6);
		} else {
			memcpy(p.addr, (const uint8_t[]){ 0x20, 0x01, 0x0d, 0xb8 }, 4);
			p.addr[4] = (uint8_t)((slot / 2) << 4);
			p.len = (uint8_t)(world_draw(w, 4) ? 50 + world_draw(w, 4) : 38);
			line = (const uint32_t[]){ 56, 60, 64, 64, 72 }[world_draw(w, 5)];
			if (p.len == 38)
				line = 64; /* too many: no units */
			if (!world_draw(w, 5))
				p.len = 66, line = 72; /* the top 64 bits do not tell it */
		}
		w->pools[slot] = p;
		w->dynamic[slot] = dynamic;
		fprintf(f, "%s{prefix: \"%s\", line: %u}", between, op25b_prefix_format(&p, text),
			line);
		between = ", ";
		if (p.len > 32 || world_draw(w, 3))
			continue;
		p.len = (uint8_t)(p.len + 3); /* inside the other, of which nothing comes */
		fprintf(f, ", \"%s\"", op25b_prefix_format(&p, text));
	}
	fputs("]", f);
}

static void write_service(FILE *f, struct world *w, const char *id, bool dynamic, bool pools)
{
	fprintf(f, "  - {id: %s, addressing: %s, ", id, dynamic ? "dynamic" : "fixed");
	if (pools) {
		write_pools(f, w, dynamic);
		fputs(", ", f);
	}
	fputs("port25: [{from: 2020-01-01, action: refuse, how: reset}]}\n", f);
}

static void write_lines(FILE *f, struct world *w)
{
	struct op25b_prefix seen[24];
	size_t n = 0;

	fputs("lines:\n", f);
	for (int i = 0; i < 24; i++) {
		struct op25b_prefix p = draw_any(w);
		char text[OP25B_PREFIX_TEXT];
		bool twice = false;

		for (size_t k = 0; k < n; k++)
			twice |= !op25b_prefix_compare(&seen[k], &p);
		if (twice)
			continue;
		seen[n++] = p;
		fprintf(f, "  - {id: L%d, service: s%u, prefixes: [\"%s\"]}\n", i, world_draw(w, 4),
			op25b_prefix_format(&p, text));
	}
}

static bool is_dynamic(const struct world *w, const struct op25b_prefix *p)
{
	for (size_t i = 0; i < w->n_pools; i++) {
		if (w->dynamic[i] &&
		    (op25b_prefix_holds(&w->pools[i], p) || op25b_prefix_holds(p, &w->pools[i])))
			return true;
	}
	return false;
}

/* Some name a static line, some one that only sessions have, a tenant's among them. */
static void write_grants(FILE *f, struct world *w, const char *kind, const char *how)
{
	fprintf(f, "%s:\n", kind);
	for (uint32_t i = 0; i < 6; i++) {
		struct op25b_prefix p = draw_any(w);
		char text[OP25B_PREFIX_TEXT];
		uint32_t n = world_draw(w, WORLD_HOLDERS);

		fprintf(f, "  - {id: G%u, ", i);
		if (!is_dynamic(w, &p) && world_draw(w, 2))
			fprintf(f, "prefixes: [\"%s\"]", op25b_prefix_format(&p, text));
		else if (world_draw(w, 3))
			fprintf(f, "lines: [\"%su%u\"]", world_draw(w, 4) ? "" : "t/", n);
		else
			fprintf(f, "lines: [L%u, \"u%u\"]", world_draw(w, 24), n);
		if (!world_draw(w, 5))
			fputs(", until: 2021-01-01", f);
		fprintf(f, "%s%s}\n", how,
			*how && world_draw(w, 2) ? "unreachable" :
			*how                     ? "drop" :
						   "");
	}
}

static char *write_root(struct world *w)
{
	size_t size;
	char *text = NULL;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	fputs("op25b: 1\ntimezone: UTC\nprovider: {name: {en: P}}\ninclude: [t.yaml]\nservices:\n",
	      f);
	write_service(f, w, "s0", true, true);
	write_service(f, w, "s1", false, true);
	write_service(f, w, "s2", true, true);
	write_service(f, w, "s3", false, false);
	write_lines(f, w);
	fputs("sessions:\n  rules:\n"
	      "    - {match: {class: c1}, service: s3}\n"
	      "    - {match: {framed_pool: \"fix*\"}, service: t/f}\n"
	      "    - {match: {nas: n2, prefix: [10.0.0.0/20, \"2001:db8::/36\"]}, service: s1}\n",
	      f);
	write_grants(f, w, "exemptions", "");
	write_grants(f, w, "holds", ", how: ");
	fclose(f);
	return text;
}

static char *write_tenant(struct world *w)
{
	size_t size;
	char *text = NULL;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	fputs("tenant: t\nprovider: {name: {en: T}}\nservices:\n", f);
	write_service(f, w, "d", true, true);
	write_service(f, w, "f", false, true);
	fclose(f);
	return text;
}

static void draw_sessions(struct world *w)
{
	static const uint8_t lens4[] = { 32, 32, 32, 32, 30, 28, 24, 20, 9 };
	static const uint8_t lens6[] = { 56, 56, 60, 64, 72, 128, 48, 40, 33 };
	static const char *const attributes[] = { "", "c1", "c2" };
	static const char *const pools[] = { "", "", "fixed", "dyn" };

	for (size_t i = 0; i < WORLD_PLACES; i++) {
		uint8_t family = draw_family(w);
		uint32_t n = world_draw(w, sizeof(lens4));

		w->places[i] = draw_prefix(w, family, family == OP25B_V4 ? lens4[n] : lens6[n]);
		w->holder[i] = -1;
		for (size_t k = 0; k < i; k++) {
			if (!op25b_prefix_compare(&w->places[i], &w->places[k]))
				i--, k = i;
		}
	}
	for (uint32_t i = 0; i < WORLD_HOLDERS; i++) {
		snprintf(w->names[i], sizeof(w->names[i]), "u%u", i);
		snprintf(w->sessions[i], sizeof(w->sessions[i]), "S%0*u", (int)i % 12, i);
		w->holders[i] = (struct op25b_holder){ .id = i + 1,
						       .nas = world_draw(w, 2) ? "n1" : "n2",
						       .session = w->sessions[i],
						       .first = WORLD_NOW - i,
						       .user_name = w->names[i],
						       .class_ = attributes[world_draw(w, 3)],
						       .filter_id = "",
						       .framed_pool = pools[world_draw(w, 4)] };
	}
}

void world_make(struct world *w, uint32_t seed)
{
	struct op25b_findings findings;
	char *root, *tenant;
	int r;

	*w = (struct world){ .state = seed };
	tenant = write_tenant(w);
	root = write_root(w); /* knows all pools */
	const struct op25b_policy_file files[] = { { "p.yaml", root, strlen(root) },
						   { "t.yaml", tenant, strlen(tenant) } };
	r = op25b_policy_load_files(files, 2, WORLD_NOW, &w->policy, &findings);
	if (r < 0)
		op25b_findings_print(&findings, stderr);
	assert_int_equal(r, 0);
	op25b_findings_free(&findings);
	free(root);
	free(tenant);
	draw_sessions(w);
}

void world_done(struct world *w)
{
	op25b_policy_free(&w->policy);
}

static bool find_session(const void *table, const struct op25b_prefix *address,
			 struct op25b_session_facts *ret_facts)
{
	const struct world *w = table;
	int best = -1;

	for (int i = 0; i < WORLD_PLACES; i++) {
		if (w->holder[i] >= 0 && op25b_prefix_holds(&w->places[i], address) &&
		    (best < 0 || w->places[i].len > w->places[best].len))
			best = i;
	}
	if (best < 0)
		return false;
	const struct op25b_holder *h = &w->holders[w->holder[best]];
	*ret_facts = (struct op25b_session_facts){ .nas = h->nas,
						   .user_name = h->user_name,
						   .class_ = h->class_,
						   .filter_id = h->filter_id,
						   .framed_pool = h->framed_pool,
						   .prefix = w->places[best],
						   .session = h->session,
						   .since = h->first };
	return true;
}

struct op25b_decision world_answer(const struct world *w, const struct op25b_prefix *address)
{
	const struct op25b_evidence_sessions sessions = { find_session, w };
	struct op25b_decision d = { .verdict = OP25B_REFUSE,
				    .reason = OP25B_FOREIGN_SERVER,
				    .how = OP25B_RESET };
	struct op25b_evidence e;

	op25b_evidence_find(w->policy, WORLD_NOW, address, 0, NULL, &sessions, &e);
	if (!e.owner.service)
		return (struct op25b_decision){ .reason = OP25B_NOT_A_SUBSCRIBER };
	d.service = (uint16_t)(e.owner.service - w->policy->services + 1);
	if (e.hold) {
		d.reason = OP25B_HOLD;
		d.how = (uint8_t)e.hold->how;
	} else if (e.exemption) {
		d = (struct op25b_decision){ .reason = OP25B_EXEMPTION, .service = d.service };
	}
	return d;
}

void world_around(const struct op25b_prefix *prefix, struct op25b_prefix ret[4])
{
	unsigned int n = op25b_prefix_whole(prefix->family) / 8;
	struct op25b_prefix low = *prefix, high = *prefix;

	low.len = high.len = (uint8_t)(8 * n);
	for (unsigned int bit = prefix->len; bit < 8 * n; bit++)
		high.addr[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	ret[0] = low;
	ret[1] = high;
	for (unsigned int i = n; i-- > 0 && !low.addr[i]--;)
		;
	for (unsigned int i = n; i-- > 0 && !++high.addr[i];)
		;
	ret[2] = low;
	ret[3] = high;
}
