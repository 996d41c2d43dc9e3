/* SPDX-License-Identifier: BSD-2-Clause */
/* The gateway file: what it gives, and what each mistake is told, with place and remedy. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/gateway.h"
#include "serve/conf.h"

#define HEAD "op25b_gateway: 1\n"
#define PORT "interfaces: [{name: eth0, side: subscriber}]\n"

/* With "/" before it and "/s" behind it, a path that a socket can have. */
#define TEN  "abcdefghij"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
	const char *text, *finding; /* "line:column: text", its beginning */
} mistakes[] = {
	{ "", "1:1: the file says nothing; a gateway file begins with 'op25b_gateway: 1'" },
	{ PORT, "1:1: a gateway file needs 'op25b_gateway'" },
	{ "op25b_gateway: 2\n" PORT, "1:16: version '2' is not known here" },
	{ HEAD, "1:1: a gateway file needs 'interfaces'" },
	{ HEAD "interfaces: []\n", "2:13: 'interfaces' names none; write" },
	{ HEAD "interfaces: eth0\n", "2:13: 'interfaces' is a list" },
	{ HEAD "interfaces: [eth0]\n", "2:14: an interface is a map" },
	{ HEAD "interfaces: [{side: both}]\n", "2:14: an interface needs 'name'" },
	{ HEAD "interfaces: [{name: eth0}]\n", "2:14: an interface needs 'side'" },
	{ HEAD "interfaces: [{name: a/b, side: both}]\n", "2:21: 'a/b' can't be the name" },
	{ HEAD "interfaces: [{name: abcdefghijklmnop, side: both}]\n", "2:21: 'abcdefghijklmnop'" },
	{ HEAD "interfaces: [{name: eth0, side: left}]\n", "2:33: side 'left' is not known" },
	{ HEAD "interfaces: [{name: eth0, side: both, hook: xpd}]\n", "2:45: hook 'xpd' is not" },
	{ HEAD "interfaces: [{name: a, side: both}, {name: a, side: both}]\n",
	  "2:37: 'a' is here twice" },
	{ HEAD PORT "icmp_sorce: {}\n", "3:1: a gateway file has no key 'icmp_sorce'; did you" },
	{ HEAD PORT "icmp_source: {v4: \"::1\"}\n", "3:19: '::1' is not an IPv4 address" },
	{ HEAD PORT "icmp_source: {v6: 192.0.2.1}\n", "3:19: '192.0.2.1' is not an IPv6 address" },
	{ HEAD PORT "icmp_source: {v4: 0.0.0.0}\n", "3:19: '0.0.0.0' is no source" },
	{ HEAD PORT "icmp_source: {v4: 127.0.0.1}\n", "3:19: '127.0.0.1' is no source" },
	{ HEAD PORT "icmp_source: {v4: 224.0.0.1}\n", "3:19: '224.0.0.1' is no source" },
	{ HEAD PORT "icmp_source: {v6: \"::1\"}\n", "3:19: '::1' is no source" },
	{ HEAD PORT "icmp_source: {v6: \"fe80::1\"}\n", "3:19: 'fe80::1' is no source" },
	{ HEAD PORT "icmp_source: {v6: \"ff02::1\"}\n", "3:19: 'ff02::1' is no source" },
	{ HEAD PORT "answers: {rate: -1}\n", "3:17: rate '-1' is not a number from 0" },
	{ HEAD PORT "answers: {burst: 0}\n", "3:18: burst '0' is not a number from 1" },
	{ HEAD PORT "events: 5\n", "3:9: 'events' is a map" },
	{ HEAD PORT "monitor: {destinations: all}\n", "3:25: destinations 'all' is not known" },
	{ HEAD PORT "socket: run/x\n", "3:9: 'socket' is no path from the root" },
	{ HEAD PORT "state:\n", "3:" },
	{ HEAD PORT "group: root\ngroup: root\n", "4:1: " },
	{ HEAD PORT "group: op25b-none\n", "3:8: there is no group 'op25b-none'; make it" },
	{ HEAD PORT "state: /run/a\nsocket: /run/a\n", "3:8: 'state' is the path of 'socket' too" },
	{ HEAD PORT "pins: /run/a\nstate: /run/a\n", "3:7: 'pins' is the path of 'state' too" },
	{ HEAD PORT "pins: /var/lib/op25b/\n", "3:7: 'pins' is the path of 'state' too" },
	{ HEAD PORT "facts: on\n",
	  "3:8: 'facts' is 'off' or says how much is kept; write facts: {" },
	{ HEAD PORT "facts: {lines: 100001}\n", "3:16: lines '100001' is not a number from 1 to" },
	{ HEAD PORT "facts: {minutes: 0}\n", "3:18: minutes '0' is not a number from 1 to 60" },
	{ HEAD PORT "facts: {suspect: 1}\n", "3:18: suspect '1' is not a number from 2 to 100" },
	{ HEAD PORT "facts: {peers: 1}\n", "3:9: 'facts' has no key 'peers'" },
	{ HEAD PORT "reader: {group: root}\n", "3:9: 'reader' needs 'socket'; write socket: /run" },
	{ HEAD PORT "reader: {socket: /run/r, group: op25b-none}\n",
	  "3:33: there is no group 'op25b-none'; make it" },
	{ HEAD PORT "reader: {socket: /run/a}\nsocket: /run/a\n",
	  "3:9: 'reader' is the path of 'socket' too" },
	{ HEAD PORT "reader: {socket: /run/op25b/notice.sock}\nnotice: {user: nobody}\n",
	  "4:9: 'socket' of 'notice' is another's path too; give each its own" },
	{ HEAD PORT "sessions: /a.db\n", "3:11: 'sessions' is a map" },
	{ HEAD PORT "sessions: {user: nobody}\n", "3:11: 'sessions' needs 'store'" },
	{ HEAD PORT "sessions: {store: a.db, user: nobody}\n", "3:19: 'store' is neither" },
	{ HEAD PORT "sessions: {store: \"postgresql://me:p@ss/w@h/d\", user: nobody}\n",
	  "3:19: session store: the location is not a PostgreSQL URI" },
	{ HEAD PORT "sessions: {store: /a, user: op25b-none}\n", "3:29: there is no user 'op25b-" },
	{ HEAD PORT "sessions: {store: /a, user: root}\n", "3:29: 'root' may do everything" },
	{ HEAD PORT "sessions: {store: /a, user: nobody, host: b}\n",
	  "3:37: 'sessions' has no key 'host'" },
	{ HEAD PORT "notice: on\n", "3:9: 'notice' is a map" },
	{ HEAD PORT "notice: {user: op25b-none}\n",
	  "3:16: there is no user 'op25b-none' to run the responder as; make it, or write user:" },
	{ HEAD PORT "notice: {user: root}\n", "3:16: 'root' may do everything; write the user" },
	{ HEAD PORT "notice: {user: nobody, mark: 0}\n", "3:30: mark '0' is not a number from 1" },
	{ HEAD PORT "notice: {user: nobody, mark: 0x1ffffffff}\n", "3:30: mark '0x1ffffffff' is" },
	{ HEAD PORT "notice: {user: nobody, mark: 0x}\n", "3:30: mark '0x' is not a number" },
	{ HEAD PORT "notice: {user: nobody, mark: 1f}\n", "3:30: mark '1f' is not a number" },
	{ HEAD PORT "notice: {user: nobody, table: 254}\n",
	  "3:31: table 254 is one of the kernel's own; write the number of a table" },
	{ HEAD PORT "notice: {user: nobody, table: 0}\n", "3:31: table '0' is not a number" },
	{ HEAD PORT "notice: {user: nobody, priority: 32766}\n",
	  "3:34: priority '32766' is not a number from 1 to 32765" },
	{ HEAD PORT "notice: {user: nobody, connections: 70000}\n",
	  "3:37: connections '70000' is not a number from 1 to 65536" },
	{ HEAD PORT "notice: {user: nobody, per_line: 0}\n", "3:34: per_line '0' is not" },
	{ HEAD PORT "notice: {user: nobody, burst: 0}\n", "3:31: burst '0' is not a number" },
	{ HEAD PORT "notice: {user: nobody, rate: none}\n", "3:30: rate 'none' is not a number" },
	{ HEAD PORT "notice: {user: nobody, helo: yes}\n", "3:24: 'notice' has no key 'helo'" },
	{ HEAD PORT "notice: {user: nobody, socket: /run/op25b/control.sock}\n",
	  "3:9: 'socket' of 'notice' is another's path too; give each its own" },
	{ HEAD PORT "notice: {user: nobody}\nstate: /run/op25b/notice.sock\n",
	  "3:9: 'socket' of 'notice' is another's path too; give each its own" },
	{ HEAD PORT "notice: {user: nobody}\nsocket: /" LONG "/s\n",
	  "3:9: there is no room for notice.sock beside 'socket'; write notice: {socket:" },
};

