/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session store of its own, a clock that the test sets, and a follower. The store is a file in a
 * folder of its own, or with OP25B_TEST_POSTGRESQL (see postgresql-server) that database.
 */
#pragma once

#include "tests/unit/test.h"

#include "session/store.h"

#define LAB_COPY 512

/* What a follower knows: each prefix held, by whom. */
struct lab_copy {
	struct lab_copied {
		struct op25b_prefix prefix;
		int64_t holder;
		char user_name[32];
	} list[LAB_COPY];
	size_t n;
	struct op25b_position position;
};

struct lab {
	char folder[40], path[128];
	struct op25b_sessions *store;
	struct op25b_sessions_settings settings;
	struct op25b_sessions_tally tally;
	struct op25b_error error;
	struct lab_copy copy; /* follows from the first change on */
	int64_t now;
	char text[2048];
};

/* For cmocka; the settings are the defaults. */
int lab_set_up(void **state);
int lab_tear_down(void **state);

/* Open the store, again if it is open already. */
void lab_open(struct lab *lab);

/* A packet; @prefixes is "192.0.2.1 2001:db8::/64". It tells both families as a whole. */
struct op25b_acct lab_acct(enum op25b_acct_status status, const char *nas, const char *session,
			   int64_t event_time, const char *prefixes);
struct op25b_prefix lab_prefix(const char *text);

/* Apply at lab->now and follow. */
void lab_apply(struct lab *lab, const struct op25b_acct *batch, size_t n);
/* One packet that arrives at its event time. */
void lab_tell(struct lab *lab, enum op25b_acct_status status, const char *nas, const char *session,
	      int64_t event_time, const char *prefixes);
/* Sweep at @now until nothing is left, and follow. */
void lab_sweep(struct lab *lab, int64_t now);

/* "bng1/a", or "" if nobody holds just this prefix. Borrowed till the next call. */
const char *lab_holder(struct lab *lab, const char *prefix);
/* "bng1/a 100-200, bng1/b 200-" of just this prefix, by beginning. Borrowed likewise. */
const char *lab_history(struct lab *lab, const char *prefix);

/* Read the tail to its end into the copy; fails if it can't be followed. */
void lab_follow(struct op25b_sessions *store, struct lab_copy *copy);
/* Read on to just this number; the copy fails to follow if there is none. */
void lab_follow_to(struct op25b_sessions *store, struct lab_copy *copy, int64_t seq);
/* Replace the copy by a snapshot. */
void lab_snapshot(struct op25b_sessions *store, struct lab_copy *copy);
/* Fails unless both hold the same. */
void lab_same(const struct lab_copy *a, const struct lab_copy *b);

/* The URI of the database, or NULL if the store is a file. */
const char *lab_postgresql(void);
/* The number that a statement gives, behind the store's back; 0 if it gives no row. */
int64_t lab_ask(const struct lab *lab, const char *sql);
/* A number that gets greater whenever anything is written to the store. */
int64_t lab_written(struct lab *lab);
/* The location of another store that is yet to be made. Borrowed till the next call. */
const char *lab_second(struct lab *lab);
/* Wait until what a killed collector had sent is done: then PostgreSQL gives us our turn. */
void lab_settle(const struct lab *lab);

#define assert_holder(lab, prefix, who)   assert_string_equal(lab_holder(lab, prefix), who)
#define assert_history(lab, prefix, text) assert_string_equal(lab_history(lab, prefix), text)
