/* SPDX-License-Identifier: BSD-2-Clause */
/* What docs/postgresql.md tells an operator to do: each of its statements is run, in its order. */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* "postgresql://ROLE@/op25b_sessions?host=..." of our server. Borrowed till the next call. */
static const char *as(const char *role)
{
	static char text[sizeof(((struct lab *)0)->path)];

	snprintf(text, sizeof(text), "postgresql://%s@/op25b_sessions%s", role,
		 strchr(lab_postgresql(), '?'));
	return text;
}

static void run(const char *location, const char *sql)
{
	struct lab server = { .now = 0 };

	snprintf(server.path, sizeof(server.path), "%s", location);
	lab_ask(&server, sql);
}

/* Run the next block of statements, each alone. Returns how many there were. */
static int run_block(FILE *page, const char *location)
{
	char line[512], sql[2048] = "";
	size_t used = 0;
	int n = 0;

	while (fgets(line, sizeof(line), page) && strcmp(line, "```sql\n") != 0)
		;
	while (fgets(line, sizeof(line), page) && strcmp(line, "```\n") != 0) {
		used += (size_t)snprintf(sql + used, sizeof(sql) - used, "%s", line);
		assert_true(used < sizeof(sql));
		if (!strstr(line, ";\n"))
			continue;
		run(location, sql);
		used = 0;
		*sql = '\0';
		n++;
	}
	assert_string_equal(sql, "");
	return n;
}

static FILE *open_page(void)
{
	char path[512];
	FILE *page;

	snprintf(path, sizeof(path), "%s/docs/postgresql.md", getenv("OP25B_SOURCE_DIR"));
	page = fopen(path, "re");
	assert_non_null(page);
	return page;
}

static struct op25b_sessions *open_as(const char *role, enum op25b_sessions_mode mode)
{
	const struct op25b_sessions_settings settings = OP25B_SESSIONS_DEFAULTS;
	struct op25b_sessions *store = NULL;
	struct op25b_error error;

	if (op25b_sessions_open(as(role), mode, &settings, &store, &error) < 0)
		fail_msg("%s", error.text);
	return store;
}

static void its_statements_make_a_store_that_works(void **state)
{
	struct op25b_acct acct = lab_acct(OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	OP25B_AUTO_FCLOSE FILE *page = open_page();
	struct op25b_sessions *collector, *follower, *none = NULL;
	const struct op25b_sessions_settings settings = OP25B_SESSIONS_DEFAULTS;
	struct op25b_error error;
	struct lab_copy copy;
	char line[512];

	(void)state;
	assert_int_equal(run_block(page, lab_postgresql()), 5);
	assert_int_equal(run_block(page, as("op25b")), 3);
	collector = open_as("op25b-radiusd", OP25B_SESSIONS_WRITE);
	assert_int_equal(op25b_sessions_apply(collector, &acct, 1, 1000, NULL, &error), 0);
	follower = open_as("op25b-follower", OP25B_SESSIONS_READ);
	lab_snapshot(follower, &copy);
	assert_int_equal(copy.n, 1);
	/* It can only read, whatever it asks for. */
	assert_int_equal(op25b_sessions_open(as("op25b-follower"), OP25B_SESSIONS_WRITE, &settings,
					     &none, &error),
			 0);
	assert_int_equal(op25b_sessions_apply(none, &acct, 1, 9000, NULL, &error), -EACCES);
	assert_non_null(strstr(error.text, "docs/postgresql.md says which rights it takes"));
	op25b_sessions_close(&none);

	/* A database that has the tables already. */
	run(as("op25b"), "REVOKE SELECT ON ALL TABLES IN SCHEMA op25b FROM \"op25b-follower\"");
	assert_int_equal(op25b_sessions_open(as("op25b-follower"), OP25B_SESSIONS_READ, &settings,
					     &none, &error),
			 -EACCES);
	assert_int_equal(run_block(page, as("op25b")), 1);
	lab_snapshot(follower, &copy);
	assert_int_equal(run_block(page, as("op25b")), 2);

	/* After a restore followers begin anew. */
	assert_int_equal(run_block(page, as("op25b")), 1);
	acct.event_time = 2000;
	acct.prefixes[0] = lab_prefix("192.0.2.2");
	assert_int_equal(op25b_sessions_apply(collector, &acct, 1, 2000, NULL, &error), 0);
	assert_int_equal(op25b_sessions_tail(follower, &copy.position, 9, NULL, NULL, &error),
			 -ESTALE);
	op25b_sessions_close(&follower);
	op25b_sessions_close(&collector);
	while (fgets(line, sizeof(line), page))
		assert_null(strstr(line, "```"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_statements_make_a_store_that_works),
	};

	if (!lab_postgresql())
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
