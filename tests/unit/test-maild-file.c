/* SPDX-License-Identifier: BSD-2-Clause */
/* The maild file: what it gives, what each mistake is told, and who may connect. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/settings.h"
#include "policy/prefix.h"

#define HEAD    "op25b_maild: 1\n"
#define POLICY  "policy: /etc/op25b/policy.yaml\n"
#define LETTERS "mail_host: mx.example.net\nletters_from: postmaster@example.net\n"
#define ALL     HEAD POLICY LETTERS
#define FAR     "clients: [192.0.2.0/24]\n"
/* "K" alone as a path stands for the key file of the test. */
#define KEY "auth_key_file: K\n"

static char key_path[] = "/tmp/op25b-key-XXXXXX";

static const struct {
	const char *text, *finding; /* "line:column: text", its beginning */
} mistakes[] = {
	{ "", "1:1: the file says nothing; a maild file begins with 'op25b_maild: 1'" },
	{ POLICY LETTERS KEY, "1:1: a maild file needs 'op25b_maild'" },
	{ "op25b_maild: 2\n" POLICY LETTERS KEY, "1:14: version '2' is not known here" },
	{ HEAD LETTERS KEY, "1:1: a maild file needs 'policy'" },
	{ HEAD POLICY KEY, "1:1: a maild file needs 'letters_from'" },
	{ ALL KEY "accont: /x\n",
	  "6:1: a maild file has no key 'accont'; did you mean 'accounts'" },
	{ ALL KEY "policy: ~\n", "6:1: key 'policy' is here twice" },
	{ HEAD LETTERS KEY "policy: p.yaml\n", "5:9: 'policy' is no path from the root" },
	{ ALL KEY "state: state.db\n", "6:8: 'state' is no path from the root" },
	{ ALL KEY "accounts: mysql://x\n", "6:11: 'accounts' is neither a path from the root nor" },
	{ ALL KEY "sessions: s.db\n", "6:11: 'sessions' is neither a path from the root nor" },
	{ ALL KEY "folder: run\n", "6:9: 'folder' is no path from the root" },
	{ ALL KEY "folder: /run/0123456789012345678901234567890123456789012345678901234567890123456"
		  "789012345678901234567890123456\n",
	  "6:9: 'folder' is too long for the sockets in it; choose one of at most 97 bytes" },
	{ ALL KEY "group: op25b-nobody-has-it\n", "6:8: there is no group 'op25b-nobody-has-it'" },
	{ ALL "auth_key_file: key\n", "5:16: 'auth_key_file' is no path from the root" },
	{ ALL "auth_key_file: /nowhere/key\n", "5:16: the secret file /nowhere/key can't be read" },
	{ ALL KEY "reader: {group: root}\n", "6:9: 'reader' needs 'socket'; write socket: /run/" },
	{ ALL KEY "reader: {socket: /run/op25b-maild/control.sock}\n",
	  "6:9: 'reader' has the path of 'socket'; give each its own" },
	{ ALL KEY "desk: {group: root}\n", "6:7: 'desk' needs 'socket'; write socket: /run/" },
	{ ALL KEY "desk: {socket: /run/op25b-maild/control.sock}\n",
	  "6:7: 'desk' has the path of 'socket'; give each its own" },
	{ ALL KEY "reader: {socket: /r}\ndesk: {socket: /r}\n",
	  "7:7: 'desk' has the path of 'reader'; give each its own" },
	{ ALL KEY "echo: {socket: /r}\ndesk: {socket: /r}\n",
	  "6:7: 'echo' has the path of 'desk'; give each its own" },
	{ ALL KEY "logs: /var/log/mail.log\n", "6:7: 'logs' is a list of paths" },
	{ ALL KEY "logs: [mail.log]\n", "6:8: 'logs' is no path from the root" },
	{ ALL KEY "logs: [/a, /b, /a]\n", "6:16: '/a' is here twice" },
	{ ALL KEY "logs: [/1, /2, /3, /4, /5, /6, /7, /8, /9]\n", "6:7: 'logs' names more than 8" },
	{ HEAD POLICY KEY "letters_from: a@example.net\nmail_host: a b\n",
	  "5:12: 'a b' is no mail server" },
	{ HEAD POLICY KEY "letters_from: a@example.net\nmail_host: \"mx:0\"\n",
	  "5:12: 'mx:0' is no mail server" },
	{ HEAD POLICY KEY "letters_from: a@example.net\nmail_host: \"mx:25:25\"\n",
	  "5:12: 'mx:25:25' is no mail server" },
	{ HEAD POLICY KEY "mail_host: mx\nletters_from: postmaster\n",
	  "5:15: 'postmaster' is no mail address" },
	{ HEAD POLICY KEY "mail_host: mx\nletters_from: \"a@b\\r\\nX: y\"\n", "5:15: 'a@b" },
	{ HEAD POLICY KEY "mail_host: mx\nletters_from: \"<a@b>\"\n",
	  "5:15: '<a@b>' is no mail address" },
	{ ALL KEY "listen: [\"::1\"]\n", "6:9: 'listen' is a map" },
	{ ALL KEY "listen: {pop: [\"::1\"]}\n", "6:10: 'listen' has no key 'pop'" },
	{ ALL KEY "listen: {grant: []}\n", "6:17: 'grant' is a list of addresses" },
	{ ALL KEY "listen: {grant: [192.0.2.1]}\n",
	  "6:18: '192.0.2.1' is no address to listen on" },
	{ ALL KEY "listen: {auth: [\"192.0.2.1/24:1\"]}\n",
	  "6:17: '192.0.2.1/24:1' is no address" },
	{ ALL KEY "listen: {grant: [\"127.0.0.1:1\"], restrict: [\"127.0.0.1:1\"]}\n",
	  "6:45: '127.0.0.1:1' is in 'grant' already" },
	{ ALL KEY "listen: {grant: [\"127.0.0.1:1\", \"127.0.0.1:2\", \"127.0.0.1:3\", "
		  "\"127.0.0.1:4\", \"127.0.0.1:5\", \"127.0.0.1:6\", \"127.0.0.1:7\", "
		  "\"127.0.0.1:8\", \"127.0.0.1:9\"]}\n",
	  "6:138: 'grant' names more than 8 addresses" },
	{ ALL KEY "listen: {grant: [\"192.0.2.1:4002\"]}\n",
	  "6:9: 'listen' is for other hosts and nobody may connect" },
	{ ALL, "1:1: every program on this host could say that a customer logged in" },
	{ ALL FAR "listen: {auth: [\"0.0.0.0\"]}\n",
	  "6:9: who gets hold of a client's address could say that a customer logged in" },
	{ ALL KEY "listen: {held: [192.0.2.1]}\n",
	  "6:17: '192.0.2.1' is no address to listen on; write one like \"192.0.2.1:4005\"" },
	{ ALL KEY "listen: {held: [\"192.0.2.1:4005\"]}\n",
	  "6:9: 'listen' is for other hosts and nobody may connect" },
	{ ALL KEY "listen: {auth: [\"127.0.0.1:1\"], held: [\"127.0.0.1:1\"]}\n",
	  "6:40: '127.0.0.1:1' is in 'auth' already" },
	{ ALL KEY "clients: 192.0.2.1\n", "6:10: 'clients' is a list of addresses and prefixes" },
	{ ALL KEY "clients: [192.0.2.1/24]\n",
	  "6:11: '192.0.2.1/24' is no prefix; did you mean 192.0.2.0/24?" },
	{ ALL KEY "clients: [localhost]\n",
	  "6:11: 'localhost' is neither an address nor a prefix" },
};

