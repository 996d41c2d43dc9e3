/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collectors that write the same sessions and prefixes at once, and a follower that reads
 * meanwhile: nothing is written over what another has written, and numbers come in the order in
 * which they are to be seen.
 */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/prefix.h"

#define COLLECTORS 3
#define BATCHES    120
#define PACKETS    8

static uint64_t dice_state;

static unsigned int dice(unsigned int sides)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (unsigned int)((dice_state >> 32) % sides);
}

static struct op25b_acct random_packet(int64_t now)
{
	static const enum op25b_acct_status usual[] = { OP25B_ACCT_START, OP25B_ACCT_INTERIM,
							OP25B_ACCT_INTERIM, OP25B_ACCT_STOP };
	char nas[8], session[8], prefixes[64];
	struct op25b_acct acct;

	snprintf(nas, sizeof(nas), "bng%u", dice(3));
	snprintf(session, sizeof(session), "s%u", dice(8));
	snprintf(prefixes, sizeof(prefixes), "192.0.2.%u 2001:db8:%u::/56", dice(8), dice(8));
	acct = lab_acct(usual[dice(4)], nas, session, now - dice(4), prefixes);
	if (dice(60) == 0)
		acct.status = OP25B_ACCT_ON;
	if (dice(8) == 0)
		snprintf(acct.class_, sizeof(acct.class_), "class-%u", dice(3));
	return acct;
}

_Noreturn static void collect(struct lab *lab, uint64_t seed)
{
	struct op25b_sessions *store = NULL;
	struct op25b_error error;
	int64_t now = 1000000;

	dice_state = seed;
	if (op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE, &lab->settings, &store, &error) <
	    0)
		_exit(2);
	for (int i = 0; i < BATCHES; i++) {
		struct op25b_acct batch[PACKETS];

		now += dice(3);
		for (int j = 0; j < PACKETS; j++)
			batch[j] = random_packet(now);
		if (op25b_sessions_apply(store, batch, PACKETS, now, NULL, &error) < 0 ||
		    (dice(4) == 0 && op25b_sessions_sweep(store, now, 20, &error) < 0)) {
			fprintf(stderr, "%s\n", error.text);
			_exit(3);
		}
	}
	op25b_sessions_close(&store);
	_exit(0);
}

static void numbers_follow_each_other_and_are_whole(void **state)
{
	struct lab *lab = *state;
	struct op25b_sessions *reader = NULL;
	struct lab_copy *now = calloc(1, sizeof(*now));
	pid_t children[COLLECTORS];
	struct pollfd over = { .events = POLLIN };
	int ends[2], status, looks = 0;

	assert_non_null(now);
	op25b_sessions_close(&lab->store);
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < COLLECTORS; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			collect(lab, (uint64_t)i + 1);
	}
	close(ends[1]);
	over.fd = ends[0];
	assert_int_equal(op25b_sessions_open(lab->path, OP25B_SESSIONS_READ, &lab->settings,
					     &reader, &lab->error),
			 0);
	/* The pipe ends with the last of them. */
	do {
		lab_snapshot(reader, now);
		lab_follow_to(reader, &lab->copy, now->position.seq);
		lab_same(&lab->copy, now);
		looks++;
	} while (poll(&over, 1, 0) == 0);
	for (int i = 0; i < COLLECTORS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	lab_snapshot(reader, now);
	lab_follow(reader, &lab->copy);
	lab_same(&lab->copy, now);
	print_message("# %d looks at %lld changes\n", looks, (long long)now->position.seq);
	assert_true(looks > 10);
	assert_true(now->position.seq > 1000);
	/* Who holds a prefix claims it, and is open: had one written over another, some don't. */
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM binding b "
				      "LEFT JOIN holder h ON h.id = b.holder "
				      "LEFT JOIN session s ON s.nas = h.nas AND "
				      "s.session = h.session AND s.holder = h.id "
				      "WHERE s.ended IS DISTINCT FROM 9223372036854775807 OR "
				      "position(b.prefix IN s.claims) = 0"),
			 0);
	/* And what an open session claims is held: by it, or by another, and it knows that. */
	assert_int_equal(lab_ask(lab,
				 "SELECT count(*) FROM session s, generate_series(0, 7) n "
				 "LEFT JOIN binding b ON b.prefix = "
				 "decode('04c00002' || lpad(to_hex(n), 2, '0') || '20', 'hex') "
				 "WHERE s.ended = 9223372036854775807 AND NOT s.lost AND "
				 "position(decode('04c00002' || lpad(to_hex(n), 2, '0') || "
				 "'20', 'hex') IN s.claims) > 0 AND "
				 "b.holder IS DISTINCT FROM s.holder"),
			 0);
	op25b_sessions_close(&reader);
	close(ends[0]);
	free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers_follow_each_other_and_are_whole, lab_set_up,
						lab_tear_down),
	};

	if (!lab_postgresql())
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
