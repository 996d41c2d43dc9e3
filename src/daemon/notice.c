/* SPDX-License-Identifier: BSD-2-Clause */
/* See notice.h. */
#include "daemon/notice.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/text.h"
#include "daemon/notice-state.h"
#include "dataplane/generation.h"
#include "dataplane/notice.h"
#include "serve/log.h"

#define ANEW "it is told of all doors anew"

/* The same problem is logged once. */
static void note(char problem[static OP25B_PROBLEM], int r, const struct op25b_error *error)
{
	const char *text = !r ? "" : *error->text ? error->text : strerror(-r);

	if (r && strncmp(problem, text, OP25B_PROBLEM - 1) != 0)
		op25b_log(OP25B_LOG_ERROR, "notices: %s", text);
	snprintf(problem, OP25B_PROBLEM, "%s", text);
}

/* ---- doors ----------------------------------------------------------------------------------- */

static void make_doors(struct op25b_notice *n, const struct op25b_plan *plan)
{
	struct op25b_error error = { "" };

	if (!op25b_responder_there(n->responder))
		return;
	note(n->doors_problem, op25b_door_sets_make(&n->doors, plan, &n->stands, &error), &error);
	op25b_door_sets_tell(&n->doors);
}

static void settle_doors(struct op25b_notice *n, uint64_t digest)
{
	struct op25b_error error = { "" };

	if (op25b_door_sets_settle(&n->doors, digest, &error))
		op25b_log(OP25B_LOG_ERROR, "notices: %s", error.text);
	op25b_door_sets_tell(&n->doors);
}

/* ---- rule and route ------------------------------------------------------------------------- */

static void set_route(struct op25b_notice *n)
{
	const struct op25b_gateway *gateway = n->d->gateway;
	const struct op25b_route_stands before = n->stands;
	const struct op25b_route route = { gateway->settings.notice_mark, gateway->notice.table,
					   gateway->notice.priority };
	struct op25b_error error = { "" };

	note(n->route_problem, op25b_route_set(&route, &n->stands, &n->before, &error), &error);
	n->routed = true;
	/* Doors are put by family. All go: to one that no route leads to, no reset comes either. */
	if (n->doors.sets && memcmp(&before, &n->stands, sizeof(before)) != 0) {
		settle_doors(n, 0);
		op25b_responder_end(n->responder, ANEW);
	}
}

/* Also at a start: a daemon before may have been killed, or have had another gateway file. */
static void clear_route(struct op25b_notice *n)
{
	const struct op25b_gateway_notice *notice = &n->d->gateway->notice;
	struct op25b_error error = { "" };
	int r = op25b_route_clear(notice->configured ? notice->table : 0, &error);

	note(n->route_problem, r, &error);
	n->routed = r != 0;
	n->stands = (struct op25b_route_stands){ 0 };
	n->before = (struct op25b_route_before){ 0 };
}

/* ---- generations ----------------------------------------------------------------------------- */

/* Whether the kernel's generation is the one that the enforcer has a plan of. */
static bool is_known(const struct op25b_notice *n)
{
	const struct op25b_enforcer *e = &n->d->enforcer;
	uint64_t digest;

	if (op25b_generation_digest(n->d->dp, &digest))
		return true; /* there is none */
	return e->ruleset.policy ? digest == e->gen.tables.plan.head.digest :
				   !n->d->ports.enforcing;
}

static void coming(const struct op25b_plan *plan, void *context)
{
	struct op25b_notice *n = context;

	n->coming = plan->head.digest;
	if (!op25b_notice_wanted(n, plan->policy))
		return;
	if (!n->routed)
		set_route(n);
	make_doors(n, plan);
}

static void settled(void *context)
{
	struct op25b_notice *n = context;
	uint64_t digest = 0;

	(void)op25b_generation_digest(n->d->dp, &digest);
	settle_doors(n, digest);
	if (digest != n->coming)
		return; /* it could not be put: what serves may be of a daemon before */
	op25b_door_sets_complete(&n->doors);
	op25b_door_sets_tell(&n->doors);
}

