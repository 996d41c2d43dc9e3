/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nasty accounting, replayed against a real store with a clock of the test's: each scenario is one
 * way in which NASes and networks lie. After each, a follower knows what the store holds.
 */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <string.h>

#define START   OP25B_ACCT_START
#define STOP    OP25B_ACCT_STOP
#define INTERIM OP25B_ACCT_INTERIM
#define ON      OP25B_ACCT_ON
#define OFF     OP25B_ACCT_OFF

static int tear_down(void **state)
{
	struct lab *lab = *state;
	struct lab_copy now = { .n = 0 };

	lab_snapshot(lab->store, &now);
	lab_same(&lab->copy, &now);
	return lab_tear_down(state);
}

static void a_line_comes_and_goes(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1 2001:db8:1::/56");
	assert_holder(lab, "192.0.2.1", "bng1/a");
	lab_tell(lab, STOP, "bng1", "a", 2000, "192.0.2.1 2001:db8:1::/56");
	assert_holder(lab, "192.0.2.1", "");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000");
	assert_history(lab, "2001:db8:1::/56", "bng1/a 1000-2000");
}

static void a_start_without_addresses_gets_them_by_interim(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "");
	assert_int_equal(lab->copy.n, 0);
	lab_tell(lab, INTERIM, "bng1", "a", 1001, "192.0.2.1");
	assert_history(lab, "192.0.2.1", "bng1/a 1001-");
}

static void both_families_within_one_second_add_up(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "");
	lab_tell(lab, INTERIM, "bng1", "a", 1001, "192.0.2.1");
	lab_tell(lab, INTERIM, "bng1", "a", 1001, "2001:db8:1::/64");
	assert_holder(lab, "192.0.2.1", "bng1/a");
	assert_holder(lab, "2001:db8:1::/64", "bng1/a");
}

static void a_lost_stop_is_cured_by_the_next_holder(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1 192.0.2.2");
	lab_tell(lab, START, "bng1", "b", 5000, "192.0.2.1");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-5000, bng1/b 5000-");
	assert_holder(lab, "192.0.2.2", "bng1/a");
}

static void a_late_stop_of_an_older_session_clears_nothing(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, START, "bng1", "b", 5000, "192.0.2.1");
	lab_tell(lab, STOP, "bng1", "a", 4000, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "bng1/b");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-4000, bng1/b 5000-");
}

static void a_lost_stop_expires_while_its_nas_is_alive(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, START, "bng1", "b", 1000, "192.0.2.2");
	for (int64_t at = 1600; at <= 1000 + 10800; at += 600)
		lab_tell(lab, INTERIM, "bng1", "b", at, "192.0.2.2");
	lab_sweep(lab, 1000 + 10800);
	assert_holder(lab, "192.0.2.1", "bng1/a");
	lab_tell(lab, INTERIM, "bng1", "b", 12400, "192.0.2.2");
	lab_sweep(lab, 12400);
	assert_holder(lab, "192.0.2.1", "");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-1001");
	assert_holder(lab, "192.0.2.2", "bng1/b");
	/* It was alive after all. */
	lab_tell(lab, INTERIM, "bng1", "a", 13000, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "bng1/a");
}

static void a_silent_nas_keeps_its_sessions(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, START, "bng2", "b", 1000, "192.0.2.2");
	for (int64_t at = 1600; at <= 90000; at += 600)
		lab_tell(lab, INTERIM, "bng2", "b", at, "192.0.2.2");
	lab_sweep(lab, 90000);
	assert_holder(lab, "192.0.2.1", "bng1/a");
	/* The link is back: its sessions get their time to be heard of. */
	lab_tell(lab, START, "bng1", "c", 90100, "192.0.2.3");
	lab_sweep(lab, 90100);
	assert_holder(lab, "192.0.2.1", "bng1/a");
	for (int64_t at = 90700; at <= 90100 + 12000; at += 600)
		lab_tell(lab, INTERIM, "bng1", "c", at, "192.0.2.3");
	lab_sweep(lab, 90100 + 12000);
	assert_holder(lab, "192.0.2.1", "");
}

static void a_start_behind_its_stop_opens_nothing(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, STOP, "bng1", "a", 2000, "192.0.2.1");
	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000");
	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000");
	assert_int_equal(lab->tally.late, 2);
}