static void each_mistake_is_told_with_its_place(void **state)
{
	struct op25b_gateway *gateway = NULL;
	struct op25b_findings findings;
	char said[1200];

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const char *text = mistakes[i].text;

		assert_int_equal(op25b_gateway_parse("g", text, strlen(text), &gateway, &findings),
				 -EINVAL);
		assert_null(gateway);
		assert_true(findings.n_errors >= 1);
		snprintf(said, sizeof(said), "%u:%u: %s", findings.list[0].line,
			 findings.list[0].column, findings.list[0].text);
		said[strlen(mistakes[i].finding)] = '\0';
		assert_string_equal(said, mistakes[i].finding);
		op25b_findings_free(&findings);
	}
}

static struct op25b_gateway *parse(const char *text)
{
	struct op25b_gateway *gateway = NULL;
	struct op25b_findings findings;
	int r = op25b_gateway_parse("g", text, strlen(text), &gateway, &findings);

	op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert_int_equal(r, 0);
	return gateway;
}

static void what_is_not_written_has_its_default(void **state)
{
	struct op25b_gateway *gateway = parse(HEAD PORT);

	(void)state;
	assert_string_equal(gateway->socket, "/run/op25b/control.sock");
	assert_string_equal(gateway->state, "/var/lib/op25b");
	assert_string_equal(gateway->pins, "/sys/fs/bpf/op25b");
	assert_null(gateway->group);
	assert_false(gateway->full_destinations);
	assert_int_equal(gateway->settings.answer_rate, 10);
	assert_int_equal(gateway->settings.answer_burst, 20);
	assert_int_equal(gateway->settings.event_rate, 5);
	assert_int_equal(gateway->settings.icmp4[0], 0);
	assert_int_equal(gateway->facts.lines, 100000);
	assert_int_equal(gateway->facts.minutes, 60);
	assert_int_equal(gateway->facts.suspect, 20);
	assert_null(gateway->reader.socket);
	op25b_gateway_free(&gateway);
	assert_null(gateway);
}

