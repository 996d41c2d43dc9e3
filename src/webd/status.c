/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See status.h. {"schema":"op25b.webd/1","ok":true,"problems":["..."],"version":"...",
 * "started_at":S,"policy":{"path":"...","digest":"16 hex","enforced":"16 hex"|null,"read_at":S},
 * "sessions":{"store":"..."|null,"known":true,"followed":true,"prefixes":N},
 * "connections":{"now":N,"most":N,"accepted":N,"refused":N,"expired":N,"evicted":N},
 * "requests":{"answered":N,"refused":N,"late":N},
 * "gateway":{"connected":true,"asked":N,"answered":N,"unasked":N}|null,
 * "maild":the same,"desk":the same,
 * "probe_at":S|null}. Times are seconds UTC.
 */
#include "webd/status.h"

#include <inttypes.h>
#include <stdio.h>

#include "webd/webd.h"

static void add_problem(json_t *list, const char *text)
{
	if (*text)
		json_array_append_new(list, json_string(text));
}

static json_t *describe_problems(const struct op25b_webd *d)
{
	json_t *list = json_array();

	add_problem(list, d->policy_problem);
	add_problem(list, d->reload_problem);
	add_problem(list, d->codes_problem);
	add_problem(list, d->proxy_problem);
	add_problem(list, d->following.problem);
	add_problem(list, op25b_watch_problem(d->watch));
	if (!op25b_watch_known(d->watch))
		add_problem(list, "sessions are not known yet: pages can't tell lines apart that "
				  "only a session tells");
	if (d->first->gateway && !d->gateway.connected)
		add_problem(list, "op25bd can't be asked");
	if (d->first->maild && !d->maild.connected)
		add_problem(list, "op25b-maild can't be asked");
	if (d->first->desk && !d->desk.connected)
		add_problem(list, "op25b-maild's desk can't be reached: customers' forms fail");
	if (d->conns.paused)
		add_problem(list, "every connection is in use: nobody is accepted");
	return list;
}

static json_t *describe_digest(uint64_t digest)
{
	char text[17];

	if (!digest)
		return json_null();
	snprintf(text, sizeof(text), "%016" PRIx64, digest);
	return json_string(text);
}

static json_t *describe_policy(const struct op25b_webd *d)
{
	return json_pack("{s:s, s:o, s:o, s:I}", "path", d->files.file->policy, "digest",
			 describe_digest(d->files.policy->digest), "enforced",
			 describe_digest(d->enforced), "read_at", (json_int_t)d->files_at);
}

static json_t *describe_sessions(const struct op25b_webd *d)
{
	return json_pack("{s:s?, s:b, s:b, s:I}", "store", d->first->sessions_shown, "known",
			 (int)op25b_watch_known(d->watch), "followed",
			 (int)(d->following.event != NULL), "prefixes",
			 (json_int_t)op25b_live_size(op25b_watch_live(d->watch)).prefixes);
}

static json_t *describe_conns(const struct op25b_conns *conns)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "now", (json_int_t)conns->n, "most",
			 (json_int_t)conns->most, "accepted", (json_int_t)conns->accepted,
			 "refused", (json_int_t)conns->refused, "expired",
			 (json_int_t)conns->expired, "evicted", (json_int_t)conns->evicted);
}

static json_t *describe_visits(const struct op25b_visits *visits)
{
	return json_pack("{s:I, s:I, s:I}", "answered", (json_int_t)visits->answered, "refused",
			 (json_int_t)visits->refused, "late", (json_int_t)visits->late);
}

static json_t *describe_teller(const struct op25b_teller *teller)
{
	if (!teller->path)
		return json_null();
	return json_pack("{s:b, s:I, s:I, s:I}", "connected", (int)teller->connected, "asked",
			 (json_int_t)teller->asked, "answered", (json_int_t)teller->answered,
			 "unasked", (json_int_t)teller->unasked);
}

json_t *op25b_webd_status(const struct op25b_webd *d)
{
	json_t *problems = describe_problems(d);

	return json_pack("{s:s, s:b, s:o, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "schema", "op25b.webd/1", "ok", (int)(json_array_size(problems) == 0),
			 "problems", problems, "version", OP25B_VERSION, "started_at",
			 (json_int_t)d->started_at, "policy", describe_policy(d), "sessions",
			 describe_sessions(d), "connections", describe_conns(&d->conns), "requests",
			 describe_visits(&d->visits), "gateway", describe_teller(&d->gateway),
			 "maild", describe_teller(&d->maild), "desk", describe_teller(&d->desk),
			 "probe_at", d->probe.at ? json_integer(d->probe.at) : json_null());
}
