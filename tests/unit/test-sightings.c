/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept of lines that were refused, against a second keeper written from the header's text
 * alone, which remembers every attempt and counts anew for each question; and that a key that was
 * thrown away is nowhere in the process.
 */
#include "tests/unit/test.h"

#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sightings.h"
#include "op25b/abi.h"

/* ---- keys that can be looked for ----------------------------------------------------------- */

#define KEY 16

static unsigned int n_keys;
static bool no_random;

/* Byte @i of the @n th key: computed, so that the test keeps no copy of one. */
static uint8_t key_byte(unsigned int n, size_t i)
{
	return (uint8_t)((n + 1) * 0x9e3779b1U >> (i % 4 * 8)) ^ (uint8_t)(i * 37 + 11);
}

int __wrap_RAND_bytes(unsigned char *out, int size);

int __wrap_RAND_bytes(unsigned char *out, int size)
{
	if (no_random)
		return 0;
	for (int i = 0; i < size; i++)
		out[i] = key_byte(n_keys, (size_t)i);
	n_keys++;
	return 1;
}

/* What SipHash's state begins with is the key, too: each half with a constant of the method. */
static bool is_key(const uint8_t *at, unsigned int n, uint64_t mask)
{
	for (size_t i = 0; i < KEY / 2; i++) {
		if (at[i] != (key_byte(n, i) ^ (uint8_t)(mask >> 8 * i)))
			return false;
	}
	return true;
}

/* Of a copy of a mapping: how often the first half of the key stands in it. */
static unsigned int count_key(const uint8_t *copy, size_t size, unsigned int n)
{
	static const uint64_t masks[] = { 0, 0x736f6d6570736575, 0x6c7967656e657261 };
	unsigned int found = 0;

	for (size_t m = 0; m < sizeof(masks) / sizeof(masks[0]); m++) {
		const int first = key_byte(n, 0) ^ (uint8_t)masks[m];
		const uint8_t *at = copy, *const end = copy + size - KEY / 2 + 1;

		for (; at < end && (at = memchr(at, first, (size_t)(end - at))); at++)
			found += is_key(at, n, masks[m]);
	}
	return found;
}

/* In all memory of this process that can be written, its stack and heap included. */
static unsigned int keys_in_memory(unsigned int n)
{
	FILE *maps = fopen("/proc/self/maps", "r"), *memory = fopen("/proc/self/mem", "r");
	static uint8_t copy[1 << 16];
	unsigned int found = 0;
	char row[512], *end;
	unsigned long from, to;

	assert_non_null(maps);
	assert_non_null(memory);
	setvbuf(memory, NULL, _IONBF, 0);
	while (fgets(row, sizeof(row), maps)) {
		/* What is larger than all we have is a sanitizer's notes. */
		from = strtoul(row, &end, 16);
		to = strtoul(end + 1, &end, 16);
		if (end[2] != 'w' || to - from > 1UL << 28)
			continue;
		/* Pieces overlap, so that no key is cut in two. */
		for (; from + KEY < to; from += sizeof(copy) - KEY) {
			size_t size = to - from < sizeof(copy) ? to - from : sizeof(copy);

			if (fseek(memory, (long)from, SEEK_SET) ||
			    (from < (unsigned long)copy + sizeof(copy) &&
			     from + size > (unsigned long)copy))
				continue;
			size = fread(copy, 1, size, memory);
			found += count_key(copy, size, n);
			memset(copy, 0, sizeof(copy));
		}
	}
	fclose(maps);
	fclose(memory);
	return found;
}

/* ---- helpers ------------------------------------------------------------------------------- */

static const struct op25b_sightings_limits usual = { 100, 60, 20 };

static struct op25b_sightings *make(const struct op25b_sightings_limits *limits, int64_t now)
{
	struct op25b_sightings *s = NULL;
	struct op25b_error error = { "" };

	assert_int_equal(op25b_sightings_make(limits, now, &s, &error), 0);
	return s;
}

static void see(struct op25b_sightings *s, int64_t now, uint64_t line, unsigned int peer)
{
	struct op25b_sighting sighting = { .reason = OP25B_FOREIGN_SERVER,
					   .family = OP25B_V4,
					   .service = 7,
					   .peer_family = OP25B_V4 };

	memcpy(sighting.peer, &peer, sizeof(peer));
	op25b_sightings_add(s, now, line, &sighting);
}

static struct op25b_sightings_facts ask(struct op25b_sightings *s, int64_t now, uint64_t line)
{
	struct op25b_sightings_facts facts = { 0 };

	if (!op25b_sightings_find(s, now, line, &facts))
		facts.at = -1;
	return facts;
}

/* ---- what is kept -------------------------------------------------------------------------- */

static void destinations_are_counted_up_to_the_setting(void **state)
{
	struct op25b_sightings *s = make(&usual, 0);

	(void)state;
	for (unsigned int i = 0; i < 19; i++) {
		see(s, 1, 1, i);
		see(s, 1, 1, i);
	}
	assert_int_equal(ask(s, 1, 1).attempts, 38);
	assert_int_equal(ask(s, 1, 1).destinations, 19);
	for (unsigned int i = 0; i < 50; i++)
		see(s, 1, 1, 100 + i);
	assert_int_equal(ask(s, 1, 1).destinations, 20);
	op25b_sightings_free(&s);
}