static void the_first_pattern_that_fits_counts(void **state)
{
	struct op25b_gateway *gateway =
		parse(HEAD "interfaces: [{name: ppp7, side: upstream, hook: tc}, "
			   "{name: \"ppp*\", side: subscriber}]\nanswers: {rate: 0}\n");

	(void)state;
	assert_int_equal(op25b_gateway_match(gateway, "ppp7")->side, OP25B_UPSTREAM);
	assert_int_equal(op25b_gateway_match(gateway, "ppp7")->hook, OP25B_HOOK_TC);
	assert_int_equal(op25b_gateway_match(gateway, "ppp70")->side, OP25B_SUBSCRIBER);
	assert_null(op25b_gateway_match(gateway, "eth0"));
	assert_int_equal(gateway->settings.answer_rate, 0);
	op25b_gateway_free(&gateway);
}

static void icmp_sources_are_taken_whole(void **state)
{
	static const uint8_t v6[16] = { 0, 0x64, 0xff, 0x9b, [15] = 1 };
	struct op25b_gateway *gateway =
		parse(HEAD PORT "icmp_source: {v4: 192.0.2.1, v6: \"64:ff9b::1\"}\n");

	(void)state;
	assert_memory_equal(gateway->settings.icmp4, "\xc0\x00\x02\x01", 4);
	assert_memory_equal(gateway->settings.icmp6, v6, 16);
	op25b_gateway_free(&gateway);
}

