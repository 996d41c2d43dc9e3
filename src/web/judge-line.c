/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose line an address is, for judge.h. */
#include <string.h>

#include "policy/prefix.h"
#include "web/judge.h"

/* RFC 4291 2.5.5.2: what a listener of both families sees of IPv4. */
static struct op25b_prefix unmapped(const struct op25b_prefix *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct op25b_prefix v4 = { .family = OP25B_V4, .len = 32 };

	if (address->family != OP25B_V6 || memcmp(address->addr, mapped, sizeof(mapped)) != 0)
		return *address;
	memcpy(v4.addr, address->addr + sizeof(mapped), 4);
	return v4;
}

/* Whether sessions that are not known yet may have another answer for the address. */
static bool waits(const struct op25b_judge *judge, const struct op25b_evidence *e)
{
	const struct op25b_policy *policy = judge->policy;
	bool matter = policy->n_session_rules > 0;

	if (judge->sessions_known || e->owner.line)
		return false;
	for (size_t i = 0; i < policy->n_exemptions && !matter; i++)
		matter = policy->exemptions[i].n_lines > 0;
	for (size_t i = 0; i < policy->n_holds && !matter; i++)
		matter = policy->holds[i].n_lines > 0;
	return matter;
}

/* Its session's, where no line of the policy has it, nor another session a part of it. */
static bool find_sessions_other(const struct op25b_judge *judge, const struct op25b_line *line,
				struct op25b_prefix *ret)
{
	struct op25b_session_facts facts;
	struct op25b_prefix held;
	struct op25b_owner owner;

	if (!line->evidence.has_session ||
	    !op25b_live_other(judge->live, &line->evidence.session.prefix, &held))
		return false;
	*ret = held;
	ret->len = op25b_prefix_whole(ret->family);
	op25b_owner_find(judge->policy, judge->owners, ret, 0, &owner);
	return !owner.line && op25b_live_find(judge->live, ret, &facts) &&
	       !op25b_prefix_compare(&facts.prefix, &held);
}

/* A static line's first address of the other family that is not within another line's prefix. */
static bool find_other(const struct op25b_judge *judge, const struct op25b_line *line,
		       struct op25b_prefix *ret)
{
	const struct op25b_policy *policy = judge->policy;
	const struct op25b_line_prefix *of = line->evidence.owner.line;
	uint8_t family = line->address.family == OP25B_V4 ? OP25B_V6 : OP25B_V4;

	for (size_t i = 0; of && i < policy->n_lines; i++) {
		const struct op25b_line_prefix *other = &policy->lines[i];
		struct op25b_owner owner;

		if (other->line != of->line || other->prefix.family != family)
			continue;
		*ret = other->prefix;
		ret->len = op25b_prefix_whole(family);
		op25b_owner_find(policy, judge->owners, ret, 0, &owner);
		if (owner.line->line == of->line)
			return true;
	}
	return false;
}

void op25b_judge_line(const struct op25b_judge *judge, const struct op25b_prefix *address,
		      uint16_t port, int64_t now, struct op25b_line *ret)
{
	const struct op25b_policy *policy = judge->policy;
	const struct op25b_evidence_sessions sessions = op25b_live_evidence(judge->live);
	struct op25b_line line = { .address = unmapped(address), .port = port };
	struct op25b_evidence *e = &line.evidence;
	const char *id;

	op25b_evidence_whose(policy, judge->owners, &line.address, port, &sessions, e);
	op25b_evidence_at(policy, now, NULL, e);
	line.service = e->owner.service;
	line.tenant = line.service ? line.service->tenant : 0;
	line.shared = line.service && line.service->addressing == OP25B_SHARED && !e->owner.line &&
		      !e->has_session;
	line.waiting = waits(judge, e);
	id = line.shared ? NULL : op25b_evidence_line(policy, e);
	if (id)
		memcpy(line.line, id, strlen(id) + 1);
	line.has_other = find_other(judge, &line, &line.other) ||
			 find_sessions_other(judge, &line, &line.other);
	*ret = line;
}
