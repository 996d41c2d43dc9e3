/* SPDX-License-Identifier: BSD-2-Clause */
/* See tables.h. */
#include "webd/tables.h"

#include <string.h>

#include "serve/log.h"
#include "webd/webd.h"

/* Every pointer that pages see. */
static void set_site(struct op25b_webd *d)
{
	d->site.file = d->files.file;
	d->site.wall = d->files.wall;
	d->site.data = d->files.data;
	d->site.judge = (struct op25b_judge){
		.policy = d->files.policy,
		.owners = d->files.owners,
		.tables = &d->tables.tables,
		.live = d->first->sessions ? op25b_watch_live(d->watch) : NULL,
		.sessions_known = !d->first->sessions || op25b_watch_known(d->watch),
	};
}

int op25b_tables_renew(struct op25b_webd *d, int64_t now)
{
	const struct op25b_live *live = d->first->sessions ? op25b_watch_live(d->watch) : NULL;
	struct op25b_live_tables tables = { 0 };
	int r = op25b_live_tables_make(d->files.policy, now, NULL, live, &tables);

	if (r)
		return r;
	op25b_live_tables_done(&d->tables);
	d->tables = tables;
	d->tables_at = now;
	d->tables_until = op25b_policy_next_change(d->files.policy, now);
	op25b_watch_tables(d->watch, live ? &d->tables : NULL);
	set_site(d);
	return 0;
}

void op25b_tables_look(struct op25b_webd *d, int64_t now)
{
	int r;

	set_site(d);
	if (now < d->tables_until && now >= d->tables_at && !op25b_watch_stale(d->watch))
		return;
	r = op25b_tables_renew(d, now);
	if (r)
		op25b_log(OP25B_LOG_ERROR, "can't make the tables of now: %s; trying again",
			  strerror(-r));
}
