/* SPDX-License-Identifier: BSD-2-Clause */
/* See notice.h: what an operator is told of notices. */
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/notice-state.h"
#include "daemon/stacked.h"
#include "dataplane/notice.h"

#define WARNED_MAX 16 /* interfaces with VLANs, and as many with sessions */

bool op25b_notice_away(const struct op25b_notice *n)
{
	return op25b_notice_wanted(n, n->d->enforcer.ruleset.policy) && !*n->socket_problem &&
	       !op25b_responder_there(n->responder);
}

const char *op25b_notice_problem(const struct op25b_notice *n, char buffer[static OP25B_PROBLEM])
{
	const char *const problems[] = { n->socket_problem, n->route_problem, n->doors_problem };
	size_t used = 0;

	*buffer = '\0';
	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
		if (!*problems[i] || used >= OP25B_PROBLEM - 1)
			continue;
		used += (size_t)snprintf(buffer + used, OP25B_PROBLEM - used, "%s%s",
					 used ? "; " : "notices are resets: ", problems[i]);
	}
	return buffer;
}

static json_t *describe_counts(const struct op25b_notice *n)
{
	const struct op25b_wire_counts *c = op25b_responder_counts(n->responder);

	if (!c)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "open", (json_int_t)c->open,
			 "limit", (json_int_t)c->limit, "lines", (json_int_t)c->lines, "served",
			 (json_int_t)c->served, "refused_per_line", (json_int_t)c->per_line,
			 "refused_full", (json_int_t)c->full, "late", (json_int_t)c->late, "unread",
			 (json_int_t)c->unread);
}

json_t *op25b_notice_status(const struct op25b_notice *n)
{
	bool there = op25b_responder_there(n->responder);
	size_t doors = 0;

	if (!n->d->gateway->notice.configured)
		return json_pack("{s:s}", "responder", "not-configured");
	(void)op25b_door_count(n->d->dp, &doors, NULL);
	return json_pack("{s:s, s:o, s:b, s:I, s:I, s:b, s:b, s:o}", "responder",
			 there ? "connected" : "away", "pid",
			 there ? json_integer(op25b_responder_pid(n->responder)) : json_null(),
			 "wanted", (int)op25b_notice_wanted(n, n->d->enforcer.ruleset.policy),
			 "texts", (json_int_t)op25b_door_sets_texts(&n->doors), "doors",
			 (json_int_t)doors, "v4", (int)n->stands.in[OP25B_V4], "v6",
			 (int)n->stands.in[OP25B_V6], "counts", describe_counts(n));
}

/* ---- warnings -------------------------------------------------------------------------------- */