/* @text with the key file's path put in. */
static char *put_path(const char *text)
{
	const char *mark = strstr(text, "auth_key_file: K\n");
	char *whole = NULL;

	if (!mark)
		return strdup(text);
	mark += strlen("auth_key_file: ");
	if (asprintf(&whole, "%.*s%s%s", (int)(mark - text), text, key_path, mark + 1) < 0)
		abort();
	return whole;
}

static int parse(const char *text, struct op25b_maild_file **ret, struct op25b_findings *findings)
{
	char *whole = put_path(text);
	int r = op25b_maild_parse("maild.yaml", whole, strlen(whole), false, ret, findings);

	free(whole);
	return r;
}

static struct op25b_maild_file *must_parse(const char *text)
{
	struct op25b_maild_file *file = NULL;
	struct op25b_findings findings;

	if (parse(text, &file, &findings))
		fail_msg("%u:%u: %s", findings.list[0].line, findings.list[0].column,
			 findings.list[0].text);
	assert_int_equal(findings.n, 0);
	op25b_findings_free(&findings);
	return file;
}

/* Commands are for people who may not read it. */
static void a_key_that_is_a_secret_is_needed_by_the_daemon_alone(void **state)
{
	static const char text[] = ALL "auth_key_file: /nowhere/key\n";
	char path[] = "/tmp/op25b-maild-file-XXXXXX";
	struct op25b_maild_file *file = NULL;
	struct op25b_findings findings;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0 && write(fd, text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(op25b_maild_load(path, &file, &findings), -EINVAL);
	op25b_findings_free(&findings);
	assert_int_equal(op25b_maild_load_keyless(path, &file, &findings), 0);
	op25b_findings_free(&findings);
	assert_null(file->auth_key);
	assert_string_equal(file->auth_key_file, "/nowhere/key");
	op25b_maild_free(&file);
	unlink(path);
}

static void each_mistake_is_told_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct op25b_maild_file *file = NULL;
		struct op25b_findings findings;
		char said[1200] = "nothing";

		assert_int_equal(parse(mistakes[i].text, &file, &findings), -EINVAL);
		assert_null(file);
		for (size_t j = 0; j < findings.n; j++) {
			const struct op25b_finding *f = &findings.list[j];

			snprintf(said, sizeof(said), "%u:%u: %s", f->line, f->column, f->text);
			if (!strncmp(said, mistakes[i].finding, strlen(mistakes[i].finding)))
				break;
		}
		if (strncmp(said, mistakes[i].finding, strlen(mistakes[i].finding)) != 0)
			fail_msg("%s\ngives %s\ninstead of %s", mistakes[i].text, said,
				 mistakes[i].finding);
		op25b_findings_free(&findings);
	}
}

