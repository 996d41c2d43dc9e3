/* SPDX-License-Identifier: BSD-2-Clause */
/* Where addresses are: the table finds what a walk over all rows finds. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/mail.h"
#include "policy/prefix.h"

#define NOW  1800000000
#define ROWS 3000

static const char root_text[] = "op25b: 1\n"
				"mail: {domains: [a.example], networks_from: [networks.csv]}\n";

static uint64_t random_state;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(random_state >> 33) % n;
}

/* Few bits differ, so that prefixes nest and addresses hit. */
static struct op25b_prefix random_prefix(void)
{
	struct op25b_prefix prefix = { .family = random_below(2) ? OP25B_V4 : OP25B_V6 };
	uint8_t whole = op25b_prefix_whole(prefix.family);

	for (uint8_t i = 0; i < whole / 8; i++)
		prefix.addr[i] = (uint8_t)(i == 0 ? 0x20 : random_below(3) ? 0 : random_below(256));
	prefix.len = whole;
	return prefix;
}

/* Distinct prefixes; their asn is their place in the list, from 1. */
static size_t make_rows(struct op25b_prefix *rows, FILE *out)
{
	char text[OP25B_PREFIX_TEXT];
	size_t n = 0;

	for (size_t tries = 0; tries < ROWS; tries++) {
		struct op25b_prefix row = random_prefix();
		size_t i = 0;

		op25b_prefix_cut(&row, (uint8_t)random_below(row.len + 1U));
		while (i < n && op25b_prefix_compare(&rows[i], &row) != 0)
			i++;
		if (i < n)
			continue;
		rows[n++] = row;
		fprintf(out, "%s,JP,%zu,\n", op25b_prefix_format(&row, text), n);
	}
	return n;
}

static const struct op25b_networks *load(const char *csv, size_t size, struct op25b_policy **policy)
{
	const struct op25b_policy_file files[] = {
		{ "root.yaml", root_text, sizeof(root_text) - 1 },
		{ "networks.csv", csv, size },
	};
	struct op25b_findings findings;
	int r = op25b_policy_load_files(files, 2, NOW, policy, &findings);

	op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert_int_equal(r, 0);
	return op25b_mail_of(*policy, 0)->networks;
}

/* The asn of the longest row that holds the address; 0: none does. */
static uint32_t walk(const struct op25b_prefix *rows, size_t n, const struct op25b_prefix *address)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (op25b_prefix_holds(&rows[i], address) &&
		    (!found || rows[i].len > rows[found - 1].len))
			found = i + 1;
	}
	return found;
}

static void the_longest_prefix_is_found(void **state)
{
	struct op25b_prefix *rows = calloc(ROWS, sizeof(*rows));
	const struct op25b_networks *networks;
	struct op25b_policy *policy = NULL;
	size_t n, size = 0, hits = 0;
	char *csv = NULL;
	FILE *out = open_memstream(&csv, &size);

	(void)state;
	assert_non_null(rows);
	assert_non_null(out);
	n = make_rows(rows, out);
	assert_int_equal(fclose(out), 0);
	networks = load(csv, size, &policy);
	assert_int_equal(networks->v4.n + networks->v6.n, n);
	for (size_t i = 0; i < 20000; i++) {
		struct op25b_prefix address = random_prefix();
		const struct op25b_network *network = op25b_network_find(networks, &address);
		uint32_t wanted = walk(rows, n, &address);

		assert_int_equal(network ? network->asn : 0, wanted);
		hits += wanted != 0;
	}
	assert_in_range(hits, 1000, 20000);
	op25b_policy_free(&policy);
	free(csv);
	free(rows);
}

static void an_empty_table_has_nothing(void **state)
{
	const struct op25b_networks *networks;
	struct op25b_policy *policy = NULL;
	struct op25b_prefix address = random_prefix();

	(void)state;
	networks = load("prefix,country,asn,kind\n", 24, &policy);
	assert_null(op25b_network_find(networks, &address));
	op25b_policy_free(&policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_prefix_is_found),
		cmocka_unit_test(an_empty_table_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
