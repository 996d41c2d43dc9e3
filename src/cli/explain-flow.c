/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b explain` for one flow: the tables decide, the policy shows why, and the dates ahead are
 * tried until the answer is another one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/explain.h"
#include "policy/evidence.h"
#include "policy/owner.h"
#include "policy/prefix.h"
#include "policy/words.h"

struct question {
	const struct op25b_command *command;
	const struct op25b_policy *policy;
	const struct op25b_flow *flow;
	int64_t at;
	struct op25b_decision decision;
	const struct op25b_service *service;
	const char *line; /* as op25b_owner_line() says it */
	struct op25b_evidence evidence;
};

static int decide(const struct op25b_policy *policy, const struct op25b_flow *flow, int64_t at,
		  struct op25b_decision *ret_decision, const struct op25b_service **ret_service)
{
	struct op25b_tables tables = { 0 };
	int r = op25b_tables_make(policy, at, NULL, &tables);

	if (r)
		return r;
	op25b_flow_decide(&tables, flow, ret_decision);
	*ret_service = op25b_tables_service(&tables, ret_decision->service);
	op25b_tables_done(&tables);
	return 0;
}

static const char *place_file(const struct question *q, const struct op25b_place *place)
{
	return place->file < q->policy->n_files ? q->policy->files[place->file] : "?";
}

static void print_place(const struct question *q, const struct op25b_place *place)
{
	printf("%s:%u:%u\n", place_file(q, place), place->line, place->column);
}

static void print_ids(const char *lead, const struct op25b_peer_group *groups, const uint32_t *list,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s%s", i ? ", " : lead, groups[list[i]].id);
}

static const char *verdict_said(unsigned int verdict)
{
	return verdict == OP25B_REFUSE ? "refused" :
	       verdict == OP25B_COUNT  ? "passes, and is counted as one to be refused" :
					 "passes";
}

static const char *how_said(const struct op25b_decision *decision)
{
	static const char *const said[] = {
		[OP25B_DROP] = "drop: nothing is sent back, the client waits until it gives up",
		[OP25B_RESET] = "reset: a TCP reset goes back, the client fails at once",
		[OP25B_UNREACHABLE] =
			"unreachable: an ICMP error goes back, the client fails at once",
	};
	static const char *const notices[] = {
		[OP25B_GREETING] =
			"notice (greeting): SMTP's 554 and why; the client fails at once",
		[OP25B_LATER] = "notice (later): SMTP's 421 and why; a mail server tries again, "
				"until it gives up",
		[OP25B_HELO] =
			"notice (helo): SMTP's 550 to HELO and why; a mail server bounces at "
			"once",
	};

	if (decision->how == OP25B_NOTICE && decision->manner <= OP25B_HELO)
		return notices[decision->manner];
	return decision->how < sizeof(said) / sizeof(*said) ? said[decision->how] : NULL;
}

void op25b_explain_print(const struct op25b_flow *flow, const struct op25b_decision *decision,
			 const char *because)
{
	char line[OP25B_PREFIX_TEXT], peer[OP25B_PREFIX_TEXT];
	const char *how = how_said(decision);

	op25b_address_format(flow->line.family, flow->line.addr, line);
	op25b_address_format(flow->peer.family, flow->peer.addr, peer);
	printf("%s: TCP ", verdict_said(decision->verdict));
	if (flow->side == OP25B_UPSTREAM)
		printf("from %s port %u to the line %s", peer, flow->peer_port, line);
	else
		printf("from the line %s to %s port %u", line, peer, flow->peer_port);
	printf(" (%s)\n", op25b_words_name(&op25b_words_reason, decision->reason));
	printf("  because  %s\n", because);
	if (how)
		printf("  how      %s\n", how);
}

static void print_line(const struct question *q)
{
	const struct op25b_evidence *e = &q->evidence;
	char line[OP25B_PREFIX_TEXT], pool[OP25B_PREFIX_TEXT];

	if (e->owner.line) {
		printf("  line     %s, %s, ", q->policy->line_ids[e->owner.line->line],
		       op25b_prefix_format(&e->owner.line->prefix, line));
		print_place(q, &e->owner.line->place);
	} else if (q->line) {
		printf("  line     %s: many share an address of pool %s, ", q->line,
		       op25b_prefix_format(&e->owner.pool->prefix, pool));
		print_place(q, &e->owner.pool->place);
	} else if (e->owner.pool) {
		struct op25b_prefix unit = e->owner.address;

		op25b_prefix_cut(&unit, e->owner.pool->line);
		printf("  line     %s of pool %s, ", op25b_prefix_format(&unit, line),
		       op25b_prefix_format(&e->owner.pool->prefix, pool));
		print_place(q, &e->owner.pool->place);
	} else {
		printf("  line     in no pool and no line of the policy\n");
	}
}

/* What a port says of an address that many share. */
static void print_told(const struct question *q)
{
	const struct op25b_owner *owner = &q->evidence.owner;
	const struct op25b_pool_prefix *shared = owner->shared ? owner->shared : owner->pool;
	char text[OP25B_PREFIX_TEXT];

	if (!shared || !shared->map.ea || (!owner->shared && owner->line))
		return;
	if (owner->shared)
		printf("  port     %u is that of %s, ", q->flow->line_port,
		       op25b_address_format(owner->address.family, owner->address.addr, text));
	else if (q->flow->line_port)
		printf("  port     %u is no line's, ", q->flow->line_port);
	else
		printf("  port     not given: it would tell the line, ");
	print_place(q, &shared->map.place);
}

static void print_peer(const struct question *q)
{
	const struct op25b_evidence *e = &q->evidence;

	if (!e->server && !e->destination) {
		printf("  peer     in none of mail_servers and destinations\n");
		return;
	}
	if (e->server) {
		printf("  peer     mail server %s, ", e->server->id);
		print_place(q, &e->server->place);
	}
	if (e->destination) {
		printf("  peer     destination %s, ", e->destination->id);
		print_place(q, &e->destination->place);
	}
}

static void print_grant(const struct question *q, const char *what, const struct op25b_grant *grant)
{
	char from[OP25B_INPUT_DATE], until[OP25B_INPUT_DATE];

	if (!grant)
		return;
	printf("  %-8s %s, from %s until %s", what, grant->id, op25b_input_date(grant->from, from),
	       op25b_input_date(grant->until, until));
	if (grant->reason)
		printf(", %s", grant->reason);
	if (grant->approved_by)
		printf(", approved by %s", grant->approved_by);
	printf(", ");
	print_place(q, &grant->place);
}

static void print_rule(const struct question *q, const char *what, const struct op25b_rule *rule)
{
	const char *how = op25b_words_name(&op25b_words_how, rule->how);
	char date[OP25B_INPUT_DATE];

	printf("  %-8s from %s: %s", what, op25b_input_date(rule->from, date),
	       op25b_words_name(&op25b_words_action, rule->action));
	if (how)
		printf(", how %s", how);
	print_ids(", except ", q->policy->servers, rule->except, rule->n_except);
	print_ids(", to ", q->policy->destinations, rule->to, rule->n_to);
	printf(", ");
	print_place(q, &rule->place);
}

/* The service's own answer to a line that cannot be told, which goes before the rule's action. */
static void print_unknown(const struct question *q)
{
	const struct op25b_service *service = q->evidence.owner.service;

	if (!q->evidence.rule || q->evidence.owner.line ||
	    service->unknown_line == OP25B_UNKNOWN_RULE)
		return;
	printf("  instead  %s: the unknown_line of the service\n",
	       op25b_words_name(&op25b_words_unknown_line, service->unknown_line));
}

static void print_evidence(const struct question *q)
{
	const struct op25b_evidence *e = &q->evidence;

	print_line(q);
	print_told(q);
	if (!e->owner.service)
		return;
	printf("  service  %s", e->owner.service->id);
	if (e->owner.service->name.en)
		printf(" (%s)", e->owner.service->name.en);
	printf(", ");
	print_place(q, &e->owner.service->place);
	print_peer(q);
	print_grant(q, "hold", e->hold);
	print_grant(q, "exempt", e->exemption);
	if (e->rule)
		print_rule(q, "rule", e->rule);
	else
		printf("  rule     %s\n", !e->owner.service->n_rules ?
						  "the service has none" :
					  q->decision.reason == OP25B_BEFORE_START ?
						  "none has begun" :
						  "none in force is about this peer");
	print_unknown(q);
	if (e->upcoming)
		print_rule(q, "ahead", e->upcoming);
}

/* The first date at which the answer is another one. 0; 1 if there is none; -errno. */
static int next_answer(const struct question *q, int64_t *ret_at, struct op25b_decision *ret_then)
{
	const struct op25b_service *service;
	int64_t at = q->at;
	int r;

	for (;;) {
		at = op25b_evidence_next_date(q->policy, &q->evidence, at);
		if (at == INT64_MAX)
			return 1;
		r = decide(q->policy, q->flow, at, ret_then, &service);
		if (r)
			return r;
		if (ret_then->verdict != q->decision.verdict ||
		    ret_then->reason != q->decision.reason || ret_then->how != q->decision.how) {
			*ret_at = at;
			return 0;
		}
	}
}

static int print_next(const struct question *q)
{
	struct op25b_decision then;
	char date[OP25B_INPUT_DATE];
	int64_t at;
	int r;

	printf("  asked    for %s\n", op25b_input_date(q->at, date));
	/* The port is looked at before anything that has a date. */
	r = q->decision.reason == OP25B_OTHER_PORT ? 1 : next_answer(q, &at, &then);
	if (r < 0)
		return r;
	if (r) {
		printf("  changes  never, as the policy stands\n");
		return 0;
	}
	printf("  changes  %s: then %s (%s)\n", op25b_input_date(at, date),
	       op25b_words_name(&op25b_words_verdict, then.verdict),
	       op25b_words_name(&op25b_words_reason, then.reason));
	return 0;
}

static int print_text(const struct question *q)
{
	const char *because = op25b_explain_reason(q->decision.reason);

	if (q->decision.reason == OP25B_OTHER_PORT && !q->policy->reverse_path &&
	    q->flow->side == OP25B_UPSTREAM)
		because = "the policy says `reverse_path: off`: nothing is looked at there";
	op25b_explain_print(q->flow, &q->decision, because);
	if (q->decision.reason != OP25B_OTHER_PORT)
		print_evidence(q);
	return print_next(q);
}

static int print_json(const struct question *q)
{
	struct op25b_reply reply = {
		.packet = 1, .decision = q->decision, .service = q->service, .line = q->line
	};
	struct op25b_reply_writer writer;
	int r = op25b_reply_open(q->policy, /* json= */ true, stdout, &writer);

	if (r)
		return r;
	op25b_reply_write(&writer, &reply);
	op25b_reply_close(&writer);
	return 0;
}

int op25b_explain_flow(const struct op25b_command *command, const struct op25b_input *input,
		       const struct op25b_flow *flow, bool json)
{
	struct question q = {
		.command = command, .policy = input->policy, .flow = flow, .at = input->at
	};
	int r = decide(q.policy, flow, q.at, &q.decision, &q.service);

	if (!r) {
		op25b_evidence_find(q.policy, q.at, &flow->line, flow->line_port, &flow->peer, NULL,
				    &q.evidence);
		if (q.service)
			q.line = op25b_owner_line(q.policy, &q.evidence.owner);
		r = json ? print_json(&q) : print_text(&q);
	}
	if (r) {
		op25b_say(command, "cannot decide: %s", strerror(-r));
		return OP25B_EXIT_PARTLY;
	}
	return q.decision.verdict == OP25B_REFUSE ? OP25B_EXIT_NO : OP25B_EXIT_YES;
}
