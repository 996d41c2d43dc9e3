/* SPDX-License-Identifier: BSD-2-Clause */
/* When an answer began, when another comes, by the dates of the policy. */
#include "web/judge-inside.h"

bool op25b_asking_from(struct op25b_asking *asking, const struct op25b_prefix *peer,
		       struct op25b_finding_of_use *ret)
{
	const struct op25b_policy *policy = asking->judge->policy;
	struct op25b_evidence *e = &asking->evidence;
	int64_t at = asking->now;

	do {
		at = op25b_evidence_next_date(policy, e, at);
		if (at >= ret->from)
			return false;
		op25b_evidence_at(policy, at, peer, e);
	} while (op25b_evidence_verdict(e) != OP25B_REFUSE);
	ret->from = at;
	ret->upcoming = e->hold ? NULL : e->rule;
	ret->how_then = e->hold ? e->hold->how : e->rule->how;
	/* A rule that counts has none, and refuses lines that can't be told. */
	if (ret->how_then == OP25B_HOW_NONE)
		ret->how_then = OP25B_DROP;
	return true;
}

int64_t op25b_asking_since(struct op25b_asking *asking, const struct op25b_prefix *peer)
{
	const struct op25b_policy *policy = asking->judge->policy;
	struct op25b_evidence *e = &asking->evidence;
	int64_t since = INT64_MIN;

	op25b_evidence_at(policy, asking->now, peer, e);
	if (e->hold)
		return e->hold->from;
	while (e->rule && op25b_evidence_verdict(e) == OP25B_REFUSE) {
		since = e->rule->from;
		if (since == INT64_MIN)
			break;
		op25b_evidence_at(policy, since - 1, peer, e);
		/* Grants of then say nothing of the rules. */
		e->hold = e->exemption = NULL;
	}
	return since;
}

int64_t op25b_asking_opens(struct op25b_asking *asking, const struct op25b_prefix *peer)
{
	const struct op25b_policy *policy = asking->judge->policy;
	struct op25b_evidence *e = &asking->evidence;
	int64_t at = asking->now;

	do {
		at = op25b_evidence_next_date(policy, e, at);
		if (at == INT64_MAX)
			break;
		op25b_evidence_at(policy, at, peer, e);
	} while (op25b_evidence_verdict(e) == OP25B_REFUSE);
	return at;
}

int64_t op25b_asking_until(struct op25b_asking *asking, bool hold)
{
	const struct op25b_policy *policy = asking->judge->policy;
	struct op25b_evidence *e = &asking->evidence;
	int64_t until = asking->now;

	while (until != INT64_MAX) {
		const struct op25b_grant *grant;

		op25b_evidence_at(policy, until, NULL, e);
		grant = hold ? e->hold : e->exemption;
		if (!grant)
			break;
		until = grant->until;
	}
	return until;
}
