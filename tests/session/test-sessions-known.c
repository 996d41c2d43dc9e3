/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet that repeats what the store agreed with is recognised, and nothing else is. */
#include "tests/session/sessions-lab.h"

#include <stdio.h>

#include "session/known.h"

#define NOW 1800000000

struct fixture {
	struct op25b_known *known;
	struct op25b_sessions_settings settings;
	struct op25b_acct acct;
	struct op25b_session session;
};

static int set_up(void **state)
{
	static struct fixture f;
	const struct op25b_nas nas = { .id = 7, .last = NOW, .epoch_time = INT64_MIN };

	f = (struct fixture){ .settings = OP25B_SESSIONS_DEFAULTS };
	assert_int_equal(op25b_known_new(&f.known), 0);
	f.acct = lab_acct(OP25B_ACCT_INTERIM, "bng", "s1", NOW, "192.0.2.1 2001:db8:1::/56");
	f.session = (struct op25b_session){ .nas = nas.id,
					    .event = NOW,
					    .by = OP25B_ACCT_INTERIM,
					    .seen = NOW,
					    .ended = INT64_MAX };
	op25b_known_put_nas(f.known, "bng", &nas);
	op25b_known_settle(f.known, &f.acct, &f.session);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	op25b_known_free(&f->known);
	return 0;
}

static bool repeats(struct fixture *f, const struct op25b_acct *acct)
{
	return op25b_known_repeats(f->known, &f->settings, acct, NOW + 5);
}

static void the_same_again_is_known(void **state)
{
	struct fixture *f = *state;

	assert_true(repeats(f, &f->acct));
	f->acct.event_time = NOW + 5;
	assert_true(repeats(f, &f->acct));
}

static void whatever_differs_is_not(void **state)
{
	struct fixture *f = *state;
	struct op25b_acct acct = f->acct;

	acct.prefixes[0] = lab_prefix("192.0.2.2");
	assert_false(repeats(f, &acct));
	acct = f->acct;
	acct.n_prefixes = 1;
	assert_false(repeats(f, &acct));
	acct = f->acct;
	acct.has_v6 = !acct.has_v6;
	assert_false(repeats(f, &acct));
	acct = f->acct;
	snprintf(acct.class_, sizeof(acct.class_), "other");
	assert_false(repeats(f, &acct));
	acct = f->acct;
	snprintf(acct.session, sizeof(acct.session), "s2");
	assert_false(repeats(f, &acct));
	acct = f->acct;
	snprintf(acct.nas, sizeof(acct.nas), "bng2");
	assert_false(repeats(f, &acct));
	acct = f->acct;
	acct.status = OP25B_ACCT_STOP;
	assert_false(repeats(f, &acct));
	/* A Start of the interim's second comes before it. */
	acct.status = OP25B_ACCT_START;
	assert_false(repeats(f, &acct));
	acct = f->acct;
	acct.event_time--;
	assert_false(repeats(f, &acct));
}

static void texts_are_told_apart_where_they_meet(void **state)
{
	struct fixture *f = *state;
	struct op25b_acct acct = f->acct;

	snprintf(f->acct.user_name, sizeof(acct.user_name), "ab");
	snprintf(f->acct.class_, sizeof(acct.class_), "c");
	op25b_known_settle(f->known, &f->acct, &f->session);
	assert_true(repeats(f, &f->acct));
	snprintf(acct.user_name, sizeof(acct.user_name), "a");
	snprintf(acct.class_, sizeof(acct.class_), "bc");
	assert_false(repeats(f, &acct));
}

static void what_was_written_meanwhile_is_not(void **state)
{
	struct fixture *f = *state;
	struct op25b_nas nas;

	op25b_known_forget(f->known, 7, "s1");
	assert_false(repeats(f, &f->acct));
	op25b_known_settle(f->known, &f->acct, &f->session);
	assert_true(repeats(f, &f->acct));
	assert_true(op25b_known_nas(f->known, "bng", &nas));
	nas.epoch++;
	op25b_known_put_nas(f->known, NULL, &nas);
	assert_false(repeats(f, &f->acct));
	op25b_known_settle(f->known, &f->acct, &f->session);
	op25b_known_clear(f->known);
	assert_false(op25b_known_nas(f->known, "bng", &nas));
	assert_false(repeats(f, &f->acct));
}

static void what_is_due_to_be_written_is_not(void **state)
{
	struct fixture *f = *state;
	struct op25b_nas nas;

	/* last seen, of the NAS and of the session */
	assert_false(op25b_known_repeats(f->known, &f->settings, &f->acct, NOW + 10));
	assert_true(op25b_known_nas(f->known, "bng", &nas));
	nas.last = NOW + f->settings.seen_every;
	op25b_known_put_nas(f->known, NULL, &nas);
	assert_true(op25b_known_repeats(f->known, &f->settings, &f->acct,
					NOW + f->settings.seen_every - 1));
	assert_false(op25b_known_repeats(f->known, &f->settings, &f->acct,
					 NOW + f->settings.seen_every));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_again_is_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(whatever_differs_is_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(texts_are_told_apart_where_they_meet, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_written_meanwhile_is_not, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_due_to_be_written_is_not, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
