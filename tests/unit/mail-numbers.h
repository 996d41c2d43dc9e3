/* SPDX-License-Identifier: BSD-2-Clause */
/* An account and what happens to it: for the tests of numbers. */
#pragma once

#include "tests/unit/test.h"

#include "mail/numbers.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400
#define ME     "taro@example.net"

enum { HOME_AS = 64500, MOBILE_AS = 64501, OFFICE_AS = 64502, FAR_AS = 64600 };

extern const struct op25b_mail all_steps;

struct world {
	struct op25b_state *state;
	char folder[64], path[96];
	int64_t now;
	enum op25b_mail_state is;
};

/* Setup and teardown of cmocka. */
int open_world(void **data);
int close_world(void **data);

struct op25b_prefix address(const char *text);

void login_as(struct world *w, const char *account, const char *from, uint32_t asn,
	      const char *country, bool own_line);
void log_in(struct world *w, const char *from, uint32_t asn, const char *country);

/* At home by the own line, every day up to now. */
void live_here_for(struct world *w, int days);

void type_wrong(struct world *w, const char *from, const char *pwhash);
void result(struct world *w, uint8_t a, uint8_t b, uint8_t c, bool bounced);
struct op25b_numbers_score score(struct world *w);
uint32_t points_of(struct world *w, const char *word);

/* Take the step that the score asks for. */
enum op25b_mail_state look(struct world *w);

/*
 * Send at a rate with so many of a hundred unknown and refused, until a state is reached; returns
 * the recipients it took, or @most.
 */
int send_until(struct world *w, int an_hour, int unknown, int refused, int most,
	       enum op25b_mail_state until);
void send_all(struct world *w, int an_hour, int unknown, int refused, int n);

#define STORY(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
