/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25b-webd has in hand. One thread, but for the follower of sessions. */
#pragma once

#include <event2/event.h>

#include "serve/following.h"
#include "serve/loop.h"
#include "web/files.h"
#include "web/samples.h"
#include "web/site.h"
#include "webd/access.h"
#include "webd/codes.h"
#include "webd/conns.h"
#include "webd/door.h"
#include "webd/draws.h"
#include "webd/probes.h"
#include "webd/teller.h"
#include "webd/visit.h"

struct op25b_webd {
	const char *path;                   /* of the web file */
	const struct op25b_web_file *first; /* what it said at the start */
	struct op25b_web_files files;       /* what is in force; .file may be `first` */
	int64_t started_at, files_at;       /* seconds UTC; files_at: when they were read */
	struct event_base *base;

	struct op25b_watch *watch;
	struct op25b_following following;
	struct op25b_live_tables tables; /* of files.policy, with the sessions of `watch` */
	int64_t tables_at, tables_until; /* made then, right until then */
	struct op25b_site site;          /* borrows of all above */

	struct op25b_conns conns, staff_conns; /* places of their own: crowds leave staff's free */
	struct op25b_web_door door, staff_door;
	struct op25b_visits visits;
	struct op25b_teller gateway, maild, desk;
	struct op25b_probe_facts probe;
	struct op25b_samples samples; /* of the gateway's counters */
	struct op25b_codes *codes;    /* NULL: the state can't be used */
	struct op25b_draws draws;     /* of addresses for test mails */
	struct op25b_draws letters;   /* that visitors have sent */
	struct op25b_access_log access;

	uint64_t enforced; /* digest of the policy that op25bd says is in force; 0: not known */
	char codes_problem[1100], reload_problem[4096], policy_problem[200], proxy_problem[200];
	struct op25b_prefix proxy_at; /* what proxy_problem is about; whole */
	bool proxy_logged;
};
