/* SPDX-License-Identifier: BSD-2-Clause */
/* The collector file: what it gives, what each mistake is told, and whose an address is. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/prefix.h"
#include "radiusd/collector.h"
#include "serve/secret.h"

#define HEAD   "op25b_collector: 1\n"
#define LISTEN "listen: [\"0.0.0.0\", \"::\"]\n"
#define STORE  "store: /var/lib/x/s.db\n"
#define ALL    HEAD LISTEN STORE
/* "S" alone as a path stands for the secret file of the test. */
#define CLIENT "clients: [{name: a, from: [192.0.2.1], secret_file: S}]\n"

static char secret_path[] = "/tmp/op25b-secret-XXXXXX";

static const struct {
	const char *text, *finding; /* "line:column: text", its beginning */
} mistakes[] = {
	{ "", "1:1: the file says nothing; a collector file begins with 'op25b_collector: 1'" },
	{ LISTEN STORE CLIENT, "1:1: a collector file needs 'op25b_collector'" },
	{ "op25b_collector: 2\n" LISTEN STORE CLIENT, "1:18: version '2' is not known here" },
	{ HEAD STORE CLIENT, "1:1: a collector file needs 'listen'" },
	{ HEAD LISTEN CLIENT, "1:1: a collector file needs 'store'" },
	{ ALL, "1:1: a collector file needs 'clients'" },
	{ ALL CLIENT "stor: /x\n",
	  "5:1: a collector file has no key 'stor'; did you mean 'store'" },
	{ HEAD STORE CLIENT "listen: ::\n", "4:" },
	{ HEAD STORE CLIENT "listen: []\n", "4:9: 'listen' is a list of addresses" },
	{ HEAD STORE CLIENT "listen: [192.0.2.1/24]\n", "4:10: '192.0.2.1/24' is no address" },
	{ HEAD STORE CLIENT "listen: [\"192.0.2.1:0\"]\n", "4:10: '192.0.2.1:0' is no address" },
	{ HEAD STORE CLIENT "listen: [\"192.0.2.1:65536\"]\n", "4:10: '192.0.2.1:65536' is no" },
	{ HEAD STORE CLIENT "listen: [\"[::1]1813\"]\n", "4:10: '[::1]1813' is no address" },
	{ HEAD STORE CLIENT "listen: [\"[::1\"]\n", "4:10: '[::1' is no address" },
	{ HEAD STORE CLIENT "listen: [localhost]\n", "4:10: 'localhost' is no address" },
	{ HEAD STORE CLIENT "listen: [\"::1\", \"[::1]:1813\"]\n",
	  "4:17: '[::1]:1813' is here twice" },
	{ HEAD LISTEN CLIENT "store: s.db\n", "4:8: 'store' is neither a path from the root nor" },
	{ HEAD LISTEN CLIENT "store: mysql://x\n", "4:8: 'store' is neither" },
	{ HEAD LISTEN CLIENT "store: \"postgresql://a:b@c@d/x\"\n",
	  "4:8: session store: the location is not a PostgreSQL URI; it reads" },
	{ ALL "clients: {}\n", "4:10: 'clients' is a list; write" },
	{ ALL "clients: []\n", "4:10: 'clients' is a list; write" },
	{ ALL "clients: [{from: [192.0.2.1], secret_file: S}]\n", "4:11: a client needs 'name'" },
	{ ALL "clients: [{name: a, secret_file: S}]\n", "4:11: a client needs 'from'" },
	{ ALL "clients: [{name: a, from: [192.0.2.1]}]\n", "4:11: a client needs 'secret_file'" },
	{ ALL "clients: [{name: \"a b\", from: [192.0.2.1], secret_file: S}]\n",
	  "4:18: 'a b' can't be the name of a client" },
	{ ALL "clients: [{name: a, from: 192.0.2.1, secret_file: S}]\n",
	  "4:27: 'from' is a list of addresses and prefixes" },
	{ ALL "clients: [{name: a, from: [192.0.2.1/24], secret_file: S}]\n",
	  "4:28: '192.0.2.1/24' is no prefix; did you mean 192.0.2.0/24?" },
	{ ALL "clients: [{name: a, from: [bng1.example], secret_file: S}]\n",
	  "4:28: 'bng1.example' is neither an address nor a prefix" },
	{ ALL "clients: [{name: a, from: [\"::ffff:192.0.2.1\"], secret_file: S}]\n",
	  "4:28: '::ffff:192.0.2.1' is no prefix; did you mean 192.0.2.1/32?" },
	{ ALL "clients: [{name: a, from: [192.0.2.1, 192.0.2.1/32], secret_file: S}]\n",
	  "4:39: '192.0.2.1/32' is here twice" },
	{ ALL "clients:\n- {name: a, from: [192.0.2.0/24], secret_file: S}\n"
	      "- {name: b, from: [192.0.2.0/24], secret_file: S}\n",
	  "6:20: '192.0.2.0/24' is in 'from' of client 'a' too; keep one" },
	{ ALL "clients:\n- {name: a, from: [192.0.2.1], secret_file: S}\n"
	      "- {name: a, from: [192.0.2.2], secret_file: S}\n",
	  "6:3: client 'a' is here twice" },
	{ ALL "clients: [{name: a, from: [192.0.2.1], secret_file: secret}]\n",
	  "4:53: 'secret_file' is no path from the root" },
	{ ALL "clients: [{name: a, from: [192.0.2.1], secret_file: /nowhere/s}]\n",
	  "4:53: the secret file /nowhere/s can't be read: No such file or directory; correct" },
	{ ALL "clients: [{name: a, from: [192.0.2.1], secret_file: /etc}]\n",
	  "4:53: the secret file /etc can't be read: Is a directory" },
	{ ALL "clients: [{name: a, from: [192.0.2.1], secret_file: /etc/passwd}]\n",
	  "4:53: the secret file /etc/passwd is open to everybody; chmod o= /etc/passwd" },
	{ ALL CLIENT "seen_every: 0s\n", "5:13: seen_every '0s' is no length of time" },
	{ ALL CLIENT "forget_after: 1\n", "5:15: forget_after '1' is no length of time" },
	{ ALL CLIENT "stale_after: 30s\n", "5:14: stale_after (30 s) is too short" },
	{ ALL CLIENT "seen_every: 2h\n", "5:13: stale_after (10800 s) is too short" },
	{ ALL CLIENT "keep_changes: 999\n", "5:15: keep_changes '999' is not a number from 1000" },
	{ ALL CLIENT "policy: p.yaml\n", "5:9: 'policy' is no path from the root" },
	{ ALL CLIENT "socket: x\n", "5:9: 'socket' is no path from the root" },
	{ ALL CLIENT "group: op25b-none\n", "5:8: there is no group 'op25b-none'; make it" },
};

