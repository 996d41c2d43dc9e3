/* SPDX-License-Identifier: BSD-2-Clause */
/* See upkeep.h. */
#include "webd/upkeep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "serve/clock.h"
#include "serve/log.h"
#include "webd/probes.h"
#include "webd/tables.h"
#include "webd/webd.h"

#define OFTEN 10 /* seconds between two looks at other programs */
#define SWEEP 60 /* seconds between two looks at what is over its time */

/* Pages must not say another policy than is enforced without anybody knowing. */
static void compare_policies(struct op25b_webd *d, uint64_t enforced)
{
	char text[sizeof(d->policy_problem)] = "";

	d->enforced = enforced;
	if (enforced && enforced != d->files.policy->digest)
		snprintf(text, sizeof(text),
			 "pages show policy %016" PRIx64 ", and op25bd enforces %016" PRIx64
			 ": apply the one, or reload op25b-webd",
			 d->files.policy->digest, enforced);
	if (!strcmp(text, d->policy_problem))
		return;
	op25b_log(*text ? OP25B_LOG_ERROR : OP25B_LOG_NOTICE, "%s",
		  *text ? text : "pages show the policy that op25bd enforces");
	memcpy(d->policy_problem, text, sizeof(text));
}

static void on_digest(void *context, const json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "digest"));

	compare_policies(context, text ? strtoull(text, NULL, 16) : 0);
}

/* Any address: what matters is the digest beside it. */
static void ask_digest(struct op25b_webd *d)
{
	if (d->first->gateway &&
	    !op25b_teller_ask(&d->gateway,
			      json_pack("{s:s, s:s}", "op", "facts", "address", "192.0.2.0"),
			      on_digest, d))
		d->enforced = 0;
}

static void on_counters(void *context, const json_t *answer)
{
	struct op25b_webd *d = context;

	if (answer)
		op25b_samples_add(&d->samples, op25b_clock_wall(), answer);
}

static void sweep(struct op25b_webd *d, int64_t now)
{
	const struct op25b_retention *keep = &d->files.policy->retention;
	struct op25b_error error = { "" };

	if (d->codes &&
	    op25b_codes_sweep(d->codes, now, now - (keep->codes ? keep->codes : OP25B_KEEP_CODES),
			      now - (keep->staff_log ? keep->staff_log : OP25B_KEEP_STAFF_LOG),
			      &error))
		op25b_log(OP25B_LOG_ERROR, "%s", error.text);
}

/* A door that could not accept, for whatever reason, tries again. */
static void look_at_conns(struct op25b_conns *conns)
{
	op25b_conns_expire(conns);
	if (!conns->paused)
		conns->pause(conns->arg, false);
}

void op25b_webd_upkeep(struct op25b_webd *d)
{
	const int64_t now = op25b_clock_wall();

	op25b_following_go_on(&d->following);
	op25b_tables_look(d, now);
	look_at_conns(&d->conns);
	look_at_conns(&d->staff_conns);
	op25b_teller_look(&d->gateway);
	op25b_teller_look(&d->maild);
	op25b_teller_look(&d->desk);
	if (now % OFTEN == 0) {
		op25b_probes_read(d->files.file->probes, now, &d->probe);
		ask_digest(d);
		op25b_teller_ask(&d->gateway, json_pack("{s:s}", "op", "counters"), on_counters, d);
	}
	if (now % SWEEP == 0)
		sweep(d, now);
}

void op25b_webd_sessions(void *context)
{
	struct op25b_webd *d = context;

	op25b_tables_look(d, op25b_clock_wall());
}
