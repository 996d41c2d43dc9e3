/* SPDX-License-Identifier: BSD-2-Clause */
/* The web file: what it gives, and what each mistake is told. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "policy/prefix.h"
#include "web/settings.h"

#define HEAD   "op25b_web: 1\n"
#define POLICY "policy: /etc/op25b/policy.yaml\n"
#define ALL    HEAD POLICY
#define PROXY  "proxies: [127.0.0.1]\n"

static const struct {
	const char *text, *finding; /* "line:column: text", its beginning */
} mistakes[] = {
	{ "", "1:1: the file says nothing; a web file begins with 'op25b_web: 1'" },
	{ POLICY PROXY, "1:1: a web file needs 'op25b_web'; begin the file with op25b_web: 1" },
	{ "op25b_web: 2\n" POLICY PROXY, "1:12: version '2' is not known here" },
	{ HEAD PROXY, "1:1: a web file needs 'policy'; write policy: /etc/op25b/policy.yaml" },
	{ ALL PROXY "prozies: []\n", "4:1: a web file has no key 'prozies'; did you mean" },
	{ HEAD PROXY "policy: p.yaml\n", "3:9: 'policy' is no path from the root" },
	{ ALL PROXY "state: s.db\n", "4:8: 'state' is no path from the root" },
	{ ALL PROXY "data: web\n", "4:7: 'data' is no path from the root" },
	{ ALL PROXY "sessions: s.db\n", "4:11: 'sessions' is neither a path from the root nor" },
	{ ALL PROXY "gateway: run/reader.sock\n", "4:10: 'gateway' is no path from the root" },
	{ ALL PROXY "desk: run/desk.sock\n", "4:7: 'desk' is no path from the root" },
	{ ALL PROXY "listen: 8025\n", "4:9: 'listen' is a list of addresses" },
	{ ALL PROXY "listen: [localhost]\n", "4:10: 'localhost' is no address to listen on" },
	{ ALL PROXY "listen: [\"127.0.0.1:0\"]\n", "4:10: '127.0.0.1:0' is no address" },
	{ ALL PROXY "listen: [\"0.0.0.0:80\"]\nstaff: [\"0.0.0.0:80\"]\n",
	  "5:9: '0.0.0.0:80' is listened on already; give each its own port" },
	{ ALL PROXY "staff: [\"198.51.100.7:80\"]\n",
	  "4:9: '198.51.100.7:80' can be reached from the Internet" },
	{ ALL PROXY "staff: [\"0.0.0.0:80\"]\n", "4:9: '0.0.0.0:80' can be reached" },
	{ ALL PROXY "staff: [\"[::]:80\"]\n", "4:9: '[::]:80' can be reached" },
	{ ALL PROXY "staff: [\"[2001:db8::1]:80\"]\n", "4:9: '[2001:db8::1]:80' can be reached" },
	{ ALL "proxies: 127.0.0.1\n", "3:10: 'proxies' is a list of addresses and prefixes" },
	{ ALL "proxies: [proxy]\n", "3:11: 'proxy' is neither an address nor a prefix" },
	{ ALL "proxies: [10.0.0.1/8]\n", "3:11: '10.0.0.1/8' is no prefix; did you mean" },
	{ ALL "proxies: [0.0.0.0/0]\n", "3:10: 'proxies' would have everybody believed" },
	{ ALL PROXY "host: \"a:80\"\n", "4:7: 'a:80' is no host name" },
	{ ALL PROXY "host: a..b\n", "4:7: 'a..b' is no host name" },
	{ ALL PROXY "host4: \"-\"\n", "4:8: '-' is no host name" },
	{ ALL PROXY "hosts: [a]\n", "4:8: 'hosts' is a map of host names to tenants" },
	{ ALL PROXY "hosts: {\"a b\": t}\n", "4:9: 'a b' is no host name" },
	{ ALL PROXY "hosts: {a: ~}\n", "4:12: 'hosts' has no value" },
	{ ALL PROXY "connections: 15\n", "4:14: connections '15' is not a number from 16" },
	{ ALL PROXY "access_log: yes\n", "4:13: access_log 'yes' is not known; write journal" },
	/* A warning. */
	{ ALL, "1:1: only this host can ask, and no proxy is named" },
};

static struct op25b_findings findings;

static struct op25b_web_file *parse(const char *text)
{
	struct op25b_web_file *file = NULL;

	op25b_web_file_parse("web.yaml", text, strlen(text), &file, &findings);
	return file;
}

