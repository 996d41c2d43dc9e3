/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25b-maild has in hand. One thread, but for the followers of sessions and of letters. */
#pragma once

#include <event2/event.h>

#include "mail/brain.h"
#include "mail/deliver.h"
#include "mail/guard.h"
#include "mail/settings.h"
#include "maild/auth.h"
#include "maild/door.h"
#include "maild/held-door.h"
#include "maild/logs.h"
#include "maild/turn.h"
#include "serve/control.h"
#include "serve/following.h"

struct op25b_echo_door;

struct op25b_maild {
	const char *path;                     /* of the maild file */
	const struct op25b_maild_file *first; /* what it said at the start */
	const struct op25b_maild_file *file;  /* what it says now */
	struct op25b_maild_file *reloaded;    /* owns `file`, if it is not `first` */
	int64_t started_at, policy_at;        /* seconds UTC; policy_at: when it was read */
	int64_t shrunk_at;                    /* when the state's log was emptied; 0: never */

	struct event_base *base;
	struct op25b_state *state;
	struct op25b_accounts *accounts;
	struct op25b_people *people;
	struct op25b_guard *guard;
	struct op25b_brain brain; /* borrows the four above */

	struct op25b_turn turn;
	struct op25b_door doors[OP25B_MAILD_DOORS];
	size_t n_doors;
	struct op25b_auth_door auth;
	struct op25b_held_door held;
	struct op25b_log_follower logs[OP25B_MAILD_LOGS];
	size_t n_logs;
	struct op25b_control *control;
	struct op25b_control *reader; /* NULL: there is none */
	struct op25b_control *desk;   /* the same */
	struct op25b_echo_door *echo; /* the same */

	struct op25b_deliver *deliver;
	struct op25b_deliver_tally letters; /* of deliver, as of its last turn */
	struct event *tried;                /* readable: a letter was tried */

	struct op25b_following following; /* the session store */
	char reload_problem[4096];
};
