/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scores, as stories: people who must not be taken for thieves, thieves who must be found, and
 * those who are known to be missed.
 */
#include "tests/unit/mail-numbers.h"

#include <stdio.h>

/* --- who must not be taken for a thief --- */

static void a_usual_day_has_no_points(void **data)
{
	struct world *w = *data;

	live_here_for(w, 30);
	log_in(w, "203.0.113.5", MOBILE_AS, "JP");
	log_in(w, "192.0.2.80", OFFICE_AS, "JP");
	send_all(w, 40, 5, 2, 60);
	assert_int_equal(score(w).points, 15); /* the office, for the first time in 30 days */
	assert_int_equal(look(w), OP25B_MAIL_STATE_FINE);
}

static void an_old_list_with_a_fifth_of_dead_addresses_is_left_alone(void **data)
{
	struct world *w = *data;

	live_here_for(w, 30);
	send_all(w, 300, 20, 1, 1000); /* 200 unknown, as fast as a person's limit lets it */
	assert_int_equal(look(w), OP25B_MAIL_STATE_FINE);
}

static void a_quarter_of_dead_addresses_is_no_theft_either(void **data)
{
	struct world *w = *data;

	send_all(w, 300, 25, 1, 1000);
	assert_int_equal(look(w), OP25B_MAIL_STATE_FINE);
}

static void a_traveller_through_three_countries_is_left_alone(void **data)
{
	struct world *w = *data;

	live_here_for(w, 30);
	log_in(w, "203.0.113.5", MOBILE_AS, "JP");
	log_in(w, "192.0.2.200", 64510, "JP"); /* the airport */
	log_in(w, "192.0.2.210", 64511, "DE"); /* the next one */
	log_in(w, "192.0.2.220", 64512, "FR"); /* the hotel; who knows the password? */
	for (int i = 0; i < 6; i++)
		type_wrong(w, "192.0.2.220", (const char[]){ (char)('a' + i), 0 });
	log_in(w, "192.0.2.220", 64512, "FR");
	send_all(w, 30, 10, 5, 20);
	assert_int_equal(points_of(w, "countries"), 20);
	assert_int_equal(points_of(w, "first-away"), 15);
	assert_int_equal(points_of(w, "failures"), 10);
	assert_int_equal(look(w), OP25B_MAIL_STATE_FINE);
}

static void a_telephone_between_mobile_network_and_wifi_is_left_alone(void **data)
{
	struct world *w = *data;
	char from[32];

	live_here_for(w, 30);
	for (int i = 0; i < 100; i++) { /* every few minutes another address of the carrier's NAT */
		snprintf(from, sizeof(from), "203.0.%d.%d", 113 + i % 3, 10 + i);
		log_in(w, from, MOBILE_AS, "JP");
		login_as(w, ME, "198.51.100.7", HOME_AS, "JP", true);
		w->now += 5 * MINUTE;
	}
	assert_int_equal(points_of(w, "networks"), 0);
	assert_int_equal(points_of(w, "addresses"), 20);
	assert_int_equal(look(w), OP25B_MAIL_STATE_FINE);
}

static void addresses_that_an_ipv6_host_makes_up_are_one(void **data)
{
	struct world *w = *data;
	char from[64];

	for (int i = 1; i < 60; i++) {
		snprintf(from, sizeof(from), "2001:db8:1:2:%x::%x", i, i * 7);
		log_in(w, from, HOME_AS, "JP");
	}
	assert_int_equal(score(w).points, 0);
}

static void an_old_telephone_with_the_old_password_is_left_alone(void **data)
{
	struct world *w = *data;

	for (int i = 0; i < 200; i++) {
		type_wrong(w, "198.51.100.7", "0226");
		w->now += MINUTE;
	}
	log_in(w, "198.51.100.7", HOME_AS, "JP");
	assert_int_equal(score(w).points, 0);
}

static void strangers_who_try_passwords_do_the_owner_no_harm(void **data)
{
	struct world *w = *data;
	char from[32], pwhash[16];

	for (int i = 0; i < 2000; i++) {
		snprintf(from, sizeof(from), "192.0.%d.%d", i % 40, i % 250 + 1);
		snprintf(pwhash, sizeof(pwhash), "%04x", i);
		type_wrong(w, from, pwhash);
	}
	log_in(w, "198.51.100.7", HOME_AS, "JP");
	assert_int_equal(score(w).points, 0);
}

static void a_home_server_that_passes_on_some_spam_is_left_alone(void **data)
{
	struct world *w = *data;

	send_all(w, 100, 1, 9, 2000); /* forwarded mail that the next one refuses */
	assert_int_equal(look(w), OP25B_MAIL_STATE_FINE);
}

static void a_server_that_only_defers_is_no_sign(void **data)
{
	struct world *w = *data;

	for (int i = 0; i < 1000; i++)
		result(w, 4, 4, 1, false);
	assert_int_equal(score(w).points, 0);
}

static void a_sender_address_that_is_refused_is_no_unknown_recipient(void **data)
{
	struct world *w = *data;

	for (int i = 0; i < 40; i++)
		result(w, 5, 1, i % 2 ? 7 : 8, true);
	assert_int_equal(points_of(w, "unknown-recipients"), 0);
	assert_int_equal(points_of(w, "refused"), 30);
}