static void a_short_file_has_the_defaults(void **state)
{
	struct op25b_maild_file *file =
		must_parse(HEAD POLICY KEY "letters_from: postmaster@example.net\n");

	(void)state;
	assert_string_equal(file->policy, "/etc/op25b/policy.yaml");
	assert_null(file->tenant);
	assert_null(file->sessions);
	assert_string_equal(file->accounts, OP25B_MAILD_ACCOUNTS);
	assert_string_equal(file->accounts_shown, OP25B_MAILD_ACCOUNTS);
	assert_string_equal(file->state, OP25B_MAILD_STATE);
	assert_string_equal(file->folder, OP25B_MAILD_FOLDER);
	assert_null(file->group);
	assert_string_equal(file->socket, OP25B_MAILD_SOCKET);
	assert_null(file->control_group);
	assert_int_equal(file->listen[OP25B_MAILD_GRANT].n, 0);
	assert_int_equal(file->listen[OP25B_MAILD_AUTH].n, 1);
	assert_int_equal(file->listen[OP25B_MAILD_AUTH].list[0].port, OP25B_MAILD_AUTH_PORT);
	assert_int_equal(file->n_logs, 0);
	assert_string_equal(file->mail_host, OP25B_MAILD_MAIL_HOST);
	assert_int_equal(file->mail_port, OP25B_MAILD_MAIL_PORT);
	assert_string_equal(file->auth_key, "let me in");
	op25b_maild_free(&file);
	assert_null(file);
	op25b_maild_free(&file);
}

