/* SPDX-License-Identifier: BSD-2-Clause */
/* See mail-numbers.h. */
#include "tests/unit/mail-numbers.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct op25b_mail all_steps = {
	.stolen = { .steps = { OP25B_MAIL_SLOW, OP25B_MAIL_HOLD, OP25B_MAIL_STOP }, .n_steps = 3 }
};

int open_world(void **data)
{
	struct world *w = calloc(1, sizeof(*w));
	struct op25b_error error = { .text = "" };

	assert_non_null(w);
	w->now = INT64_C(1795705200); /* 2026-11-26 15:00 UTC: midnight in Japan */
	snprintf(w->folder, sizeof(w->folder), "/tmp/op25b-numbers-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/state", w->folder);
	assert_int_equal(op25b_state_open(w->path, &w->state, &error), 0);
	assert_int_equal(op25b_state_begin(w->state, &error), 0);
	*data = w;
	return 0;
}

int close_world(void **data)
{
	struct world *w = *data;
	char command[96];

	op25b_state_close(&w->state);
	snprintf(command, sizeof(command), "rm -rf %s", w->folder);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a folder of our own */
	free(w);
	return 0;
}

struct op25b_prefix address(const char *text)
{
	struct op25b_prefix a = { .family = OP25B_V4, .len = 32 };

	if (inet_pton(AF_INET, text, a.addr) == 1)
		return a;
	a = (struct op25b_prefix){ .family = OP25B_V6, .len = 128 };
	assert_int_equal(inet_pton(AF_INET6, text, a.addr), 1);
	return a;
}

void login_as(struct world *w, const char *account, const char *from, uint32_t asn,
	      const char *country, bool own_line)
{
	const struct op25b_prefix remote = address(from);
	struct op25b_numbers_login login = { .remote = &remote, .asn = asn, .own_line = own_line };

	memcpy(login.country, country, 2);
	assert_int_equal(op25b_numbers_login(w->state, w->now, account, &login), 0);
}

void log_in(struct world *w, const char *from, uint32_t asn, const char *country)
{
	login_as(w, ME, from, asn, country, false);
}

/* At home by the own line, every day up to now, and on the telephone. */
void live_here_for(struct world *w, int days)
{
	w->now -= (int64_t)days * DAY;
	for (int i = 0; i < days; i++) {
		login_as(w, ME, "198.51.100.7", HOME_AS, "JP", true);
		w->now += DAY;
	}
	login_as(w, ME, "198.51.100.7", HOME_AS, "JP", true);
}

void type_wrong(struct world *w, const char *from, const char *pwhash)
{
	const struct op25b_prefix remote = address(from);

	assert_int_equal(op25b_numbers_failure(w->state, w->now, ME, &remote, pwhash), 0);
}

void result(struct world *w, uint8_t a, uint8_t b, uint8_t c, bool bounced)
{
	assert_int_equal(
		op25b_numbers_result(w->state, w->now, ME, (const uint8_t[]){ a, b, c }, bounced),
		0);
}

struct op25b_numbers_score score(struct world *w)
{
	struct op25b_numbers_score s;

	assert_int_equal(op25b_numbers_score(w->state, w->now, ME, &s), 0);
	assert_int_equal(s.n, OP25B_NUMBERS_SIGNALS);
	return s;
}

uint32_t points_of(struct world *w, const char *word)
{
	const struct op25b_numbers_score s = score(w);

	for (size_t i = 0; i < s.n; i++) {
		if (!strcmp(s.signals[i].word, word))
			return s.signals[i].points;
	}
	fail_msg("no signal %s", word);
	return 0;
}

enum op25b_mail_state look(struct world *w)
{
	const struct op25b_numbers_score s = score(w);

	w->is = op25b_numbers_step(&all_steps, &s, w->is);
	return w->is;
}

/*
 * Send at a rate with so many of a hundred unknown and refused, until a state is reached; returns
 * the recipients it took, or @most.
 */
int send_until(struct world *w, int an_hour, int unknown, int refused, int most,
	       enum op25b_mail_state until)
{
	const int64_t began = w->now;
	int n = 0;

	while (n < most && look(w) < until) {
		const int of_hundred = n * 37 % 100; /* spread out */

		if (of_hundred < unknown)
			result(w, 5, 1, 1, true);
		else if (of_hundred < unknown + refused)
			result(w, 5, 7, 1, true);
		else
			result(w, 2, 0, 0, false);
		n++;
		w->now = began + (int64_t)n * HOUR / an_hour;
	}
	return n;
}

void send_all(struct world *w, int an_hour, int unknown, int refused, int n)
{
	assert_int_equal(send_until(w, an_hour, unknown, refused, n, OP25B_MAIL_STATE_STOPPED), n);
}