/* The text with the path of the test's own secret in place of each S that stands alone. */
static char *with_secret(const char *text)
{
	char *filled = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&filled, &size);

	assert_non_null(out);
	for (; *text; text++) {
		if (!strncmp(text, ": S}", 4)) {
			fprintf(out, ": %s}", secret_path);
			text += 3;
		} else {
			fputc(*text, out);
		}
	}
	assert_int_equal(fclose(out), 0);
	return filled;
}

static int parse(const char *text, struct op25b_collector **ret, struct op25b_findings *findings)
{
	char *filled = with_secret(text);
	int r = op25b_collector_parse("c", filled, strlen(filled), ret, findings);

	free(filled);
	return r;
}

static struct op25b_collector *parse_good(const char *text)
{
	struct op25b_collector *collector = NULL;
	struct op25b_findings findings;
	int r = parse(text, &collector, &findings);

	op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert_int_equal(r, 0);
	return collector;
}

static void each_mistake_is_told_with_its_place(void **state)
{
	struct op25b_collector *collector = NULL;
	struct op25b_findings findings;
	char said[1200];

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_int_equal(parse(mistakes[i].text, &collector, &findings), -EINVAL);
		assert_null(collector);
		assert_true(findings.n_errors >= 1);
		snprintf(said, sizeof(said), "%u:%u: %s", findings.list[0].line,
			 findings.list[0].column, findings.list[0].text);
		said[strlen(mistakes[i].finding)] = '\0';
		assert_string_equal(said, mistakes[i].finding);
		op25b_findings_free(&findings);
	}
}

static void all_mistakes_are_told_at_once(void **state)
{
	struct op25b_collector *collector = NULL;
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(parse(HEAD "listen: [x]\nstore: y\nseen_every: z\n"
				    "clients: [{name: a, from: [w], secret_file: /nowhere/s}]\n",
			       &collector, &findings),
			 -EINVAL);
	assert_int_equal(findings.n_errors, 5);
	op25b_findings_free(&findings);
}

static void what_is_not_written_has_its_default(void **state)
{
	struct op25b_collector *collector = parse_good(ALL CLIENT);
	const struct op25b_radius_client *client = &collector->clients[0];

	(void)state;
	assert_string_equal(collector->socket, "/run/op25b-radiusd/control.sock");
	assert_null(collector->group);
	assert_null(collector->policy);
	assert_int_equal(collector->settings.seen_every, 3600);
	assert_int_equal(collector->settings.stale_after, 10800);
	assert_int_equal(collector->listen[0].port, 1813);
	assert_int_equal(collector->n_listen, 2);
	assert_false(client->needs_message_authenticator);
	assert_false(client->missing_is_released);
	assert_false(client->netmask_is_line);
	assert_false(client->ipv6_route_is_delegated);
	assert_int_equal(client->n_secret, 6);
	assert_memory_equal(client->secret, "sesame", 6);
	op25b_collector_free(&collector);
	assert_null(collector);
}