static void an_interim_older_than_what_is_known_is_late(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, INTERIM, "bng1", "a", 3000, "192.0.2.2");
	lab_tell(lab, INTERIM, "bng1", "a", 2000, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "");
	assert_holder(lab, "192.0.2.2", "bng1/a");
	assert_int_equal(lab->tally.late, 1);
}

/* Acct-Delay-Time makes another id and authenticator, and a time that is off by a second. */
static void a_duplicate_with_new_delay_changes_nothing(void **state)
{
	struct lab *lab = *state;
	int64_t seq;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	seq = lab->copy.position.seq;
	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, START, "bng1", "a", 1001, "192.0.2.1");
	assert_int_equal(lab->copy.position.seq, seq);
	assert_int_equal(lab->tally.unchanged, 2);
	lab_tell(lab, STOP, "bng1", "a", 2000, "");
	lab_tell(lab, STOP, "bng1", "a", 2000, "");
	lab_tell(lab, INTERIM, "bng1", "a", 2001, "192.0.2.1");
	lab_tell(lab, START, "bng1", "a", 1001, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000");
}

static void an_address_moves_to_another_nas(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "203.0.113.7");
	lab_tell(lab, START, "bng2", "a", 3000, "203.0.113.7");
	/* The first still believes in it; that is no new claim. */
	lab_tell(lab, INTERIM, "bng1", "a", 4000, "203.0.113.7");
	assert_holder(lab, "203.0.113.7", "bng2/a");
	lab_tell(lab, STOP, "bng2", "a", 5000, "");
	assert_holder(lab, "203.0.113.7", "");
	lab_tell(lab, INTERIM, "bng1", "a", 6000, "203.0.113.7");
	assert_history(lab, "203.0.113.7", "bng1/a 1000-3000, bng2/a 3000-5000, bng1/a 6000-");
}

static void an_older_start_from_another_nas_comes_late(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng2", "b", 3000, "203.0.113.7");
	lab_tell(lab, START, "bng1", "a", 1000, "203.0.113.7");
	assert_holder(lab, "203.0.113.7", "bng2/b");
	lab_tell(lab, STOP, "bng1", "a", 2000, "");
	assert_history(lab, "203.0.113.7", "bng1/a 1000-2000, bng2/b 3000-");
}

static void a_reboot_with_on_ends_the_sessions_of_that_nas(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, START, "bng2", "a", 1000, "192.0.2.2");
	lab_tell(lab, ON, "bng1", "", 2000, "");
	lab_tell(lab, START, "bng1", "b", 2000, "192.0.2.3");
	lab_sweep(lab, 2001);
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000");
	assert_holder(lab, "192.0.2.2", "bng2/a");
	assert_holder(lab, "192.0.2.3", "bng1/b");
	/* What was under way when it went down. */
	lab_tell(lab, INTERIM, "bng1", "a", 1999, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "");
	/* The same On again, by another collector, ends nothing. */
	lab_tell(lab, ON, "bng1", "", 2000, "");
	lab_sweep(lab, 2002);
	assert_holder(lab, "192.0.2.3", "bng1/b");
}

static void an_off_ends_the_sessions_of_that_nas(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, OFF, "bng1", "", 2000, "");
	lab_sweep(lab, 2001);
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000");
}

/* More than one batch ends besides its own work. */
static void start_400(struct lab *lab)
{
	struct op25b_acct batch[100];
	char session[16], prefix[48];

	for (int i = 0; i < 400; i++) {
		snprintf(session, sizeof(session), "s%d", i);
		snprintf(prefix, sizeof(prefix), "198.51.%d.%d", i / 200, i % 200);
		batch[i % 100] = lab_acct(START, "bng1", session, 1000, prefix);
		if (i % 100 == 99)
			lab_apply(lab, batch, 100);
	}
}

static void an_on_ends_thousands_bit_by_bit(void **state)
{
	struct lab *lab = *state;
	struct op25b_acct on = lab_acct(ON, "bng1", "", 2000, "");

	start_400(lab);
	assert_int_equal(lab->copy.n, 400);
	lab->now = 2000;
	assert_int_equal(op25b_sessions_apply(lab->store, &on, 1, 2000, NULL, &lab->error), 0);
	lab_open(lab);
	assert_int_equal(op25b_sessions_sweep(lab->store, 2001, 50, &lab->error), 1);
	lab_sweep(lab, 2001);
	assert_int_equal(lab->copy.n, 0);
}