static const struct op25b_enforcer_calls enforcer_calls = { coming, settled };

/* ---- the responder --------------------------------------------------------------------------- */

/* A whole new set. Where it isn't known what to say, the responder keeps what it has. */
static void offer_all(struct op25b_notice *n)
{
	const struct op25b_enforcer *e = &n->d->enforcer;

	if (!op25b_responder_there(n->responder) || !is_known(n))
		return;
	if (op25b_notice_wanted(n, e->ruleset.policy))
		make_doors(n, &e->gen.tables.plan);
	op25b_door_sets_complete(&n->doors);
	op25b_door_sets_tell(&n->doors);
}

static void responder_came(void *context)
{
	offer_all(context);
}

static void responder_went(void *context)
{
	struct op25b_notice *n = context;

	op25b_door_sets_forget(&n->doors);
	n->doors_problem[0] = '\0';
}

/* A dead one has no doors; one that stands still has, and who came there would hear nothing. */
static void responder_silent(void *context)
{
	settle_doors(context, 0);
}

static void responder_free(void *context)
{
	struct op25b_notice *n = context;

	op25b_door_sets_tell(&n->doors);
}

static const struct op25b_responder_calls responder_calls = {
	.came = responder_came,
	.went = responder_went,
	.silent = responder_silent,
	.free = responder_free,
};

static void close_responder(struct op25b_notice *n)
{
	op25b_responder_close(&n->responder);
	op25b_door_sets_forget(&n->doors);
	n->doors.responder = NULL;
	n->socket_problem[0] = '\0';
}

/* Each text has two listeners, which are ours until the responder has them. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void open_responder(struct op25b_notice *n)
{
	const struct op25b_gateway_notice *notice = &n->d->gateway->notice;
	const struct op25b_responder_options options = { .path = notice->socket,
							 .user = notice->user,
							 .connections = notice->connections,
							 .per_line = notice->per_line,
							 .page = op25b_notice_page(n->d->dp) };
	struct op25b_error error = { "" };

	if (!notice->configured || n->responder)
		return;
	raise_descriptors();
	note(n->socket_problem,
	     op25b_responder_open(n->base, &options, &responder_calls, n, &n->responder, &error),
	     &error);
	n->doors.responder = n->responder;
}

/* ---- life ------------------------------------------------------------------------------------ */

int op25b_notice_open(struct op25b_daemon *d, struct event_base *base,
		      struct op25b_notice **ret_notice, struct op25b_error *error)
{
	struct op25b_notice *n = calloc(1, sizeof(*n));

	if (!n)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	n->d = d;
	n->base = base;
	n->doors.dp = d->dp;
	d->enforcer.calls = &enforcer_calls;
	d->enforcer.calls_context = n;
	open_responder(n);
	*ret_notice = n;
	return 0;
}

void op25b_notice_close(struct op25b_notice **notice)
{
	struct op25b_notice *n = *notice;

	if (!n)
		return;
	n->d->enforcer.calls = NULL;
	close_responder(n);
	free(n);
	*notice = NULL;
}

void op25b_notice_reload(struct op25b_notice *n, const struct op25b_gateway_notice *old)
{
	const struct op25b_gateway_notice *now = &n->d->gateway->notice;

	if (op25b_text_same(old->socket, now->socket) && op25b_text_same(old->user, now->user) &&
	    old->connections == now->connections && old->per_line == now->per_line)
		return;
	close_responder(n);
	open_responder(n);
}

void op25b_notice_reconcile(struct op25b_notice *n)
{
	open_responder(n); /* where that failed before */
	if (*n->doors_problem)
		op25b_responder_end(n->responder, ANEW);
	if (!is_known(n))
		return;
	if (op25b_notice_wanted(n, n->d->enforcer.ruleset.policy)) {
		set_route(n);
		return;
	}
	settle_doors(n, 0);
	clear_route(n);
}