static void what_is_written_counts(void **state)
{
	struct op25b_collector *collector = parse_good(
		HEAD "listen: [\"192.0.2.1:1646\", \"2001:db8::1\", \"[2001:db8::2]:9\"]\n"
		     "store: postgresql://me:sesame@db/x\nseen_every: 1m\nstale_after: never\n"
		     "forget_after: 2d\nkeep_changes: 5000\nsocket: /run/x\ngroup: root\n"
		     "clients:\n  - {name: b, from: [192.0.2.2], message_authenticator: required, "
		     "missing: released, netmask: line, ipv6_route: delegated, secret_file: S}\n");

	(void)state;
	assert_string_equal(collector->store, "postgresql://me:sesame@db/x");
	assert_string_equal(collector->store_shown, "postgresql://me@db/x");
	assert_int_equal(collector->n_listen, 3);
	assert_int_equal(collector->listen[0].port, 1646);
	assert_int_equal(collector->listen[1].port, 1813);
	assert_int_equal(collector->listen[2].port, 9);
	assert_int_equal(collector->listen[2].address.addr[15], 2);
	assert_int_equal(collector->settings.seen_every, 60);
	assert_int_equal(collector->settings.stale_after, 0);
	assert_int_equal(collector->settings.forget_after, 2 * 86400);
	assert_int_equal(collector->settings.keep_changes, 5000);
	assert_string_equal(collector->socket, "/run/x");
	assert_string_equal(collector->group, "root");
	assert_true(collector->clients[0].needs_message_authenticator);
	assert_true(collector->clients[0].missing_is_released);
	assert_true(collector->clients[0].netmask_is_line);
	assert_true(collector->clients[0].ipv6_route_is_delegated);
	op25b_collector_free(&collector);
}

static int sender(const struct op25b_collector *collector, const char *address)
{
	struct op25b_prefix prefix;

	assert_int_equal(op25b_prefix_parse(address, &prefix), OP25B_PREFIX_FINE);
	return op25b_collector_sender(collector, &prefix);
}

static void the_longest_prefix_says_whose_an_address_is(void **state)
{
	struct op25b_collector *collector = parse_good(
		ALL "clients:\n"
		    "  - {name: a, from: [10.0.0.0/8, 192.0.2.1, 192.0.2.3], secret_file: S}\n"
		    "  - {name: b, from: [10.1.0.0/16, \"2001:db8::/32\"], secret_file: S}\n"
		    "  - {name: c, from: [10.1.1.1, \"2001:db8::1\", \"::/0\"], secret_file: S}\n");

	(void)state;
	assert_int_equal(sender(collector, "10.200.0.1"), 0);
	assert_int_equal(sender(collector, "10.1.0.1"), 1);
	assert_int_equal(sender(collector, "10.1.1.1"), 2);
	assert_int_equal(sender(collector, "192.0.2.1"), 0);
	assert_int_equal(sender(collector, "192.0.2.3"), 0);
	assert_int_equal(sender(collector, "192.0.2.2"), -1);
	assert_int_equal(sender(collector, "2001:db8::2"), 1);
	assert_int_equal(sender(collector, "2001:db8::1"), 2);
	assert_int_equal(sender(collector, "2001:db9::1"), 2);
	op25b_collector_free(&collector);
}

static void write_secret(const void *text, size_t size, mode_t mode)
{
	FILE *file = fopen(secret_path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(secret_path, mode), 0);
}

static void a_secret_is_one_line_of_a_closed_file(void **state)
{
	static const struct {
		const char *text;
		int ret;
	} cases[] = {
		{ "sesame", 6 },      { "sesame\n", 6 },    { " s \xc3\xa9 ", 6 },
		{ "", -EINVAL },      { "\n", -EINVAL },    { "a\nb\n", -EINVAL },
		{ "a\r\n", -EINVAL }, { "a\n\n", -EINVAL },
	};
	uint8_t secret[OP25B_SECRET], longest[OP25B_SECRET];
	struct op25b_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_secret(cases[i].text, strlen(cases[i].text), 0640);
		assert_int_equal(op25b_secret_read(secret_path, secret, &error), cases[i].ret);
		if (cases[i].ret > 0)
			assert_memory_equal(secret, cases[i].text, (size_t)cases[i].ret);
	}
	memset(longest, 'x', sizeof(longest));
	write_secret(longest, sizeof(longest), 0600);
	assert_int_equal(op25b_secret_read(secret_path, secret, &error), -EINVAL);
	write_secret(longest, sizeof(longest) - 1, 0600);
	assert_int_equal(op25b_secret_read(secret_path, secret, &error), OP25B_SECRET - 1);
	write_secret("sesame", 6, 0644);
	assert_int_equal(op25b_secret_read(secret_path, secret, &error), -EACCES);
	write_secret("sesame", 6, 0602);
	assert_int_equal(op25b_secret_read(secret_path, secret, &error), -EACCES);
	assert_null(strstr(error.text, "sesame"));
}

static int make_secret(void **state)
{
	(void)state;
	write_secret("sesame\n", 7, 0600);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_mistake_is_told_with_its_place, make_secret),
		cmocka_unit_test_setup(all_mistakes_are_told_at_once, make_secret),
		cmocka_unit_test_setup(what_is_not_written_has_its_default, make_secret),
		cmocka_unit_test_setup(what_is_written_counts, make_secret),
		cmocka_unit_test_setup(the_longest_prefix_says_whose_an_address_is, make_secret),
		cmocka_unit_test(a_secret_is_one_line_of_a_closed_file),
	};
	int r;

	close(mkstemp(secret_path));
	r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(secret_path);
	return r;
}