/* --- who must be found --- */

static void a_bought_list_is_slowed_and_held_within_the_hour(void **data)
{
	struct world *w = *data;
	struct op25b_numbers_score s;
	int n;

	live_here_for(w, 30);
	log_in(w, "192.0.2.99", FAR_AS, "ZZ");
	n = send_until(w, 300, 40, 0, 1000, OP25B_MAIL_STATE_SLOW);
	assert_in_range(n, 50, 150);
	s = score(w);
	assert_string_equal(op25b_numbers_why(&s), "unknown-recipients");
	n = send_until(w, 300, 40, 0, 1000, OP25B_MAIL_STATE_HELD);
	assert_in_range(n, 50, 250);
	assert_int_equal(w->is, OP25B_MAIL_STATE_HELD);
}

static void mostly_unknown_recipients_are_held_before_a_hundred_and_fifty(void **data)
{
	struct world *w = *data;

	assert_in_range(send_until(w, 300, 80, 0, 1000, OP25B_MAIL_STATE_HELD), 80, 150);
}

static void a_thief_who_takes_his_time_is_slowed_within_the_day(void **data)
{
	struct world *w = *data;
	const int64_t began = w->now;

	/* never more than 20 unknown in an hour */
	send_until(w, 40, 40, 0, 24 * 40, OP25B_MAIL_STATE_SLOW);
	assert_int_equal(w->is, OP25B_MAIL_STATE_SLOW);
	assert_int_equal(points_of(w, "unknown-recipients"), 0);
	assert_in_range(w->now - began, HOUR, 20 * HOUR);
}

static void a_password_that_was_passed_on_is_held_before_a_mail_is_sent(void **data)
{
	static const char *const countries[] = { "AA", "BB", "CC", "DD", "EE", "FF" };
	struct world *w = *data;
	char from[32];

	for (int i = 0; i < 12; i++) {
		snprintf(from, sizeof(from), "192.0.2.%d", 10 + i);
		log_in(w, from, FAR_AS + (uint32_t)i, countries[i % 6]);
		w->now += 10 * MINUTE;
		look(w);
	}
	assert_int_equal(w->is, OP25B_MAIL_STATE_HELD);
}

static void spam_that_is_refused_from_a_new_place_is_slowed(void **data)
{
	struct world *w = *data;

	live_here_for(w, 30);
	log_in(w, "192.0.2.99", FAR_AS, "ZZ");
	send_until(w, 300, 0, 50, 300, OP25B_MAIL_STATE_SLOW);
	assert_int_equal(w->is, OP25B_MAIL_STATE_SLOW);
}

static void guessed_passwords_and_a_bought_list_are_stopped(void **data)
{
	struct world *w = *data;
	char from[32], pwhash[16];

	live_here_for(w, 30);
	for (int i = 0; i < 30; i++) {
		snprintf(pwhash, sizeof(pwhash), "%04x", i);
		type_wrong(w, "192.0.2.99", pwhash);
	}
	for (int i = 0; i < 10; i++) {
		snprintf(from, sizeof(from), "192.0.2.%d", 99 + i);
		log_in(w, from, FAR_AS + (uint32_t)i, i % 2 ? "AA" : "BB");
	}
	assert_int_equal(points_of(w, "failures"), 30);
	send_until(w, 300, 60, 0, 300, OP25B_MAIL_STATE_STOPPED);
	assert_int_equal(w->is, OP25B_MAIL_STATE_STOPPED);
}

/* Known: only limits are in his way. Who makes this one fail has found something better. */
static void a_thief_whose_recipients_all_exist_is_not_found(void **data)
{
	struct world *w = *data;

	live_here_for(w, 30);
	log_in(w, "192.0.2.99", FAR_AS, "ZZ");
	send_all(w, 300, 2, 3, 900);
	assert_int_equal(look(w), OP25B_MAIL_STATE_FINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_usual_day_has_no_points),
		STORY(an_old_list_with_a_fifth_of_dead_addresses_is_left_alone),
		STORY(a_quarter_of_dead_addresses_is_no_theft_either),
		STORY(a_traveller_through_three_countries_is_left_alone),
		STORY(a_telephone_between_mobile_network_and_wifi_is_left_alone),
		STORY(addresses_that_an_ipv6_host_makes_up_are_one),
		STORY(an_old_telephone_with_the_old_password_is_left_alone),
		STORY(strangers_who_try_passwords_do_the_owner_no_harm),
		STORY(a_home_server_that_passes_on_some_spam_is_left_alone),
		STORY(a_server_that_only_defers_is_no_sign),
		STORY(a_sender_address_that_is_refused_is_no_unknown_recipient),
		STORY(a_bought_list_is_slowed_and_held_within_the_hour),
		STORY(mostly_unknown_recipients_are_held_before_a_hundred_and_fifty),
		STORY(a_thief_who_takes_his_time_is_slowed_within_the_day),
		STORY(a_password_that_was_passed_on_is_held_before_a_mail_is_sent),
		STORY(spam_that_is_refused_from_a_new_place_is_slowed),
		STORY(guessed_passwords_and_a_bought_list_are_stopped),
		STORY(a_thief_whose_recipients_all_exist_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
