/* SPDX-License-Identifier: BSD-2-Clause */
/* See judge.h. */
#include "web/judge.h"

#include <string.h>

#include "web/judge-inside.h"
#include "web/judge-peer.h"

static const char *const use_words[] = {
#define OP25B_USE_WORD(tail, word) [OP25B_USE_##tail] = (word),
	OP25B_USES(OP25B_USE_WORD)
#undef OP25B_USE_WORD
};

const char *op25b_use_word(enum op25b_use use)
{
	return use_words[use];
}

int op25b_use_find(const char *word)
{
	for (int i = 0; i < OP25B_USE_COUNT; i++) {
		if (!strcmp(use_words[i], word))
			return i;
	}
	return -1;
}

/* ---- a line of a service -------------------------------------------------------------------- */

static const struct op25b_pool_prefix *pool_of(const struct op25b_service *service, uint8_t family)
{
	for (size_t i = 0; i < service->n_pools; i++) {
		if (service->pools[i].prefix.family == family)
			return &service->pools[i];
	}
	return NULL;
}

/* By a pool, a line of its own, or a session. */
static bool may_have(const struct op25b_policy *policy, const struct op25b_service *service,
		     uint8_t family)
{
	const uint32_t index = (uint32_t)(service - policy->services);

	if (pool_of(service, family))
		return true;
	for (size_t i = 0; i < policy->n_session_rules; i++) {
		if (policy->session_rules[i].service == index)
			return true;
	}
	for (size_t i = 0; i < policy->n_lines; i++) {
		if (policy->lines[i].service == index && policy->lines[i].prefix.family == family)
			return true;
	}
	return false;
}

/* Towards peers of the family, whichever the line's address has. */
static void judge_towards(const struct op25b_judge *judge, const struct op25b_service *service,
			  enum op25b_use use, uint8_t family, int64_t now,
			  struct op25b_finding_of_use *ret)
{
	const struct op25b_pool_prefix *pool = pool_of(service, family);
	struct op25b_asking asking = { .judge = judge,
				       .evidence.owner = { .service = service, .pool = pool },
				       .family = family,
				       .now = now };

	op25b_asking_use(&asking, use, ret);
}

void op25b_judge_service(const struct op25b_judge *judge, const struct op25b_service *service,
			 enum op25b_use use, uint8_t family, int64_t now,
			 struct op25b_finding_of_use *ret)
{
	judge_towards(judge, service, use, family, now, ret);
	if (!may_have(judge->policy, service, family))
		ret->asked = false;
}

/* ---- a line --------------------------------------------------------------------------------- */

static bool is_open_everywhere(enum op25b_use use)
{
	return use == OP25B_USE_BROWSER || use == OP25B_USE_SUBMISSION;
}

uint32_t op25b_use_offer(enum op25b_use use)
{
	return use == OP25B_USE_OWN_SERVER     ? OP25B_OFFER_RELAY :
	       use == OP25B_USE_HOSTING_SERVER ? OP25B_OFFER_HOSTING :
						 0;
}

struct op25b_finding_of_use op25b_judge_untold(enum op25b_use use, enum op25b_outcome outcome)
{
	struct op25b_finding_of_use f = { .asked = true,
					  .outcome = outcome,
					  .reason = OP25B_OTHER_PORT,
					  .since = INT64_MIN,
					  .from = INT64_MAX,
					  .opens = INT64_MAX,
					  .until = INT64_MAX };

	if (use == OP25B_USE_BROWSER)
		f.outcome = OP25B_O_OK_BROWSER;
	if (use == OP25B_USE_SUBMISSION)
		f.outcome = OP25B_O_OK_ALREADY_SUBMISSION;
	return f;
}

/* Not a subscriber: nothing of it passes our filter, which says so. */
static void judge_elsewhere(const struct op25b_judge *judge, const struct op25b_line *line,
			    enum op25b_use use, struct op25b_finding_of_use *ret)
{
	struct op25b_asking asking = { .judge = judge, .line = line };
	struct op25b_finding_of_use f = op25b_judge_untold(use, OP25B_O_CANNOT_TELL_ELSEWHERE);
	const uint32_t offer = op25b_use_offer(use);
	struct op25b_decision d;