static void families_of_one_destination_address_are_two(void **state)
{
	struct op25b_sightings *s = make(&usual, 0);
	struct op25b_sighting one = { .peer_family = OP25B_V4 };

	(void)state;
	op25b_sightings_add(s, 0, 1, &one);
	one.peer_family = OP25B_V6;
	op25b_sightings_add(s, 0, 1, &one);
	assert_int_equal(ask(s, 0, 1).destinations, 2);
	op25b_sightings_free(&s);
}

static void nothing_is_older_than_the_span(void **state)
{
	struct op25b_sightings *s = make(&usual, 1000);

	(void)state;
	see(s, 1000, 1, 1);
	see(s, 2000, 2, 1);
	op25b_sightings_turn(s, 2800);
	assert_int_equal(ask(s, 4599, 1).at, 1000);
	assert_int_equal(ask(s, 4599, 1).attempts, 1);
	assert_int_equal(ask(s, 4600, 1).at, -1);
	assert_int_equal(op25b_sightings_size(s), 1);
	/* The window that began before it was seen is over; the last attempt still stands. */
	assert_int_equal(ask(s, 4600, 2).at, 2000);
	assert_int_equal(ask(s, 4600, 2).attempts, 0);
	assert_int_equal(op25b_sightings_since(s, 4600), 1800);
	op25b_sightings_turn(s, 5600);
	assert_int_equal(op25b_sightings_size(s), 0);
	op25b_sightings_free(&s);
}

static void a_long_sleep_leaves_nothing(void **state)
{
	struct op25b_sightings *s = make(&usual, 0);

	(void)state;
	see(s, 10, 1, 1);
	assert_int_equal(op25b_sightings_since(s, 1000000), 0);
	assert_int_equal(op25b_sightings_size(s), 0);
	see(s, 1000000, 1, 1);
	assert_int_equal(op25b_sightings_since(s, 1003599), 3599);
	assert_int_equal(ask(s, 1003599, 1).attempts, 1);
	op25b_sightings_free(&s);
}

static void who_was_seen_longest_ago_goes_first(void **state)
{
	const struct op25b_sightings_limits few = { 3, 60, 20 };
	struct op25b_sightings *s = make(&few, 0);

	(void)state;
	see(s, 1, 1, 1);
	see(s, 2, 2, 1);
	see(s, 3, 3, 1);
	see(s, 4, 1, 1);
	see(s, 5, 4, 1);
	assert_int_equal(op25b_sightings_size(s), 3);
	assert_int_equal(ask(s, 5, 2).at, -1);
	assert_int_equal(ask(s, 5, 1).attempts, 2);
	assert_int_equal(ask(s, 5, 3).attempts, 1);
	/* Who comes back begins anew. */
	see(s, 6, 2, 1);
	assert_int_equal(ask(s, 6, 2).attempts, 1);
	assert_int_equal(ask(s, 6, 3).at, -1);
	op25b_sightings_free(&s);
}

static void a_number_of_a_service_is_forgotten(void **state)
{
	struct op25b_sightings *s = make(&usual, 0);

	(void)state;
	see(s, 1, 1, 1);
	op25b_sightings_forget_service(s, 8);
	assert_int_equal(ask(s, 1, 1).service, 7);
	op25b_sightings_forget_service(s, 7);
	assert_int_equal(ask(s, 1, 1).service, 0);
	assert_int_equal(ask(s, 1, 1).attempts, 1);
	op25b_sightings_free(&s);
}

static void a_name_has_one_number_in_a_table(void **state)
{
	struct op25b_sightings *s = make(&usual, 0), *other = make(&usual, 0);
	uint64_t a = 0, b = 0;

	(void)state;
	assert_int_equal(op25b_sightings_key(s, "L-1001", 6, &a), 0);
	assert_int_equal(op25b_sightings_key(s, "L-1001", 6, &b), 0);
	assert_true(a == b);
	assert_int_equal(op25b_sightings_key(s, "L-1002", 6, &b), 0);
	assert_true(a != b);
	assert_int_equal(op25b_sightings_key(other, "L-1001", 6, &b), 0);
	assert_true(a != b);
	op25b_sightings_free(&s);
	op25b_sightings_free(&other);
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void a_key_is_gone_with_its_window(void **state)
{
	const unsigned int names = n_keys, first = n_keys + 1, second = n_keys + 2;
	struct op25b_sightings *s = make(&usual, 0);

	(void)state;
	see(s, 1, 1, 1);
	assert_true(keys_in_memory(first) > 0);
	assert_true(keys_in_memory(second) > 0);
	op25b_sightings_turn(s, 1800);
	assert_int_equal(keys_in_memory(first), 0);
	assert_true(keys_in_memory(second) > 0);
	assert_int_equal(ask(s, 1800, 1).destinations, 1);
	op25b_sightings_turn(s, 3600);
	assert_int_equal(keys_in_memory(second), 0);
	assert_true(keys_in_memory(names) > 0);
	op25b_sightings_free(&s);
	for (unsigned int n = names; n < n_keys; n++)
		assert_int_equal(keys_in_memory(n), 0);
}

static void without_random_bytes_nothing_is_hashed(void **state)
{
	struct op25b_sightings *s = make(&usual, 0);
	const unsigned int newest = n_keys - 1;

	(void)state;
	no_random = true;
	op25b_sightings_turn(s, 3600);
	assert_int_equal(keys_in_memory(newest), 0);
	see(s, 3600, 1, 1);
	no_random = false;
	assert_int_equal(ask(s, 3600, 1).attempts, 1);
	assert_int_equal(ask(s, 3600, 1).destinations, 0);
	op25b_sightings_free(&s);
}

/* ---- the second keeper --------------------------------------------------------------------- */

#define STEPS 20000
#define LINES 12
#define PEERS 30

static const struct op25b_sightings_limits tight = { 8, 2, 5 };

struct attempt {
	int64_t at;
	unsigned int line, peer;
};

static struct attempt attempts[STEPS];
static size_t n_attempts, born[LINES], last[LINES]; /* its first attempt that counts, its last */
static bool kept[LINES];
static int64_t began[2], ends[2];

static uint64_t seed = 1;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33) % below;
}