static void facts_are_kept_as_written_or_not_at_all(void **state)
{
	struct op25b_gateway *gateway = parse(HEAD PORT "facts: {suspect: 5, lines: 7}\n");

	(void)state;
	assert_int_equal(gateway->facts.lines, 7);
	assert_int_equal(gateway->facts.minutes, 60);
	assert_int_equal(gateway->facts.suspect, 5);
	op25b_gateway_free(&gateway);
	gateway = parse(HEAD PORT "facts: off\nreader: {socket: /run/r, group: root}\n");
	assert_int_equal(gateway->facts.lines, 0);
	assert_string_equal(gateway->reader.socket, "/run/r");
	assert_string_equal(gateway->reader.group, "root");
	op25b_gateway_free(&gateway);
}

static void a_session_store_is_a_file_or_a_server(void **state)
{
	struct op25b_gateway *gateway = parse(HEAD PORT "sessions: {store: /a.db, user: nobody}\n");

	(void)state;
	assert_string_equal(gateway->sessions_store, "/a.db");
	assert_string_equal(gateway->sessions_user, "nobody");
	op25b_gateway_free(&gateway);
	gateway = parse(HEAD PORT
			"sessions: {store: \"postgresql://me:hunter?2@h/d\", user: nobody}\n");
	assert_string_equal(gateway->sessions_store, "postgresql://me:hunter?2@h/d");
	assert_string_equal(gateway->sessions_shown, "postgresql://me@h/d");
	op25b_gateway_free(&gateway);
	gateway = parse(HEAD PORT
			"sessions: {store: \"postgresql://u:sesa?me@h:1,i:2/d?sslmode=verify-full"
			"&sslpassword=sesame&passfile=/etc/p%20w\", user: nobody}\n");
	assert_string_equal(gateway->sessions_shown,
			    "postgresql://u@/d?passfile=/etc/p%20w&host=h,i&port=1,2"
			    "&sslmode=verify-full");
	op25b_gateway_free(&gateway);
	gateway = parse(HEAD PORT);
	assert_null(gateway->sessions_store);
	op25b_gateway_free(&gateway);
}

static void notices_have_defaults_and_a_socket_beside_the_other(void **state)
{
	struct op25b_gateway *gateway =
		parse(HEAD PORT "notice: {user: nobody}\nsocket: /run/x/c.sock\n");

	(void)state;
	assert_true(gateway->notice.configured);
	assert_string_equal(gateway->notice.socket, "/run/x/notice.sock");
	assert_string_equal(gateway->notice.user, "nobody");
	assert_int_equal(gateway->settings.notice_mark, 0x25250019);
	assert_int_equal(gateway->settings.notice_rate, 10);
	assert_int_equal(gateway->settings.notice_burst, 20);
	assert_int_equal(gateway->notice.table, 2525);
	assert_int_equal(gateway->notice.priority, 25);
	assert_int_equal(gateway->notice.connections, 4096);
	assert_int_equal(gateway->notice.per_line, 20);
	op25b_gateway_free(&gateway);
	gateway = parse(HEAD PORT
			"notice: {socket: /run/n, user: nobody, mark: 0xFFFFFFFF, table: 256, "
			"priority: 1, connections: 65536, per_line: 1, rate: 0, burst: 1}\n");
	assert_string_equal(gateway->notice.socket, "/run/n");
	assert_int_equal(gateway->settings.notice_mark, UINT32_MAX);
	assert_int_equal(gateway->settings.notice_rate, 0);
	assert_int_equal(gateway->settings.notice_burst, 1);
	assert_int_equal(gateway->notice.table, 256);
	assert_int_equal(gateway->notice.priority, 1);
	assert_int_equal(gateway->notice.connections, 65536);
	assert_int_equal(gateway->notice.per_line, 1);
	op25b_gateway_free(&gateway);
}

