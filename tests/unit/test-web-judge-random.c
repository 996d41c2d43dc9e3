/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The judge on random policies: at every date of them its verdict, reason and manner are those of
 * the filter towards the peer it names, and the dates it tells are those at which the filter, made
 * anew for each date, begins to refuse.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/flow.h"
#include "policy/prefix.h"
#include "session/live-tables.h"
#include "web/judge.h"

#define POLICIES  40
#define ADDRESSES 40
#define DATES     6
#define DAY       86400
#define START     1800000000

struct world {
	struct op25b_policy *policy;
	struct op25b_owner_index *owners;
	struct op25b_live_tables at[DATES]; /* as of date(i) */
	uint32_t state;
	unsigned int refused, forecasts, open;
};

static uint32_t draw(struct world *w, uint32_t below)
{
	w->state = w->state * 1664525 + 1013904223;
	return (w->state >> 8) % below;
}

static int64_t date(unsigned int i)
{
	return START + (int64_t)i * 10 * DAY;
}

static void write_date(FILE *f, const char *key, unsigned int i)
{
	time_t at = (time_t)date(i);
	struct tm tm;
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
	fprintf(f, "%s: %s", key, text);
}

static void write_some(struct world *w, FILE *f, const char *key, const char *const *ids, size_t n)
{
	const char *between = "";

	fprintf(f, ", %s: [", key);
	for (size_t i = 0; i < n; i++) {
		if (draw(w, 2))
			continue;
		fprintf(f, "%s%s", between, ids[i]);
		between = ", ";
	}
	fputs("]", f);
}

static void write_rules(struct world *w, FILE *f)
{
	static const char *const servers[] = { "mx", "relay", "second", "hosting" };
	static const char *const hows[] = { "drop", "reset", "unreachable", "notice" };
	static const char *const groups[] = { "low", "high" };
	uint32_t n = draw(w, 5);

	fputs("     port25: [", f);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t action = draw(w, 5);

		fputs(i ? ", {" : "{", f);
		write_date(f, "from", draw(w, DATES));
		if (action == 0)
			fputs(", action: allow", f);
		else if (action == 1)
			fputs(", action: count", f);
		else
			fprintf(f, ", action: refuse, how: %s", hows[draw(w, 4)]);
		write_some(w, f, "except", servers, 4);
		if (!draw(w, 3))
			fprintf(f, ", to: [%s]", groups[draw(w, 2)]);
		fputs("}", f);
	}
	fputs("]}\n", f);
}

static void write_services(struct world *w, FILE *f)
{
	static const char *const kinds[] = { "dynamic", "fixed", "shared", "shared" };
	static const char *const unknown[] = { "pass", "count", "refuse" };

	fputs("services:\n", f);
	for (unsigned int i = 0; i < 4; i++) {
		fprintf(f,
			"  - {id: s%u, addressing: %s,\n"
			"     pools: [10.0.%u.0/24, \"2001:db8:%x::/40\"],\n",
			i, kinds[i], i, 256 * (i + 1));
		if (i > 1 && draw(w, 2))
			fprintf(f, "     unknown_line: %s,\n", unknown[draw(w, 3)]);
		write_rules(w, f);
	}
}

static void write_grants(struct world *w, FILE *f, const char *kind)
{
	fprintf(f, "%s:\n", kind);
	for (int i = 0; i < 3; i++) {
		unsigned int from = draw(w, DATES - 1);

		fprintf(f, "  - {id: g%d, ", i);
		if (draw(w, 3))
			fprintf(f, "lines: [L%u], ", draw(w, 8));
		else
			fprintf(f, "prefixes: [10.0.1.%u/30], ", 4 * draw(w, 4));
		write_date(f, "from", from);
		if (draw(w, 2)) {
			fputs(", ", f);
			write_date(f, "until", from + 1 + draw(w, DATES - 1 - from));
		}
		fputs("}\n", f);
	}
}

static void write_policy(struct world *w, FILE *f)
{
	fputs("op25b: 1\n"
	      "mail_servers:\n"
	      "  - {id: mx, addresses: [192.0.2.1], offers: [mx]}\n"
	      "  - {id: relay, addresses: [192.0.2.25, \"2001:db8:25::/126\"], offers: [relay]}\n"
	      "  - {id: second, addresses: [192.0.2.26, 203.0.113.26], offers: [relay]}\n"
	      "  - {id: hosting, addresses: [192.0.2.40], offers: [hosting]}\n"
	      "destinations:\n"
	      "  - {id: low, addresses: [192.0.2.2/31, 192.0.2.25]}\n"
	      "  - {id: high, addresses: [203.0.113.0/24, \"2001:db8::/124\"]}\n",
	      f);
	write_services(w, f);
	fputs("lines:\n", f);
	for (unsigned int i = 0; i < 8; i++)
		fprintf(f,
			"  - {id: L%u, service: s%u,\n"
			"     prefixes: [10.0.%u.%u, \"2001:db8:%x:%x::/64\"]}\n",
			i, draw(w, 4), draw(w, 4), i, 256 * (1 + draw(w, 4)), i);
	write_grants(w, f, "exemptions");
	write_grants(w, f, "holds");
}

