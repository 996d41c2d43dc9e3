/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A database that somebody made to hurt: whatever stands in the file, opening, reading and writing
 * end in an error or in an answer. Deterministic: each seed damages a good file in its own way.
 */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define DAMAGES 400

static uint64_t dice(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 16;
}

static int ignore_holding(void *arg, const struct op25b_holding *holding)
{
	*(size_t *)arg += strlen(holding->holder.user_name) + strlen(holding->holder.nas);
	return 0;
}

static int ignore_change(void *arg, const struct op25b_change *change)
{
	*(size_t *)arg += strlen(change->holder.class_) + change->prefix.len;
	return 0;
}

static int ignore_nas(void *arg, const struct op25b_nas_status *nas)
{
	*(size_t *)arg += strlen(nas->name);
	return 0;
}

/* Everything that a reader does. Returns the number of calls that failed. */
static int read_all(struct op25b_sessions *store)
{
	const struct op25b_prefix inside = lab_prefix("192.0.2.7");
	const struct op25b_sessions_query by_address = {
		.inside = &inside, .from = INT64_MIN, .until = INT64_MAX, .limit = 1000
	};
	const struct op25b_sessions_query by_user = {
		.user_name = "user-s7", .from = INT64_MIN, .until = INT64_MAX, .limit = 1000
	};
	struct op25b_position position = { 0 };
	struct op25b_sessions_health health;
	struct op25b_error error;
	size_t sum = 0;
	int failed = 0;

	failed += op25b_sessions_snapshot(store, ignore_holding, &sum, &position, &error) < 0;
	position.seq = 0;
	failed += op25b_sessions_tail(store, &position, 1000, ignore_change, &sum, &error) < 0;
	failed += op25b_sessions_history(store, &by_address, ignore_holding, &sum, &error) < 0;
	failed += op25b_sessions_history(store, &by_user, ignore_holding, &sum, &error) < 0;
	failed += op25b_sessions_health(store, &health, ignore_nas, &sum, &error) < 0;
	return failed;
}

/* Everything that a writer does. */
static int write_all(struct op25b_sessions *store)
{
	struct op25b_acct batch[3] = {
		lab_acct(OP25B_ACCT_INTERIM, "bng0", "s7", 2000, "192.0.2.9 2001:db8:9::/56"),
		lab_acct(OP25B_ACCT_STOP, "bng1", "s8", 2000, ""),
		lab_acct(OP25B_ACCT_ON, "bng2", "", 2000, ""),
	};
	struct op25b_error error;
	int failed = 0;

	failed += op25b_sessions_apply(store, batch, 3, 2000, NULL, &error) < 0;
	failed += op25b_sessions_sweep(store, (int64_t)2000 + 200 * 86400, 100, &error) < 0;
	return failed;
}

/* A store with something in every table, closed. */
static void fill(struct lab *lab)
{
	for (int i = 0; i < 60; i++) {
		char nas[16], session[16], prefixes[64];

		snprintf(nas, sizeof(nas), "bng%d", i % 3);
		snprintf(session, sizeof(session), "s%d", i);
		snprintf(prefixes, sizeof(prefixes), "192.0.2.%d 2001:db8:%x::/56", i, i);
		lab_tell(lab, OP25B_ACCT_START, nas, session, 1000 + i, prefixes);
		if (i % 3)
			lab_tell(lab, OP25B_ACCT_STOP, nas, session, 1100 + i, "");
	}
	op25b_sessions_close(&lab->store);
}

static uint8_t *read_file(const char *path, size_t *ret_size)
{
	OP25B_AUTO_FCLOSE FILE *file = fopen(path, "re");
	uint8_t *data = calloc(1, 1 << 20);

	assert_true(file && data);
	*ret_size = fread(data, 1, 1 << 20, file);
	assert_true(*ret_size > 16384 && *ret_size < 1 << 20);
	return data;
}