static void without_the_section_nothing_is_marked(void **state)
{
	struct op25b_gateway *gateway = parse(HEAD PORT);

	(void)state;
	assert_false(gateway->notice.configured);
	assert_int_equal(gateway->settings.notice_mark, 0);
	assert_null(gateway->notice.socket);
	op25b_gateway_free(&gateway);
}

static void a_file_that_is_not_there_is_a_finding(void **state)
{
	struct op25b_gateway *gateway = NULL;
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(op25b_gateway_load("/nowhere/gateway.yaml", &gateway, &findings), -EINVAL);
	assert_int_equal(findings.n_errors, 1);
	assert_string_equal(findings.list[0].file, "/nowhere/gateway.yaml");
	assert_non_null(strstr(findings.list[0].text, "No such file"));
	op25b_findings_free(&findings);
}

static void a_fifo_is_a_finding_and_is_not_waited_for(void **state)
{
	struct op25b_gateway *gateway = NULL;
	struct op25b_findings findings;
	char path[] = "/tmp/op25b-fifo-XXXXXX";

	(void)state;
	close(mkstemp(path));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(op25b_gateway_load(path, &gateway, &findings), -EINVAL);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(findings.n_errors, 1);
	assert_non_null(strstr(findings.list[0].text, "not a regular file"));
	op25b_findings_free(&findings);
}

static void take(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	(void)c;
	(void)value;
	++*(int *)to;
}

static int taken;
static struct op25b_arena *taken_in;

static void *make_nothing(struct op25b_arena *arena)
{
	taken_in = arena;
	return &taken;
}

/* As many keys as a map may have, the last of them given. */
static void read_many(struct op25b_conf *c, const struct op25b_node *root)
{
	struct op25b_conf_field fields[OP25B_CONF_FIELDS + 1] = { { .key = NULL } };
	char names[OP25B_CONF_FIELDS][20];

	for (int i = 0; i < OP25B_CONF_FIELDS; i++) {
		snprintf(names[i], sizeof(names[i]), "key%d", i);
		fields[i] = (struct op25b_conf_field){ names[i], take, NULL };
	}
	op25b_conf_map(c, root, "a file", fields, &taken);
}

static void a_map_may_have_many_keys(void **state)
{
	static const struct op25b_conf_kind kind = { "keys", make_nothing, read_many };
	static const char text[] = "key0: 1\nkey31: 1\n";
	struct op25b_findings findings;
	void *file;

	(void)state;
	assert_int_equal(op25b_conf_parse(&kind, "f", text, strlen(text), &file, &findings), 0);
	op25b_findings_free(&findings);
	assert_int_equal(taken, 2);
	op25b_arena_free(&taken_in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_may_have_many_keys),
		cmocka_unit_test(each_mistake_is_told_with_its_place),
		cmocka_unit_test(what_is_not_written_has_its_default),
		cmocka_unit_test(the_first_pattern_that_fits_counts),
		cmocka_unit_test(icmp_sources_are_taken_whole),
		cmocka_unit_test(facts_are_kept_as_written_or_not_at_all),
		cmocka_unit_test(a_session_store_is_a_file_or_a_server),
		cmocka_unit_test(notices_have_defaults_and_a_socket_beside_the_other),
		cmocka_unit_test(without_the_section_nothing_is_marked),
		cmocka_unit_test(a_file_that_is_not_there_is_a_finding),
		cmocka_unit_test(a_fifo_is_a_finding_and_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