static void set_up(struct world *w, uint32_t seed)
{
	struct op25b_findings findings;
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	*w = (struct world){ .state = seed };
	write_policy(w, f);
	fclose(f);
	if (op25b_policy_load_buffer("p", text, size, START, &w->policy, &findings)) {
		op25b_findings_print(&findings, stderr);
		fail_msg("%s", text);
	}
	op25b_findings_free(&findings);
	free(text);
	assert_int_equal(op25b_owner_index_make(w->policy, &w->owners), 0);
	for (unsigned int i = 0; i < DATES; i++)
		assert_int_equal(op25b_live_tables_make(w->policy, date(i), NULL, NULL, &w->at[i]),
				 0);
}

static void tear_down(struct world *w)
{
	for (unsigned int i = 0; i < DATES; i++)
		op25b_live_tables_done(&w->at[i]);
	op25b_owner_index_done(&w->owners);
	op25b_policy_free(&w->policy);
}

static struct op25b_prefix draw_address(struct world *w)
{
	struct op25b_prefix p = { .family = OP25B_V4, .len = 32, .addr = { 10 } };

	p.addr[2] = (uint8_t)draw(w, 5);
	p.addr[3] = (uint8_t)draw(w, 16);
	if (draw(w, 2))
		return p;
	p = (struct op25b_prefix){ OP25B_V6, 128, { 0x20, 0x01, 0x0d, 0xb8 } };
	p.addr[4] = (uint8_t)(1 + draw(w, 5));
	p.addr[7] = (uint8_t)draw(w, 9);
	return p;
}

static struct op25b_decision filter(const struct world *w, unsigned int i,
				    const struct op25b_prefix *line,
				    const struct op25b_prefix *peer)
{
	struct op25b_flow flow = { .line = *line, .peer = *peer, .peer_port = 25 };
	struct op25b_decision d;

	op25b_flow_decide(&w->at[i].tables, &flow, &d);
	return d;
}

/* The evidence of any date and peer says what the filter of that date does. */
static void compare_evidence(struct world *w, const struct op25b_line *line,
			     const struct op25b_prefix *peer)
{
	struct op25b_evidence e = line->evidence;

	for (unsigned int i = 0; i < DATES; i++) {
		op25b_evidence_at(w->policy, date(i), peer, &e);
		assert_int_equal(op25b_evidence_verdict(&e),
				 filter(w, i, &line->address, peer).verdict);
	}
}

/* The first later date at which the peer is refused; DATES: none. */
static unsigned int first_refusal(const struct world *w, unsigned int now,
				  const struct op25b_prefix *line, const struct op25b_prefix *peer)
{
	unsigned int i = now + 1;

	while (i < DATES && filter(w, i, line, peer).verdict != OP25B_REFUSE)
		i++;
	return i;
}

/* The same of whoever may be meant by a use: each address of ours that offers it; of somebody
 * else's, each group of destinations too. */
static unsigned int first_of_use(const struct world *w, unsigned int now,
				 const struct op25b_line *line, enum op25b_use use,
				 const struct op25b_prefix *peer)
{
	unsigned int first = first_refusal(w, now, &line->address, peer);
	const uint32_t offer = use == OP25B_USE_OWN_SERVER     ? OP25B_OFFER_RELAY :
			       use == OP25B_USE_HOSTING_SERVER ? OP25B_OFFER_HOSTING :
								 0;
	const struct op25b_peer_group *groups = offer ? w->policy->servers :
							w->policy->destinations;
	const size_t n = offer ? w->policy->n_servers : w->policy->n_destinations;

	for (size_t g = 0; g < n; g++) {
		for (size_t k = 0; k < groups[g].n_prefixes; k++) {
			struct op25b_prefix there = groups[g].prefixes[k];
			unsigned int i;

			if (there.family != line->address.family ||
			    (offer && !(groups[g].offers & offer)))
				continue;
			there.len = op25b_prefix_whole(there.family);
			i = first_refusal(w, now, &line->address, &there);
			first = i < first ? i : first;
			if (!offer)
				break;
		}
	}
	return first;
}

/* Refused without a gap since then, whatever was granted meanwhile, and not before. */
static void compare_since(const struct world *w, const struct op25b_line *line,
			  const struct op25b_finding_of_use *f, unsigned int now)
{
	struct op25b_evidence e = line->evidence;

	for (int i = (int)now; i >= -1; i--) {
		op25b_evidence_at(w->policy, date(0) + (int64_t)i * 10 * DAY, &f->peer, &e);
		e.hold = e.exemption = NULL;
		if (date(0) + (int64_t)i * 10 * DAY < f->since) {
			assert_int_not_equal(op25b_evidence_verdict(&e), OP25B_REFUSE);
			return;
		}
		assert_int_equal(op25b_evidence_verdict(&e), OP25B_REFUSE);
	}
	fail_msg("refused since always");
}

