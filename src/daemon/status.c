/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b.status/1 and what changes answer, see answer.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/answer.h"
#include "daemon/change.h"
#include "daemon/feed.h"
#include "daemon/notice.h"
#include "policy/words.h"

#define AWAY                                                                          \
	"op25b-noticed is not there: `how: notice` is a reset until it comes; start " \
	"op25b-noticed, or see its log"

static json_t *stamp(int64_t wall)
{
	char text[OP25B_STAMP];

	return wall <= 0 || wall == INT64_MAX ? json_null() :
						json_string(op25b_clock_stamp(wall, text));
}

static json_t *describe_policy(const struct op25b_daemon *d)
{
	const struct op25b_policy *policy = d->enforcer.ruleset.policy;
	char digest[17];

	if (!policy)
		return json_null();
	snprintf(digest, sizeof(digest), "%016" PRIx64, policy->digest);
	return json_pack("{s:I, s:s, s:i, s:s, s:o, s:i, s:i, s:i, s:o, s:o, s:o}", "number",
			 (json_int_t)d->state.current, "root", policy->files[0], "files",
			 (int)policy->n_files, "digest", digest, "applied_at",
			 stamp(d->state.applied_at), "services", (int)policy->n_services, "lines",
			 (int)policy->n_lines, "pools",
			 (int)d->enforcer.gen.tables.plan.head.n_pools, "stage",
			 stamp(op25b_policy_last_change(policy, d->enforcer.gen.tables.plan.now)),
			 "next_change", stamp(op25b_enforcer_due(&d->enforcer)), "switched_at",
			 stamp(d->enforcer.switched_at));
}

/* The newest first. */
static json_t *describe_history(const struct op25b_daemon *d)
{
	json_t *list = json_array();

	for (size_t i = json_array_size(d->state.history); i-- > 0;) {
		json_t *one = json_copy(json_array_get(d->state.history, i));

		json_object_set_new(one, "at",
				    stamp(json_integer_value(json_object_get(one, "at"))));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *describe_pending(const struct op25b_daemon *d)
{
	int64_t left = op25b_change_seconds_left(d);

	if (!d->state.pending)
		return json_null();
	return json_pack("{s:I, s:o, s:o}", "seconds_left", (json_int_t)left, "deadline",
			 stamp(op25b_clock_wall() + left), "goes_back_to",
			 d->state.previous ? json_integer((json_int_t)d->state.previous) :
					     json_null());
}

static json_t *describe_notes(uint32_t notes)
{
	static const struct {
		enum op25b_attach_note note;
		const char *word;
	} words[] = {
		{ OP25B_NOTE_VLAN_STRIPPED, "vlan-stripped" },
		{ OP25B_NOTE_NATIVE_REFUSED, "native-refused" },
		{ OP25B_NOTE_FOREIGN_XDP, "foreign-xdp" },
		{ OP25B_NOTE_FOREIGN_TC, "foreign-tc" },
		{ OP25B_NOTE_TC_BEFORE, "tc-before" },
		{ OP25B_NOTE_NOTICE_HELD, "notice-held" },
		{ OP25B_NOTE_NOTICE_BEHIND, "notice-behind" },
		{ OP25B_NOTE_NOTICE_FAILED, "notice-failed" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (notes & words[i].note)
			json_array_append_new(list, json_string(words[i].word));
	}
	return list;
}

static json_t *describe_port(const struct op25b_port *port)
{
	json_t *json = json_pack(
		"{s:s, s:i, s:s, s:b, s:s?, s:o}", "name", port->name, "ifindex",
		(int)port->ifindex, "side", op25b_words_name(&op25b_words_side, port->entry->side),
		"attached", (int)port->attached, "problem", *port->problem ? port->problem : NULL,
		"unfiltered_ns",
		port->unfiltered_ns < 0 ? json_null() : json_integer(port->unfiltered_ns));

	if (port->attached) {
		json_object_set_new(json, "hook",
				    json_string(op25b_hook_name(port->attachment.hook)));
		json_object_set_new(json, "program", json_integer(port->attachment.prog_id));
		json_object_set_new(json, "layer3", json_boolean(port->attachment.layer3));
		json_object_set_new(json, "notes", describe_notes(port->attachment.notes));
	}
	return json;
}

static json_t *describe_ports(const struct op25b_daemon *d)
{
	json_t *list = json_array();

	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(&d->ports, port));)
		json_array_append_new(list, describe_port(port));
	return list;
}

static void add_problem(json_t *list, const char *text)
{
	if (*text)
		json_array_append_new(list, json_string(text));
}

static bool is_there(const struct op25b_ports *ports, const char *name)
{
	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(ports, port));) {
		if (!strcmp(port->name, name))
			return true;
	}
	return false;
}