static void every_key_is_followed(void **state)
{
	struct op25b_maild_file *file = must_parse(
		HEAD POLICY "tenant: isp-b\nsessions: \"postgresql://u:secret@db/x\"\n"
			    "accounts: /a.db\nstate: /s.db\nfolder: /f\ngroup: root\n"
			    "socket: /c.sock\ncontrol_group: root\n"
			    "reader: {socket: /r.sock, group: root}\n"
			    "desk: {socket: /d.sock, group: root}\n"
			    "listen: {grant: [\"192.0.2.9:4001\"], restrict: [\"192.0.2.9:4002\"], "
			    "socketmap: [\"[::1]:4003\"], auth: [\"0.0.0.0\", \"[::]:4004\"], "
			    "held: [\"[2001:db8::1]:4005\"]}\n"
			    "clients: [192.0.2.0/24, \"2001:db8::/64\"]\n" KEY
			    "logs: [/var/log/mail.log, /var/log/mail2.log]\n"
			    "mail_host: \"[2001:db8::25]:2525\"\nletters_from: help@example.net\n");

	(void)state;
	assert_string_equal(file->tenant, "isp-b");
	assert_string_equal(file->sessions, "postgresql://u:secret@db/x");
	assert_null(strstr(file->sessions_shown, "secret"));
	assert_string_equal(file->group, "root");
	assert_string_equal(file->control_group, "root");
	assert_string_equal(file->reader.socket, "/r.sock");
	assert_string_equal(file->reader.group, "root");
	assert_string_equal(file->desk.socket, "/d.sock");
	assert_string_equal(file->desk.group, "root");
	assert_int_equal(file->listen[OP25B_MAILD_GRANT].list[0].port, 4001);
	assert_int_equal(file->listen[OP25B_MAILD_RESTRICT].list[0].port, 4002);
	assert_int_equal(file->listen[OP25B_MAILD_SOCKETMAP].list[0].address.family, OP25B_V6);
	assert_int_equal(file->listen[OP25B_MAILD_AUTH].n, 2);
	assert_int_equal(file->listen[OP25B_MAILD_AUTH].list[0].port, OP25B_MAILD_AUTH_PORT);
	assert_int_equal(file->listen[OP25B_MAILD_HELD].n, 1);
	assert_int_equal(file->listen[OP25B_MAILD_HELD].list[0].port, 4005);
	assert_int_equal(file->n_clients, 2);
	assert_int_equal(file->n_logs, 2);
	assert_string_equal(file->logs[1], "/var/log/mail2.log");
	assert_string_equal(file->mail_host, "2001:db8::25");
	assert_int_equal(file->mail_port, 2525);
	assert_string_equal(file->letters_from, "help@example.net");
	op25b_maild_free(&file);
}

static void other_hosts_that_could_send_nothing_back_are_warned_of(void **state)
{
	static const char text[] = ALL KEY FAR "listen: {grant: [\"192.0.2.1:4002\"]}\n";
	struct op25b_maild_file *file = NULL;
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(parse(text, &file, &findings), 0);
	assert_int_equal(findings.n, 1);
	assert_non_null(strstr(findings.list[0].text, "would never go back to its sender"));
	op25b_findings_free(&findings);
	op25b_maild_free(&file);
}

static bool may(const struct op25b_maild_file *file, const char *text)
{
	struct op25b_prefix address;

	assert_int_equal(op25b_prefix_parse(text, &address), OP25B_PREFIX_FINE);
	return op25b_maild_may(file, &address);
}

static void only_loopback_and_clients_may_connect(void **state)
{
	struct op25b_maild_file *file =
		must_parse(ALL KEY "clients: [192.0.2.0/28, \"2001:db8::/64\"]\n");

	(void)state;
	assert_true(may(file, "127.0.0.1"));
	assert_true(may(file, "127.255.0.9"));
	assert_true(may(file, "::1"));
	assert_true(may(file, "192.0.2.15"));
	assert_true(may(file, "2001:db8::ffff"));
	assert_false(may(file, "192.0.2.16"));
	assert_false(may(file, "2001:db8:0:1::1"));
	assert_false(may(file, "128.0.0.1"));
	assert_false(may(file, "::2"));
	op25b_maild_free(&file);
}

static void a_key_that_everybody_may_read_is_refused(void **state)
{
	struct op25b_maild_file *file = NULL;
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(chmod(key_path, 0444), 0);
	assert_int_equal(parse(ALL KEY, &file, &findings), -EINVAL);
	assert_non_null(strstr(findings.list[0].text, "is open to everybody"));
	op25b_findings_free(&findings);
	assert_int_equal(chmod(key_path, 0400), 0);
}

static int make_key(void **state)
{
	int fd = mkstemp(key_path);

	(void)state;
	return fd < 0 || dprintf(fd, "let me in\n") < 0 || close(fd);
}

static int remove_key(void **state)
{
	(void)state;
	return unlink(key_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_told_with_its_place),
		cmocka_unit_test(a_key_that_is_a_secret_is_needed_by_the_daemon_alone),
		cmocka_unit_test(a_short_file_has_the_defaults),
		cmocka_unit_test(every_key_is_followed),
		cmocka_unit_test(other_hosts_that_could_send_nothing_back_are_warned_of),
		cmocka_unit_test(only_loopback_and_clients_may_connect),
		cmocka_unit_test(a_key_that_everybody_may_read_is_refused),
	};

	return cmocka_run_group_tests(tests, make_key, remove_key);
}