	if (!is_open_everywhere(use)) {
		if (offer)
			f.server = op25b_judge_server(judge->policy, 0, offer, line->address.family,
						      &f.peer);
		else
			op25b_judge_foreign(judge->policy, line->address.family, &f.peer);
		f.asked = f.peer.family;
		f.foreign = !offer;
	}
	if (f.peer.family) {
		op25b_asking_decide(&asking, &f.peer, &d);
		f.reason = (enum op25b_reason)d.reason;
	}
	*ret = f;
}

/* Whether packets that webd does not see may tell the lines of a shared address apart. */
static bool may_be_told(const struct op25b_judge *judge, const struct op25b_line *line)
{
	const struct op25b_policy *policy = judge->policy;
	bool v4 = line->address.family == OP25B_V4;

	if (line->evidence.owner.pool && line->evidence.owner.pool->map.ea)
		return true;
	for (size_t i = 0; i < policy->n_tunnels; i++) {
		enum op25b_tunnel_kind kind = policy->tunnels[i].kind;

		if (v4 == (kind == OP25B_4IN6 || kind == OP25B_4IN4))
			return true;
	}
	return false;
}

static bool is_same(const struct op25b_finding_of_use *a, const struct op25b_finding_of_use *b)
{
	return a->outcome == b->outcome && a->since == b->since && a->from == b->from &&
	       a->opens == b->opens && a->destination == b->destination &&
	       !memcmp(a->open, b->open, sizeof(a->open));
}

/*
 * Whether every line there is gets the answer of the shared address: all services say the same,
 * and no line has an exemption or hold of its own.
 */
static bool is_all_the_same(const struct op25b_judge *judge, const struct op25b_line *line,
			    enum op25b_use use, int64_t now, const struct op25b_finding_of_use *f)
{
	const struct op25b_policy *policy = judge->policy;
	struct op25b_finding_of_use other;

	if (f->reason == OP25B_HOLD)
		return true;
	if (policy->n_exemptions || policy->n_holds)
		return false;
	for (size_t i = 0; i < policy->n_services; i++) {
		judge_towards(judge, &policy->services[i], use, line->address.family, now, &other);
		if (other.asked && !is_same(&other, f))
			return false;
	}
	return true;
}

void op25b_judge_use(const struct op25b_judge *judge, const struct op25b_line *line,
		     enum op25b_use use, int64_t now, struct op25b_finding_of_use *ret)
{
	struct op25b_asking asking = { .judge = judge,
				       .line = line,
				       .evidence = line->evidence,
				       .family = line->address.family,
				       .now = now };

	if (line->waiting) {
		*ret = op25b_judge_untold(use, OP25B_O_UNKNOWN);
		return;
	}
	if (!line->service) {
		judge_elsewhere(judge, line, use, ret);
		return;
	}
	op25b_asking_use(&asking, use, ret);
	if (line->shared && !is_open_everywhere(use) && ret->asked && may_be_told(judge, line) &&
	    !is_all_the_same(judge, line, use, now, ret))
		ret->outcome = OP25B_O_CANNOT_TELL_SHARED;
}

/* ---- the whole answer ----------------------------------------------------------------------- */

static enum op25b_use lead_of(const struct op25b_finding_of_use uses[static OP25B_USE_COUNT])
{
	enum op25b_use first = OP25B_USE_OTHER_SERVER;

	for (int verdict = OP25B_AFFECTED; verdict <= OP25B_CANNOT_TELL; verdict++) {
		for (enum op25b_use i = 0; i < OP25B_USE_COUNT; i++) {
			if (uses[i].asked && !is_open_everywhere(i) &&
			    verdict != OP25B_NOT_AFFECTED &&
			    op25b_outcome_verdict(uses[i].outcome) ==
				    (enum op25b_verdict_word)verdict)
				return i;
		}
	}
	for (enum op25b_use i = 0; i < OP25B_USE_COUNT; i++) {
		if (uses[i].asked && uses[i].from < uses[first].from)
			first = i;
	}
	return first;
}

void op25b_judge_answer(const struct op25b_finding_of_use uses[static OP25B_USE_COUNT],
			struct op25b_line_answer *ret)
{
	enum op25b_use lead = lead_of(uses);

	*ret = (struct op25b_line_answer){ .verdict = op25b_outcome_verdict(uses[lead].outcome),
					   .outcome = uses[lead].outcome,
					   .use = lead,
					   .since = uses[lead].since,
					   .from = uses[lead].from };
}
