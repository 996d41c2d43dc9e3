/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps of an account by its score; what is kept of its numbers, and for how long. */
#include "tests/unit/mail-numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mail/numbers-key.h"

/* --- steps --- */

static enum op25b_mail_state step_of(const struct op25b_mail *mail, uint32_t points,
				     enum op25b_mail_state is)
{
	const struct op25b_numbers_score s = { .points = points };

	return op25b_numbers_step(mail, &s, is);
}

static void steps_are_the_policys(void **data)
{
	const struct op25b_mail slow_stop = { .stolen = { .steps = { OP25B_MAIL_SLOW,
								     OP25B_MAIL_STOP },
							  .n_steps = 2 } },
				none = { .stolen = { .n_steps = 0 } };

	(void)data;
	assert_int_equal(step_of(&all_steps, 49, 0), OP25B_MAIL_STATE_FINE);
	assert_int_equal(step_of(&all_steps, 50, 0), OP25B_MAIL_STATE_SLOW);
	assert_int_equal(step_of(&all_steps, 100, 0), OP25B_MAIL_STATE_HELD);
	assert_int_equal(step_of(&all_steps, 200, 0), OP25B_MAIL_STATE_STOPPED);
	assert_int_equal(step_of(&slow_stop, 199, 0), OP25B_MAIL_STATE_SLOW);
	assert_int_equal(step_of(&slow_stop, 200, 0), OP25B_MAIL_STATE_STOPPED);
	assert_int_equal(step_of(&none, 485, 0), OP25B_MAIL_STATE_FINE);
	assert_int_equal(step_of(NULL, 485, 0), OP25B_MAIL_STATE_FINE);
}

static void nothing_goes_back_by_itself(void **data)
{
	(void)data;
	for (enum op25b_mail_state is = 0; is <= OP25B_MAIL_STATE_STOPPED; is++)
		assert_int_equal(step_of(&all_steps, 0, is), is);
	assert_int_equal(step_of(&all_steps, 60, OP25B_MAIL_STATE_HELD), OP25B_MAIL_STATE_HELD);
}

struct past {
	struct op25b_numbers_past list[8];
	char why[8][40];
	size_t n;
};

static int take_past(void *arg, const struct op25b_numbers_past *past)
{
	struct past *p = arg;

	snprintf(p->why[p->n], sizeof(p->why[0]), "%s", past->why);
	p->list[p->n++] = *past;
	return 0;
}

static int follow(struct world *w, enum op25b_mail_state is, int64_t since, const char *why)
{
	return op25b_numbers_follow(w->state, w->now, ME, is, since, why);
}

static void who_is_released_is_counted_anew(void **data)
{
	struct world *w = *data;
	struct past past = { .n = 0 };

	assert_int_equal(follow(w, OP25B_MAIL_STATE_FINE, 0, ""), 0);
	send_all(w, 300, 60, 0, 150);
	log_in(w, "192.0.2.99", FAR_AS, "ZZ");
	assert_int_equal(follow(w, OP25B_MAIL_STATE_SLOW, w->now, "unknown-recipients"), 0);
	assert_int_equal(follow(w, OP25B_MAIL_STATE_SLOW, w->now, "unknown-recipients"), 0);
	w->now += MINUTE;
	assert_int_equal(follow(w, OP25B_MAIL_STATE_HELD, w->now, "operator"), 0);
	w->now += MINUTE;
	assert_true(score(w).points > 0);
	assert_int_equal(follow(w, OP25B_MAIL_STATE_FINE, w->now, ""), 1);
	assert_int_equal(score(w).points, 0);
	assert_int_equal(follow(w, OP25B_MAIL_STATE_FINE, w->now, ""), 0);
	assert_int_equal(op25b_numbers_history(w->state, ME, take_past, &past), 0);
	assert_int_equal(past.n, 3);
	assert_int_equal(past.list[0].state, OP25B_MAIL_STATE_FINE);
	assert_int_equal(past.list[1].state, OP25B_MAIL_STATE_HELD);
	assert_string_equal(past.why[1], "operator");
	assert_int_equal(past.list[2].state, OP25B_MAIL_STATE_SLOW);
	assert_true(past.list[2].points >= op25b_numbers_threshold(OP25B_MAIL_SLOW));
	/* and a second theft is found as the first was */
	assert_in_range(send_until(w, 300, 80, 0, 1000, OP25B_MAIL_STATE_HELD), 80, 150);
}

static void who_was_slow_only_is_counted_anew_and_not_told(void **data)
{
	struct world *w = *data;

	send_all(w, 300, 60, 0, 100);
	assert_int_equal(follow(w, OP25B_MAIL_STATE_SLOW, w->now, "unknown-recipients"), 0);
	assert_int_equal(follow(w, OP25B_MAIL_STATE_FINE, w->now, ""), 0);
	assert_int_equal(score(w).points, 0);
}

static void who_is_released_was_away_already(void **data)
{
	struct world *w = *data;

	live_here_for(w, 30);
	log_in(w, "192.0.2.99", FAR_AS, "ZZ");
	assert_int_equal(points_of(w, "first-away"), 15);
	assert_int_equal(op25b_numbers_forget(w->state, ME), 0);
	log_in(w, "192.0.2.99", FAR_AS, "ZZ");
	assert_int_equal(score(w).points, 0);
}