/* A pattern may mean nothing for a while; a name that means nothing is a slip, or a lost device. */
static void add_missing(json_t *list, const struct op25b_daemon *d)
{
	const struct op25b_gateway *gateway = d->gateway;
	bool attached = false;
	char text[200];

	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(&d->ports, port));)
		attached = attached || port->attached;
	if (!attached)
		add_problem(list, "the policy is enforced on no interface: correct the names of "
				  "the gateway file, or wait for the interfaces");
	for (size_t i = 0; i < gateway->n_interfaces; i++) {
		const char *name = gateway->interfaces[i].pattern;

		if (strpbrk(name, "*?") || is_there(&d->ports, name))
			continue;
		snprintf(text, sizeof(text),
			 "the gateway file names '%s', and there is no such interface: correct the "
			 "name, or make the interface",
			 name);
		add_problem(list, text);
	}
}

/* All problems but one: that the responder is away, which the caller adds. */
static json_t *describe_problems(const struct op25b_daemon *d)
{
	json_t *list = json_array();
	char text[IF_NAMESIZE + 1100], sessions[OP25B_PROBLEM];

	add_problem(list, d->state_problem);
	add_problem(list, d->sync_problem);
	add_problem(list, d->release_problem);
	add_problem(list, d->stage_problem);
	add_problem(list, d->reconcile_problem);
	add_problem(list, d->reload_problem);
	add_problem(list, op25b_feed_problem(d->feed, sessions));
	add_problem(list, op25b_feed_wide(d->feed, sessions));
	add_problem(list, op25b_notice_problem(d->notice, sessions));
	if (op25b_enforcer_waits(&d->enforcer))
		add_problem(list,
			    "what a daemon before left in the kernel stays as it is, stages and "
			    "mends wait, until the session store was read");
	if (d->ports.enforcing)
		add_missing(list, d);
	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(&d->ports, port));) {
		if (port->attached && (port->attachment.notes & OP25B_NOTE_TC_BEFORE)) {
			snprintf(text, sizeof(text),
				 "%s: somebody else's tc filter or tcx program comes before ours "
				 "and may pass packets: take it off, or add it with a preference "
				 "from 2 on",
				 port->name);
			add_problem(list, text);
		}
		if (!*port->problem)
			continue;
		snprintf(text, sizeof(text),
			 port->attached ? "%s is not enforced as the gateway file says: %s" :
					  "%s is not enforced: %s",
			 port->name, port->problem);
		add_problem(list, text);
	}
	return list;
}

static json_t *describe_kernel(const struct op25b_daemon *d)
{
	const struct op25b_enforcer *e = &d->enforcer;

	return json_pack("{s:o, s:o, s:s?, s:I, s:I}", "checked_at", stamp(e->checked_at),
			 "differed_at", stamp(e->differed_at), "difference",
			 *e->difference ? e->difference : NULL, "mended_tables",
			 (json_int_t)e->n_mended, "mended_interfaces",
			 (json_int_t)d->ports.n_mended);
}

json_t *op25b_answer_status(const struct op25b_daemon *d)
{
	json_t *problems = describe_problems(d);

	if (op25b_notice_away(d->notice))
		add_problem(problems, AWAY);
	return json_pack(
		"{s:s, s:b, s:b, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o}",
		"schema", "op25b.status/1", "ok", (int)(json_array_size(problems) == 0),
		"enforcing", (int)d->ports.enforcing, "version", OP25B_VERSION, "abi",
		(int)OP25B_ABI, "pid", (int)getpid(), "started_at", stamp(d->started_at), "policy",
		describe_policy(d), "previous",
		d->state.previous ? json_integer((json_int_t)d->state.previous) : json_null(),
		"pending", describe_pending(d), "history", describe_history(d), "interfaces",
		describe_ports(d), "kernel", describe_kernel(d), "sessions",
		op25b_feed_status(d->feed), "notice", op25b_notice_status(d->notice), "warnings",
		op25b_notice_warnings(d->notice), "problems", problems);
}

json_t *op25b_answer_change(const struct op25b_daemon *d, const char *schema, double took_ms)
{
	unsigned int n = 0, failed = op25b_ports_failed(&d->ports);
	json_t *warnings = op25b_notice_warnings(d->notice);

	if (op25b_notice_away(d->notice))
		add_problem(warnings, AWAY);

	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(&d->ports, port));)
		n += port->attached;
	return json_pack("{s:s, s:b, s:o, s:o, s:i, s:i, s:f, s:o, s:o}", "schema", schema,
			 "enforcing", (int)d->ports.enforcing, "policy", describe_policy(d),
			 "pending", describe_pending(d), "interfaces", (int)n, "interfaces_failed",
			 (int)failed, "ms", took_ms, "warnings", warnings, "problems",
			 describe_problems(d));
}