static void warn(json_t *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void warn(json_t *list, const char *format, ...)
{
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_array_append_new(list, json_string(text));
}

/* Of those who refuse here: an interface is warned of once, and not without end. */
struct stack_warning {
	const struct op25b_ports *ports;
	json_t *list;
	unsigned int warned[WARNED_MAX];
	size_t n;
	unsigned int last; /* many lines in a row name the same device */
};

static bool refuses(const struct op25b_port *port)
{
	return port && port->attached && port->entry->side != OP25B_UPSTREAM;
}

static void warn_of_stack(const char *lower, const char *upper, void *context)
{
	struct stack_warning *w = context;
	unsigned int ifindex = if_nametoindex(lower);

	if (ifindex == w->last || w->n == WARNED_MAX ||
	    !refuses(op25b_ports_find(w->ports, ifindex)))
		return;
	w->last = ifindex;
	for (size_t i = 0; i < w->n; i++) {
		if (w->warned[i] == ifindex)
			return;
	}
	w->warned[w->n++] = ifindex;
	if (*upper)
		warn(w->list,
		     "%s carries VLANs (%s): `how: notice` is a reset in tagged frames; name the "
		     "interfaces of the VLANs in the gateway file, not %s",
		     lower, upper, lower);
	else
		warn(w->list,
		     "%s carries PPPoE sessions: `how: notice` is a reset in them; name their ppp "
		     "interfaces in the gateway file, not %s",
		     lower, lower);
}

static void warn_of_stacks(const struct op25b_notice *n, json_t *list)
{
	struct stack_warning vlans = { .ports = &n->d->ports, .list = list }, pppoe = vlans;
	OP25B_AUTO_FCLOSE FILE *vlan_file = fopen(OP25B_STACKED_VLANS, "re");
	OP25B_AUTO_FCLOSE FILE *pppoe_file = fopen(OP25B_STACKED_PPPOE, "re");

	/* Without such devices the kernel has no such text. */
	if (vlan_file)
		op25b_stacked_vlans(vlan_file, warn_of_stack, &vlans);
	if (pppoe_file)
		op25b_stacked_pppoe(pppoe_file, warn_of_stack, &pppoe);
}

static void warn_of_port(json_t *list, const struct op25b_port *port)
{
	char master[IF_NAMESIZE] = "another device";

	if (port->master) {
		if_indextoname(port->master, master);
		warn(list,
		     "%s is a port of %s, so the host does not route what comes in there: `how: "
		     "notice` is a reset on it",
		     port->name, master);
	}
	if (port->attachment.notes & OP25B_NOTE_NOTICE_HELD)
		warn(list,
		     "%s: somebody else's tc filter has the place of our half below XDP: `how: "
		     "notice` is a reset on it; take the filter off, or write hook: tc",
		     port->name);
	if (port->attachment.notes & OP25B_NOTE_NOTICE_FAILED)
		warn(list,
		     "%s: our half below XDP can't be put at tc: `how: notice` is a reset on it; "
		     "the log says why; mend that, or write hook: tc",
		     port->name);
	if (port->attachment.notes & OP25B_NOTE_NOTICE_BEHIND)
		warn(list,
		     "%s: somebody else's tc filter or tcx program comes before our half below XDP "
		     "and may keep packets from it, which then get no answer: add the filter with "
		     "a preference from 2 on, take the tcx program off, or write hook: tc",
		     port->name);
}

static void warn_of_rules(const struct op25b_notice *n, json_t *list)
{
	static const char *const names[] = { [OP25B_V4] = "IPv4", [OP25B_V6] = "IPv6" };
	const uint32_t ours = n->d->gateway->notice.priority;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const uint32_t theirs = n->before.priority[i];

		if (n->before.in[i])
			warn(list,
			     "%s: the rule at priority %u (of somebody else) comes before ours "
			     "(%u): packets of refused connections that it takes are not "
			     "answered; %s",
			     names[i], theirs, ours,
			     theirs > 1 ? "write a lower `priority` under `notice` in the gateway "
					  "file" :
					  "give it a higher priority");
	}
}

json_t *op25b_notice_warnings(const struct op25b_notice *n)
{
	const struct op25b_policy *policy = n->d->enforcer.ruleset.policy;
	const struct op25b_wire_counts *counts = op25b_responder_counts(n->responder);
	json_t *list = json_array();

	if (!policy || !policy->uses_notice)
		return list;
	if (!n->d->gateway->notice.configured) {
		warn(list,
		     "the policy says `how: notice`, and the gateway file has no section 'notice': "
		     "it is a reset; add the section and start op25b-noticed");
		return list;
	}
	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(&n->d->ports, port));) {
		if (refuses(port))
			warn_of_port(list, port);
	}
	warn_of_stacks(n, list);
	warn_of_rules(n, list);
	if (policy->n_tunnels)
		warn(list, "the policy looks into tunnels: `how: notice` is a reset for the lines "
			   "behind them");
	if (counts && counts->limit < n->d->gateway->notice.connections)
		warn(list,
		     "op25b-noticed may have too few descriptors: it takes %u connections, not the "
		     "%u of the gateway file; raise LimitNOFILE= of its unit",
		     counts->limit, n->d->gateway->notice.connections);
	if (n->doors.beyond)
		warn(list,
		     "the policy has %zu texts of notices more than a gateway has doors: `how: "
		     "notice` is a reset there; use fewer services or manners",
		     n->doors.beyond);
	return list;
}