static void model_turn(int64_t now)
{
	const bool both = now >= ends[0] && now >= ends[1];

	for (int w = 0; w < 2; w++) {
		if (now < ends[w])
			continue;
		began[w] = now;
		ends[w] = now + (both && w == 0 ? 60 : 120);
	}
	for (unsigned int line = 0; line < LINES; line++) {
		if (kept[line] && now - attempts[last[line]].at >= 120)
			kept[line] = false;
	}
}

static void model_see(int64_t now, unsigned int line, unsigned int peer)
{
	unsigned int n = 0, oldest = LINES;

	model_turn(now);
	for (unsigned int i = 0; i < LINES; i++) {
		n += kept[i];
		if (kept[i] && (oldest == LINES || last[i] < last[oldest]))
			oldest = i;
	}
	if (!kept[line] && n == tight.lines)
		kept[oldest] = false;
	if (!kept[line])
		born[line] = n_attempts;
	kept[line] = true;
	last[line] = n_attempts;
	attempts[n_attempts++] = (struct attempt){ now, line, peer };
}

static void compare(struct op25b_sightings *s, int64_t now, unsigned int line)
{
	const int64_t from = began[0] < began[1] ? began[0] : began[1];
	const struct op25b_sightings_facts facts = ask(s, now, line);
	unsigned int n = 0, different = 0;
	bool seen[PEERS] = { false };

	model_turn(now);
	if (!kept[line]) {
		assert_int_equal(facts.at, -1);
		return;
	}
	assert_int_equal(facts.at, attempts[last[line]].at);
	for (size_t i = born[line]; i < n_attempts; i++) {
		if (attempts[i].line != line || attempts[i].at < from)
			continue;
		n++;
		different += !seen[attempts[i].peer];
		seen[attempts[i].peer] = true;
	}
	assert_int_equal(facts.attempts, n);
	assert_int_equal(facts.destinations, different < tight.suspect ? different : tight.suspect);
	assert_true(op25b_sightings_since(s, now) == now - from);
	assert_in_range(now - from, 0, 119);
}

static void random_attempts_are_kept_as_a_second_keeper_does(void **state)
{
	int64_t now = 5000;
	struct op25b_sightings *s = make(&tight, now);
	unsigned int suspects = 0;

	(void)state;
	began[0] = began[1] = now;
	ends[0] = now + 60;
	ends[1] = now + 120;
	for (int i = 0; i < STEPS; i++) {
		/* Some lines call many, some few; now and then all is quiet for long. */
		const unsigned int line = any(LINES), peer = any(line % 3 ? 3 : PEERS);

		now += any(2000) == 0 ? any(400) : any(4) == 0 ? any(9) : 0;
		if (any(3)) {
			model_see(now, line, peer);
			see(s, now, line, peer);
		} else {
			model_turn(now);
			compare(s, now, line);
			suspects += ask(s, now, line).destinations == tight.suspect;
		}
	}
	assert_in_range(suspects, 100, STEPS); /* the walk came to what it is about */
	op25b_sightings_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destinations_are_counted_up_to_the_setting),
		cmocka_unit_test(families_of_one_destination_address_are_two),
		cmocka_unit_test(nothing_is_older_than_the_span),
		cmocka_unit_test(a_long_sleep_leaves_nothing),
		cmocka_unit_test(who_was_seen_longest_ago_goes_first),
		cmocka_unit_test(a_number_of_a_service_is_forgotten),
		cmocka_unit_test(a_name_has_one_number_in_a_table),
		cmocka_unit_test(a_key_is_gone_with_its_window),
		cmocka_unit_test(without_random_bytes_nothing_is_hashed),
		cmocka_unit_test(random_attempts_are_kept_as_a_second_keeper_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
