/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy, its tables at a date, and a line that asks: for the tests of the judge. */
#pragma once

#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "policy/prefix.h"
#include "policy/words.h"
#include "session/live-tables.h"
#include "web/judge.h"

/* Of the uses, those that are asked of the filter. */
#define OWN     OP25B_USE_OWN_SERVER
#define HOSTING OP25B_USE_HOSTING_SERVER
#define OTHER   OP25B_USE_OTHER_SERVER
#define HOME    OP25B_USE_HOME_SERVER
#define DEVICE  OP25B_USE_DEVICE

/* The root's mail servers and destinations. */
extern const char judge_servers[];

/* First counted, then refused, with the relay open; then closed to it as well, and silently. */
extern const char judge_stages[];

struct bed {
	struct op25b_policy *policy;
	struct op25b_owner_index *owners;
	struct op25b_live_tables lt;
	struct op25b_judge judge;
	int64_t now;
	struct op25b_line line;
};

/* The day's first second in UTC. */
int64_t date(const char *text);

/* The policy is @head and @rest. */
void set_up(struct bed *bed, const char *head, const char *rest, const char *now);
void tear_down(struct bed *bed);

struct op25b_prefix whole(const char *text);
void come_from(struct bed *bed, const char *address);

struct op25b_finding_of_use use_of(const struct bed *bed, enum op25b_use use);
void expect(const struct bed *bed, enum op25b_use use, const char *outcome, const char *reason);

struct op25b_line_answer answer_of(const struct bed *bed);
void expect_answer(const struct bed *bed, enum op25b_verdict_word verdict, const char *outcome);