/* Without its write-ahead log, which was carried over when the store was closed. */
static void put_file(const char *path, const uint8_t *data, size_t size)
{
	OP25B_AUTO_FCLOSE FILE *file = NULL;
	char name[128];

	snprintf(name, sizeof(name), "%s-wal", path);
	unlink(name);
	snprintf(name, sizeof(name), "%s-shm", path);
	unlink(name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
}

static void use(struct lab *lab, enum op25b_sessions_mode mode, int *refused, int *failed)
{
	struct op25b_sessions *store = NULL;
	int r = op25b_sessions_open(lab->path, mode, &lab->settings, &store, &lab->error);

	assert_int_equal(r == 0, store != NULL);
	*refused += r < 0;
	if (store) {
		*failed += read_all(store);
		if (mode == OP25B_SESSIONS_WRITE)
			*failed += write_all(store);
	}
	op25b_sessions_close(&store);
}

static void damaged_bytes_never_crash(void **state)
{
	struct lab *lab = *state;
	OP25B_AUTO_FREE uint8_t *good = NULL, *bad = NULL;
	int refused = 0, failed = 0, none = 0;
	size_t size;

	fill(lab);
	good = read_file(lab->path, &size);
	bad = malloc(size);
	assert_non_null(bad);
	put_file(lab->path, good, size);
	use(lab, OP25B_SESSIONS_WRITE, &none, &none);
	assert_int_equal(none, 0);
	for (uint64_t seed = 1; seed <= DAMAGES; seed++) {
		uint64_t state_of_dice = seed * 0x9e3779b97f4a7c15U;
		/* Page heads hurt most; every fourth file is cut short besides. */
		size_t length = seed % 4 ? size : dice(&state_of_dice) % size;

		memcpy(bad, good, size);
		for (uint64_t n = 1 + dice(&state_of_dice) % 24; n > 0; n--) {
			size_t at = dice(&state_of_dice) % size;

			if (n % 2)
				at = at / 4096 * 4096 + dice(&state_of_dice) % 64;
			if (at >= 100 || seed % 16 == 0)
				bad[at % size] = (uint8_t)dice(&state_of_dice);
		}
		put_file(lab->path, bad, length);
		use(lab, seed % 2 ? OP25B_SESSIONS_WRITE : OP25B_SESSIONS_READ, &refused, &failed);
	}
	/* Both ends of it were seen. */
	assert_true(refused > DAMAGES / 10);
	assert_true(refused < DAMAGES);
	assert_true(failed > DAMAGES / 10);
}

/* Values that SQLite takes and the store never writes. */
static void wrong_values_are_told(void **state)
{
	static const char *const wrong[] = {
		"UPDATE binding SET prefix = x'ff00' WHERE prefix = x'01c000020320'",
		"UPDATE binding SET prefix = x'01c000020721' WHERE prefix = x'01c000020320'",
		"UPDATE binding SET prefix = x'01c00002ff18' WHERE prefix = x'01c000020320'",
		"UPDATE binding SET prefix = x'' WHERE prefix = x'01c000020320'",
		"UPDATE binding SET holder = 999999",
		"UPDATE holder SET user_name = printf('%.600c', 'x')",
		"UPDATE holder SET nas = 77",
		"UPDATE holder SET user_name = CAST(x'610062' AS TEXT)",
		"UPDATE change SET op = 9",
		"DELETE FROM change WHERE seq = 3",
		"UPDATE change SET prefix = zeroblob(60000)",
		"DELETE FROM meta",
		"UPDATE nas SET name = printf('%.600c', 'x') WHERE id = 1",
		"UPDATE history SET holder = -1",
		"UPDATE history SET prefix = x'03' WHERE holder = 8",
	};
	struct lab *lab = *state;
	OP25B_AUTO_FREE uint8_t *good = NULL;
	size_t size;

	fill(lab);
	good = read_file(lab->path, &size);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct op25b_sessions *store = NULL;
		struct op25b_position from = { lab->copy.position.origin, 0 };
		sqlite3 *db = NULL;
		int failed = 0;
		size_t sum = 0;

		put_file(lab->path, good, size);
		assert_int_equal(sqlite3_open(lab->path, &db), SQLITE_OK);
		if (sqlite3_exec(db, wrong[i], NULL, NULL, NULL) != SQLITE_OK)
			fail_msg("%s: %s", wrong[i], sqlite3_errmsg(db));
		assert_int_not_equal(sqlite3_total_changes(db), 0);
		sqlite3_close(db);
		assert_int_equal(op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE,
						     &lab->settings, &store, &lab->error),
				 0);
		failed += op25b_sessions_tail(store, &from, 1000, ignore_change, &sum,
					      &lab->error) == -EBADMSG;
		failed += read_all(store);
		if (!failed)
			fail_msg("nothing told of: %s", wrong[i]);
		(void)write_all(store);
		op25b_sessions_close(&store);
	}
}

/* The next writer carries on from what the writer before left; a log of noise is no log. */
static void a_log_of_noise_is_left_out(void **state)
{
	struct lab *lab = *state;
	uint64_t state_of_dice = 7;
	uint8_t noise[8192];

	fill(lab);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)dice(&state_of_dice);
	snprintf(lab->text, sizeof(lab->text), "%s-wal", lab->path);
	put_file(lab->text, noise, sizeof(noise));
	lab_open(lab);
	lab_snapshot(lab->store, &lab->copy);
	assert_int_equal(lab->copy.n, 40);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(damaged_bytes_never_crash),
		TEST(wrong_values_are_told),
		TEST(a_log_of_noise_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
