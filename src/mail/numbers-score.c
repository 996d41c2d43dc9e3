/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the numbers of an account amount to. Each signal counts something, knows what is usual of
 * it, and gives points for what is above that, up to a most. They are added up; each step has its
 * points. The figures are judgements, tried on the stories in tests/unit/test-mail-numbers.c:
 *
 * - An honest sender hardly reaches 100 unknown recipients an hour, a thief with a bought list
 *   does so in minutes (Exim's wiki, BlockCracking). An old mailing list has as many, but as a
 *   small share of what it sends: so a share is usual too, not only a number.
 * - Networks and countries are what a stolen password that is passed on looks like. Alone they slow
 *   an account down or hold it only when they are far from what a traveller or a telephone between
 *   mobile network and Wi-Fi does.
 * - Failures before a success are counted of the network that had the success: strangers who try
 *   passwords from elsewhere are no sign of anything.
 */
#include <errno.h>
#include <string.h>

#include "mail/numbers-key.h"
#include "mail/numbers-rows.h"
#include "mail/numbers.h"

enum { UNKNOWN_HOUR, UNKNOWN_DAY, REFUSED, ADDRESSES, NETWORKS, COUNTRIES, FAILURES, AWAY, RULES };
_Static_assert(RULES == OP25B_NUMBERS_SIGNALS, "a score has room for all");

/* `points` for each `per` above what is usual, which is the greater of a number and a share. */
static const struct rule {
	const char *word;
	uint32_t usual, percent, points, per, most;
} rules[RULES] = {
	/* in an hour, of 5.1.x */
	[UNKNOWN_HOUR] = { "unknown-recipients", 20, 20, 1, 1, 120 },
	/* the same in 24 hours: for who takes his time */
	[UNKNOWN_DAY] = { "unknown-recipients-day", 50, 20, 1, 2, 100 },
	/* in 24 hours, of all other 5.x.x: mostly what receivers take for spam */
	[REFUSED] = { "refused", 10, 10, 1, 1, 60 },
	/* of good logins, the most of today and yesterday */
	[ADDRESSES] = { "addresses", 20, 0, 1, 1, 20 },
	[NETWORKS] = { "networks", 5, 0, 8, 1, 60 },
	[COUNTRIES] = { "countries", 2, 0, 20, 1, 80 },
	/* with different passwords, in the hour before a success, from its network */
	[FAILURES] = { "failures", 4, 0, 5, 1, 30 },
	/* in the last 24 hours */
	[AWAY] = { "first-away", 0, 0, 15, 1, 15 },
};

static const struct {
	uint32_t points;
	enum op25b_mail_state state;
} steps[OP25B_MAIL_STEPS] = {
	[OP25B_MAIL_SLOW] = { 50, OP25B_MAIL_STATE_SLOW },
	[OP25B_MAIL_HOLD] = { 100, OP25B_MAIL_STATE_HELD },
	[OP25B_MAIL_STOP] = { 200, OP25B_MAIL_STATE_STOPPED },
};

static uint32_t narrow(int64_t value)
{
	return value < 0 ? 0 : value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* @all: what a share is of */
static void weigh(struct op25b_numbers_score *score, size_t which, int64_t counted, int64_t all)
{
	const struct rule *rule = &rules[which];
	const int64_t share = all / 100 * rule->percent + all % 100 * rule->percent / 100;
	const int64_t usual = share > rule->usual ? share : rule->usual;
	int64_t points = 0;

	if (counted > usual)
		points = (counted - usual) / rule->per * rule->points;
	if (points > rule->most)
		points = rule->most;
	score->signals[which] = (struct op25b_numbers_signal){
		.word = rule->word,
		.counted = narrow(counted),
		.usual = narrow(usual),
		.points = (uint32_t)points,
	};
	score->points += (uint32_t)points;
}

static int weigh_results(struct op25b_state *state, int64_t now, const char *account,
			 struct op25b_numbers_score *score)
{
	enum { HOUR_UNKNOWN, HOUR_ALL, DAY_UNKNOWN, DAY_REFUSED, DAY_ALL, N };
	const int64_t slot = now / OP25B_NUMBERS_SLOT;
	int64_t sums[N];
	int r = op25b_numbers_ask(
		state,
		"SELECT sum(iif(slot >= ?2, unknown, 0)),"
		" sum(iif(slot >= ?2, delivered + unknown + refused, 0)), sum(unknown),"
		" sum(refused), sum(delivered + unknown + refused)"
		" FROM numbers_slot WHERE account = ?1 AND slot >= ?3",
		account,
		(const int64_t[]){ slot - OP25B_NUMBERS_SLOTS_HOUR,
				   slot - OP25B_NUMBERS_SLOTS_DAY },
		2, sums, N);

	if (r < 0)
		return r;
	weigh(score, UNKNOWN_HOUR, sums[HOUR_UNKNOWN], sums[HOUR_ALL]);
	weigh(score, UNKNOWN_DAY, sums[DAY_UNKNOWN], sums[DAY_ALL]);
	weigh(score, REFUSED, sums[DAY_REFUSED], sums[DAY_ALL]);
	return 0;
}

static int weigh_logins(struct op25b_state *state, int64_t now, const char *account,
			struct op25b_numbers_score *score)
{
	int64_t most[4], away;
	int r = op25b_numbers_ask(
		state,
		"SELECT max(addresses), max(networks), max(countries),"
		" max(failures) FROM numbers_day WHERE account = ?1 AND day >= ?2",
		account, (const int64_t[]){ now / OP25B_NUMBERS_DAY - 1 }, 1, most, 4);

	if (r == 0)
		r = op25b_numbers_ask(
			state, "SELECT away_at > ?2 FROM numbers_account WHERE account = ?1",
			account, (const int64_t[]){ now - OP25B_NUMBERS_DAY }, 1, &away, 1);
	if (r < 0)
		return r;
	for (size_t i = 0; i < 4; i++)
		weigh(score, ADDRESSES + i, most[i], 0);
	weigh(score, AWAY, away, 0);
	return 0;
}

int op25b_numbers_score(struct op25b_state *state, int64_t now, const char *account,
			struct op25b_numbers_score *ret)
{
	struct op25b_numbers_score score = { .n = RULES };
	int r = weigh_results(state, now, account, &score);

	if (r == 0)
		r = weigh_logins(state, now, account, &score);
	if (r == 0)
		*ret = score;
	return r;
}

uint32_t op25b_numbers_threshold(enum op25b_mail_step step)
{
	return steps[step].points;
}

enum op25b_mail_state op25b_numbers_step(const struct op25b_mail *mail,
					 const struct op25b_numbers_score *score,
					 enum op25b_mail_state is)
{
	for (size_t i = 0; mail && i < mail->stolen.n_steps; i++) {
		const enum op25b_mail_step step = mail->stolen.steps[i];

		if (score->points >= steps[step].points && steps[step].state > is)
			is = steps[step].state;
	}
	return is;
}

const char *op25b_numbers_why(const struct op25b_numbers_score *score)
{
	size_t most = 0;

	for (size_t i = 1; i < score->n; i++) {
		if (score->signals[i].points > score->signals[most].points)
			most = i;
	}
	return score->signals[most].word;
}
