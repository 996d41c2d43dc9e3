/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b.explain/1 of what the gateway enforces now, see answer.h. */
#include <errno.h>
#include <string.h>

#include "daemon/answer.h"
#include "dataplane/native.h"
#include "dataplane/testrun.h"
#include "policy/evidence.h"
#include "policy/words.h"

const char *op25b_answer_service(const struct op25b_daemon *d, uint64_t digest, uint32_t index)
{
	const struct op25b_policy *policy = d->enforcer.ruleset.policy;
	const struct op25b_plan *plan = &d->enforcer.gen.tables.plan;

	if (!policy || digest != plan->head.digest || !index || index > plan->head.n_services)
		return NULL;
	return policy->services[plan->services[index]].id;
}

/*
 * The line by which the tables found a service of that name, or null: none has an id. The program
 * returns none: it is found once more, in the policy and the live sessions.
 */
static json_t *find_line(const struct op25b_daemon *d, const struct op25b_request *request,
			 const char *service)
{
	const struct op25b_policy *policy = d->enforcer.ruleset.policy;
	const struct op25b_evidence_sessions sessions = op25b_live_evidence(d->enforcer.live);
	struct op25b_prefix address;
	struct op25b_evidence e;
	const char *line;
	uint16_t port;

	if (!service || !op25b_native_line(policy, /* skb= */ false, request->side, request->frame,
					   request->frame_size, &address, &port))
		return json_null();
	op25b_evidence_find(policy, d->enforcer.gen.tables.plan.now, &address, port, NULL,
			    &sessions, &e);
	line = op25b_evidence_line(policy, &e);
	return line && e.owner.service && e.owner.service->id == service ? json_string(line) :
									   json_null();
}

int op25b_answer_explain(const struct op25b_daemon *d, const struct op25b_request *request,
			 json_t **ret, struct op25b_error *error)
{
	const char *service, *manner;
	uint64_t digest;
	uint32_t word;
	int r;

	/* Without tables the programs would pass everything: that is no explanation. */
	if (op25b_generation_digest(d->dp, &digest))
		return op25b_error_set(error, -ENODATA, "no policy is in force");
	r = op25b_testrun(d->dp, OP25B_HOOK_XDP, request->side, request->frame, request->frame_size,
			  &word, error);
	if (r)
		return r;
	service = op25b_answer_service(d, digest, OP25B_PACKED_SERVICE(word));
	manner = OP25B_PACKED_HOW(word) != OP25B_NOTICE ?
			 NULL :
			 op25b_words_name(&op25b_words_manner, OP25B_PACKED_MANNER(word));
	*ret = json_pack(
		"{s:s, s:b, s:s, s:s, s:s?, s:s?, s:s?, s:o}", "schema", "op25b.explain/1", "live",
		1, "verdict", op25b_words_name(&op25b_words_verdict, OP25B_PACKED_VERDICT(word)),
		"reason", op25b_words_name(&op25b_words_reason, OP25B_PACKED_REASON(word)), "how",
		op25b_words_name(&op25b_words_how, OP25B_PACKED_HOW(word)), "manner", manner,
		"service", service, "line", find_line(d, request, service));
	return 0;
}