/* What was walked through in a transaction that failed has not ended. */
static void an_on_ends_all_though_a_sweep_failed(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng0", "x", 1000, "192.0.2.1");
	start_400(lab);
	lab_tell(lab, ON, "bng1", "", 2000, "");
	lab_open(lab);
	lab_ask(lab, "UPDATE session SET \"by\" = 9 WHERE session = 'x'");
	assert_int_equal(op25b_sessions_sweep(lab->store, 2001, 300, &lab->error), -EBADMSG);
	lab_ask(lab, "UPDATE session SET \"by\" = 1 WHERE session = 'x'");
	for (int i = 0; i < 3; i++)
		lab_tell(lab, INTERIM, "bng0", "x", 2002, "192.0.2.1");
	assert_int_equal(lab->copy.n, 1);
}

static void an_on_ends_what_began_amid_the_sweep_of_another(void **state)
{
	struct lab *lab = *state;
	const struct op25b_acct batch[] = {
		lab_acct(START, "bng1", "a", 2100, "192.0.2.1"),
		lab_acct(ON, "bng1", "", 3000, ""),
	};

	start_400(lab);
	lab_tell(lab, ON, "bng1", "", 2000, "");
	lab->now = 3000;
	lab_apply(lab, batch, 2);
	for (int i = 0; i < 3; i++)
		lab_tell(lab, ON, "bng1", "", 3000, "");
	assert_int_equal(lab->copy.n, 0);
}

static void a_reboot_without_on_begins_session_ids_anew(void **state)
{
	struct lab *lab = *state;
	struct op25b_acct acct = lab_acct(START, "bng1", "00000001", 5000, "192.0.2.9");

	lab_tell(lab, START, "bng1", "00000001", 1000, "192.0.2.1");
	strcpy(acct.user_name, "somebody-else");
	lab->now = 5000;
	lab_apply(lab, &acct, 1);
	assert_history(lab, "192.0.2.1", "bng1/00000001 1000-5000");
	assert_history(lab, "192.0.2.9", "bng1/00000001 5000-");
	assert_string_equal(lab->copy.list[0].user_name, "somebody-else");
}

static void dual_stack_in_two_sessions_is_two_lives(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a4", 1000, "192.0.2.1");
	lab_tell(lab, START, "bng1", "a6", 1001, "2001:db8:1::/56");
	lab_tell(lab, STOP, "bng1", "a4", 2000, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "");
	assert_holder(lab, "2001:db8:1::/56", "bng1/a6");
}

static void an_interim_that_drops_ipv4_releases_it(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1 2001:db8:1::/56");
	lab_tell(lab, INTERIM, "bng1", "a", 2000, "2001:db8:1::/56");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000");
	assert_holder(lab, "2001:db8:1::/56", "bng1/a");
	lab_tell(lab, INTERIM, "bng1", "a", 3000, "192.0.2.1 2001:db8:1::/56");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000, bng1/a 3000-");
}

static void an_interim_that_does_not_speak_of_ipv4_keeps_it(void **state)
{
	struct lab *lab = *state;
	struct op25b_acct acct = lab_acct(INTERIM, "bng1", "a", 2000, "2001:db8:2::/56");

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1 2001:db8:1::/56");
	acct.has_v4 = false;
	lab->now = 2000;
	lab_apply(lab, &acct, 1);
	assert_holder(lab, "192.0.2.1", "bng1/a");
	assert_history(lab, "2001:db8:1::/56", "bng1/a 1000-2000");
	assert_holder(lab, "2001:db8:2::/56", "bng1/a");
}

static void an_interim_that_changes_nothing_is_written_seldom(void **state)
{
	struct lab *lab = *state;
	int64_t written, seq;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	written = lab_written(lab);
	seq = lab->copy.position.seq;
	for (int i = 0; i < 9; i++)
		lab_tell(lab, INTERIM, "bng1", "a", 1001 + i, "192.0.2.1");
	assert_int_equal(lab_written(lab), written);
	assert_int_equal(lab->tally.unchanged, 9);
	lab_tell(lab, INTERIM, "bng1", "a", 1000 + lab->settings.seen_every, "192.0.2.1");
	assert_true(lab_written(lab) > written);
	assert_int_equal(lab->copy.position.seq, seq);
}