static void mistakes_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const bool warning = i + 1 == sizeof(mistakes) / sizeof(mistakes[0]);
		struct op25b_web_file *file = parse(mistakes[i].text);
		char said[600];

		assert_true(warning ? file != NULL : file == NULL);
		assert_int_not_equal(findings.n, 0);
		snprintf(said, sizeof(said), "%u:%u: %s", findings.list[0].line,
			 findings.list[0].column, findings.list[0].text);
		if (strncmp(said, mistakes[i].finding, strlen(mistakes[i].finding)) != 0)
			fail_msg("'%s' is told\n%s, not\n%s", mistakes[i].text, said,
				 mistakes[i].finding);
		op25b_findings_free(&findings);
		op25b_web_file_free(&file);
	}
}

static void a_whole_file_is_read(void **state)
{
	struct op25b_web_file *file = parse(
		ALL PROXY
		"sessions: /var/lib/op25b-radiusd/sessions.db\n"
		"listen: [192.0.2.1, \"[2001:db8::1]:80\"]\nstaff: [10.0.0.1, \"[fd00::1]:9\"]\n"
		"host: Help.Example.NET\nhost4: v4.help.example.net\nhost6: v6.help.example.net\n"
		"hosts: {Help.Retail.example: retail}\ndata: /etc/op25b/web\nstate: /s.db\n"
		"gateway: /run/op25b/reader.sock\nmaild: /run/op25b-maild/reader.sock\n"
		"desk: /run/op25b-maild/desk.sock\n"
		"probes: /run/op25b-probe/status.json\nconnections: 50\naccess_log: /var/log/w\n");

	(void)state;
	assert_non_null(file);
	assert_int_equal(findings.n, 0);
	assert_int_equal(file->public_.n, 2);
	assert_int_equal(file->public_.list[0].port, OP25B_WEB_PORT);
	assert_int_equal(file->public_.list[1].port, 80);
	assert_int_equal(file->staff.n, 2);
	assert_int_equal(file->staff.list[0].port, OP25B_WEB_STAFF_PORT);
	assert_string_equal(file->host, "help.example.net");
	assert_string_equal(file->hosts[0].name, "help.retail.example");
	assert_string_equal(file->hosts[0].tenant_id, "retail");
	assert_string_equal(file->gateway, "/run/op25b/reader.sock");
	assert_string_equal(file->desk, "/run/op25b-maild/desk.sock");
	assert_int_equal(file->connections, 50);
	assert_int_equal(file->access_log, OP25B_WEB_LOG_FILE);
	assert_string_equal(file->access_path, "/var/log/w");
	op25b_findings_free(&findings);
	op25b_web_file_free(&file);
}

static void without_keys_there_are_defaults(void **state)
{
	struct op25b_web_file *file = parse(ALL PROXY);

	(void)state;
	assert_non_null(file);
	assert_int_equal(file->public_.n, 1);
	assert_int_equal(file->public_.list[0].address.addr[0], 127);
	assert_int_equal(file->staff.n, 0);
	assert_string_equal(file->state, OP25B_WEB_STATE);
	assert_int_equal(file->connections, OP25B_WEB_CONNECTIONS);
	assert_int_equal(file->access_log, OP25B_WEB_LOG_JOURNAL);
	assert_null(file->sessions);
	assert_null(file->gateway);
	op25b_findings_free(&findings);
	op25b_web_file_free(&file);
}

static void only_named_proxies_are_trusted(void **state)
{
	struct op25b_web_file *file =
		parse(ALL "proxies: [127.0.0.1, 10.1.0.0/16, \"2001:db8::/64\"]\n");
	static const struct {
		const char *address;
		bool trusted;
	} cases[] = {
		{ "127.0.0.1", true }, { "127.0.0.2", false },       { "10.1.255.1", true },
		{ "10.2.0.1", false }, { "2001:db8::9", true },      { "2001:db8:0:1::1", false },
		{ "::1", false },      { "::ffff:10.1.0.1", false },
	};

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct op25b_prefix address;

		if (op25b_prefix_parse(cases[i].address, &address))
			continue;
		assert_int_equal(op25b_web_file_trusts(file, &address), cases[i].trusted);
	}
	op25b_findings_free(&findings);
	op25b_web_file_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(a_whole_file_is_read),
		cmocka_unit_test(without_keys_there_are_defaults),
		cmocka_unit_test(only_named_proxies_are_trusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