static bool any_refused(const struct world *w, unsigned int now, const struct op25b_line *line,
			const struct op25b_peer_group *group)
{
	for (size_t i = 0; i < group->n_prefixes; i++) {
		struct op25b_prefix there = group->prefixes[i];

		there.len = op25b_prefix_whole(there.family);
		if (there.family == line->address.family &&
		    filter(w, now, &line->address, &there).verdict == OP25B_REFUSE)
			return true;
	}
	return false;
}

/* Not refused from the told date on, and until then at every date. */
static void compare_opens(const struct world *w, unsigned int now, const struct op25b_line *line,
			  const struct op25b_finding_of_use *f)
{
	unsigned int i = now + 1;

	while (i < DATES && filter(w, i, &line->address, &f->peer).verdict == OP25B_REFUSE)
		i++;
	assert_int_equal(f->opens, i < DATES ? date(i) : INT64_MAX);
}

/* What is called open is, at all its addresses; of our servers one that is refused is the peer. */
static void compare_open(struct world *w, unsigned int now, const struct op25b_line *line,
			 enum op25b_use use, const struct op25b_finding_of_use *f)
{
	const uint32_t offer = use == OP25B_USE_OWN_SERVER     ? OP25B_OFFER_RELAY :
			       use == OP25B_USE_HOSTING_SERVER ? OP25B_OFFER_HOSTING :
								 0;

	assert_true(!f->n_open || f->verdict == OP25B_REFUSE);
	w->open += (unsigned int)f->n_open;
	for (size_t i = 0; i < f->n_open; i++)
		assert_false(any_refused(w, now, line, f->open[i]));
	for (size_t i = 0; f->verdict != OP25B_REFUSE && i < w->policy->n_servers; i++) {
		if (w->policy->servers[i].offers & offer)
			assert_false(any_refused(w, now, line, &w->policy->servers[i]));
	}
}

static void compare_dates(struct world *w, unsigned int now, const struct op25b_line *line,
			  enum op25b_use use, const struct op25b_finding_of_use *f)
{
	unsigned int first;

	if (f->verdict == OP25B_REFUSE) {
		w->refused++;
		assert_int_equal(f->from, INT64_MAX);
		assert_true(f->since <= date(now));
		if (f->reason != OP25B_HOLD) {
			compare_since(w, line, f, now);
			compare_opens(w, now, line, f);
		}
		return;
	}
	first = first_of_use(w, now, line, use, &f->peer);
	w->forecasts += first < DATES;
	assert_int_equal(f->from, first < DATES ? date(first) : INT64_MAX);
	if (first < DATES && f->rule && f->upcoming)
		assert_true(f->upcoming->from <= date(first));
}

static void compare(struct world *w, const struct op25b_prefix *address, unsigned int now)
{
	const struct op25b_judge judge = { w->policy, w->owners, &w->at[now].tables, NULL, true };
	struct op25b_line line;

	op25b_judge_line(&judge, address, 0, date(now), &line);
	for (enum op25b_use use = 0; use < OP25B_USE_COUNT; use++) {
		struct op25b_finding_of_use f;
		struct op25b_decision d;

		op25b_judge_use(&judge, &line, use, date(now), &f);
		if (!f.asked || !f.peer.family)
			continue;
		d = filter(w, now, &line.address, &f.peer);
		assert_int_equal(f.verdict, d.verdict);
		assert_int_equal(f.reason, d.reason);
		assert_int_equal(f.how, d.how);
		assert_ptr_equal(line.service, op25b_tables_service(judge.tables, d.service));
		if (op25b_outcome_verdict(f.outcome) != OP25B_CANNOT_TELL)
			assert_int_equal(op25b_outcome_verdict(f.outcome) == OP25B_AFFECTED,
					 d.verdict == OP25B_REFUSE);
		if (!line.service)
			continue;
		compare_evidence(w, &line, &f.peer);
		compare_dates(w, now, &line, use, &f);
		compare_open(w, now, &line, use, &f);
	}
}

static void verdicts_and_dates_are_those_of_the_filter(void **state)
{
	unsigned int refused = 0, forecasts = 0, open = 0;

	(void)state;
	for (uint32_t seed = 1; seed <= POLICIES; seed++) {
		struct world w;

		set_up(&w, seed);
		for (int i = 0; i < ADDRESSES; i++) {
			struct op25b_prefix address = draw_address(&w);

			compare(&w, &address, draw(&w, DATES));
		}
		refused += w.refused;
		forecasts += w.forecasts;
		open += w.open;
		tear_down(&w);
	}
	assert_true(refused > 1000 && forecasts > 500 && open > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_and_dates_are_those_of_the_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