static void a_new_class_is_a_change_that_followers_see(void **state)
{
	struct lab *lab = *state;
	struct op25b_acct acct = lab_acct(INTERIM, "bng1", "a", 2000, "192.0.2.1");
	int64_t seq, holder;

	lab_tell(lab, START, "bng1", "a", 1000, "192.0.2.1");
	seq = lab->copy.position.seq;
	holder = lab->copy.list[0].holder;
	strcpy(acct.class_, "fixed");
	lab->now = 2000;
	lab_apply(lab, &acct, 1);
	assert_int_equal(lab->copy.position.seq, seq + 1);
	assert_int_not_equal(lab->copy.list[0].holder, holder);
	assert_history(lab, "192.0.2.1", "bng1/a 1000-2000, bng1/a 2000-");
	/* Absent again: as it was. */
	lab_tell(lab, INTERIM, "bng1", "a", 3000, "192.0.2.1");
	assert_int_equal(lab->copy.position.seq, seq + 1);
}

static void more_prefixes_than_a_session_may_hold_are_counted(void **state)
{
	struct lab *lab = *state;
	struct op25b_acct acct;
	char text[512], *at;

	for (int part = 0; part < 3; part++) {
		at = text;
		for (int i = 0; i < 16; i++)
			at += sprintf(at, "192.0.2.%d ", part * 16 + i);
		acct = lab_acct(INTERIM, "bng1", "a", 1000 + part, text);
		acct.has_v4 = false;
		lab->now = 1000 + part;
		lab_apply(lab, &acct, 1);
	}
	assert_int_equal(lab->copy.n, 32);
	assert_int_equal(lab->tally.left_out, 16);
}

static void packets_without_a_session_are_of_no_use(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, START, "bng1", "", 1000, "192.0.2.1");
	lab_tell(lab, (enum op25b_acct_status)9, "bng1", "a", 1000, "192.0.2.1");
	assert_int_equal(lab->tally.unusable, 2);
	assert_int_equal(lab->copy.n, 0);
}

#define SCENARIO(name) cmocka_unit_test_setup_teardown(name, lab_set_up, tear_down)

static void half_of_a_second_is_not_the_whole_later(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, OP25B_ACCT_INTERIM, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, OP25B_ACCT_INTERIM, "bng1", "a", 1000, "2001:db8:1::/56");
	assert_holder(lab, "192.0.2.1", "bng1/a");
	lab_tell(lab, OP25B_ACCT_INTERIM, "bng1", "a", 1005, "2001:db8:1::/56");
	assert_holder(lab, "192.0.2.1", "");
	assert_holder(lab, "2001:db8:1::/56", "bng1/a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENARIO(a_line_comes_and_goes),
		SCENARIO(a_start_without_addresses_gets_them_by_interim),
		SCENARIO(both_families_within_one_second_add_up),
		SCENARIO(a_lost_stop_is_cured_by_the_next_holder),
		SCENARIO(a_late_stop_of_an_older_session_clears_nothing),
		SCENARIO(a_lost_stop_expires_while_its_nas_is_alive),
		SCENARIO(a_silent_nas_keeps_its_sessions),
		SCENARIO(a_start_behind_its_stop_opens_nothing),
		SCENARIO(an_interim_older_than_what_is_known_is_late),
		SCENARIO(a_duplicate_with_new_delay_changes_nothing),
		SCENARIO(an_address_moves_to_another_nas),
		SCENARIO(an_older_start_from_another_nas_comes_late),
		SCENARIO(a_reboot_with_on_ends_the_sessions_of_that_nas),
		SCENARIO(an_off_ends_the_sessions_of_that_nas),
		SCENARIO(an_on_ends_thousands_bit_by_bit),
		SCENARIO(an_on_ends_all_though_a_sweep_failed),
		SCENARIO(an_on_ends_what_began_amid_the_sweep_of_another),
		SCENARIO(a_reboot_without_on_begins_session_ids_anew),
		SCENARIO(dual_stack_in_two_sessions_is_two_lives),
		SCENARIO(an_interim_that_drops_ipv4_releases_it),
		SCENARIO(an_interim_that_does_not_speak_of_ipv4_keeps_it),
		SCENARIO(an_interim_that_changes_nothing_is_written_seldom),
		SCENARIO(a_new_class_is_a_change_that_followers_see),
		SCENARIO(more_prefixes_than_a_session_may_hold_are_counted),
		SCENARIO(packets_without_a_session_are_of_no_use),
		SCENARIO(half_of_a_second_is_not_the_whole_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