/* --- what is kept --- */

static void an_hour_and_a_day_go_by(void **data)
{
	struct world *w = *data;

	for (int i = 0; i < 90; i++)
		result(w, 5, 1, 1, true);
	assert_int_equal(points_of(w, "unknown-recipients"), 70);
	w->now += HOUR + 11 * MINUTE;
	assert_int_equal(points_of(w, "unknown-recipients"), 0);
	assert_int_equal(points_of(w, "unknown-recipients-day"), 20);
	w->now += DAY;
	assert_int_equal(score(w).points, 0);
}

static void failures_count_for_an_hour_only(void **data)
{
	struct world *w = *data;

	for (int i = 0; i < 10; i++)
		type_wrong(w, "198.51.100.7", (const char[]){ (char)('a' + i), 0 });
	w->now += HOUR + 1;
	log_in(w, "198.51.100.7", HOME_AS, "JP");
	assert_int_equal(points_of(w, "failures"), 0);
}

static void accounts_do_not_share_numbers(void **data)
{
	struct world *w = *data;

	for (int i = 0; i < 9; i++)
		login_as(w, "hanako@example.net", "192.0.2.1", FAR_AS + (uint32_t)i, "ZZ", false);
	assert_int_equal(score(w).points, 0);
}

static bool file_holds(const char *path, const void *bytes, size_t size)
{
	char *text = malloc(1 << 20);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 || !text ? 0 : read(fd, text, 1 << 20);
	bool found = n > 0 && memmem(text, (size_t)n, bytes, size) != NULL;

	close(fd);
	free(text);
	return found;
}

static void after_a_day_nobody_can_tell_an_address(void **data)
{
	struct world *w = *data;
	struct op25b_numbers_key before, after;
	int64_t hash;
	const struct op25b_prefix remote = address("192.0.2.99");
	const struct op25b_prefix cut = op25b_numbers_cut(&remote, 32, 64);
	struct op25b_error error;

	log_in(w, "192.0.2.99", FAR_AS, "ZZ");
	type_wrong(w, "192.0.2.99", "0226");
	assert_int_equal(op25b_numbers_key(w->state, w->now, &before), 0);
	assert_int_equal(
		op25b_numbers_hash(&before, ME, OP25B_NUMBERS_ADDRESS, &cut, sizeof(cut), &hash),
		0);
	assert_int_equal(op25b_state_commit(w->state, &error), 0);
	op25b_state_close(&w->state);
	assert_true(file_holds(w->path, before.bytes, sizeof(before.bytes)));
	assert_false(file_holds(w->path, cut.addr, 4));
	assert_false(file_holds(w->path, "192.0.2.99", 10));
	assert_false(file_holds(w->path, "0226", 4));

	/* Nobody has logged in since: the day's end is enough. */
	assert_int_equal(op25b_state_open(w->path, &w->state, &error), 0);
	assert_int_equal(op25b_state_begin(w->state, &error), 0);
	w->now += DAY;
	assert_int_equal(op25b_numbers_sweep(w->state, w->now), 0);
	assert_int_equal(op25b_numbers_key(w->state, w->now, &after), 0);
	assert_memory_not_equal(before.bytes, after.bytes, sizeof(before.bytes));
	assert_int_equal(op25b_state_commit(w->state, &error), 0);
	op25b_state_close(&w->state);
	assert_false(file_holds(w->path, before.bytes, sizeof(before.bytes)));
	assert_false(file_holds(w->path, &hash, sizeof(hash)));
	assert_int_equal(op25b_state_open(w->path, &w->state, &error), 0);
}

static void yesterdays_numbers_count_and_those_before_do_not(void **data)
{
	struct world *w = *data;

	for (int i = 0; i < 9; i++)
		log_in(w, "192.0.2.1", FAR_AS + (uint32_t)i, "ZZ");
	w->now += DAY;
	assert_int_equal(op25b_numbers_sweep(w->state, w->now), 0);
	assert_int_equal(points_of(w, "networks"), 32);
	log_in(w, "192.0.2.1", FAR_AS, "ZZ");
	assert_int_equal(points_of(w, "networks"), 32);
	w->now += DAY;
	assert_int_equal(op25b_numbers_sweep(w->state, w->now), 0);
	assert_int_equal(points_of(w, "networks"), 0);
}

static void what_is_no_address_is_refused(void **data)
{
	struct world *w = *data;
	const struct op25b_prefix none = { .family = OP25B_NO_FAMILY };
	const struct op25b_numbers_login login = { .remote = &none };

	assert_int_equal(op25b_numbers_login(w->state, w->now, ME, &login), -EINVAL);
	assert_int_equal(op25b_numbers_failure(w->state, w->now, ME, &none, "x"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(steps_are_the_policys),
		STORY(nothing_goes_back_by_itself),
		STORY(who_is_released_is_counted_anew),
		STORY(who_was_slow_only_is_counted_anew_and_not_told),
		STORY(who_is_released_was_away_already),
		STORY(an_hour_and_a_day_go_by),
		STORY(failures_count_for_an_hour_only),
		STORY(accounts_do_not_share_numbers),
		STORY(after_a_day_nobody_can_tell_an_address),
		STORY(yesterdays_numbers_count_and_those_before_do_not),
		STORY(what_is_no_address_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
