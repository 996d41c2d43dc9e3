/* SPDX-License-Identifier: BSD-2-Clause */
/* See brain-lab.h. */
#include "tests/mail/brain-lab.h"

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH 128

static char base[40]; /* the folder of the account base that each test copies */

static const char head[] =
	"op25b: 1\n"
	"timezone: Asia/Tokyo\n"
	"provider: {name: {en: Example Net}, help_url: https://help.example.net,\n"
	"  contact: {support: \"tel:+81-3-0000-0001\"}}\n"
	"mail_servers:\n"
	"  - {id: relay, addresses: [192.0.2.25], hosts: [mail.example.net],\n"
	"     offers: [relay, submission, submissions, pop, imap]}\n"
	"services:\n"
	"  - {id: home, addressing: dynamic, port25: [],\n"
	"     pools: [198.51.100.0/25, {prefix: \"2001:db8:1000::/40\", line: 56}]}\n"
	"  - {id: shut, addressing: dynamic, pools: [198.51.100.128/26], port25: []}\n"
	"  - {id: none, addressing: dynamic, pools: [198.51.100.192/26], port25: []}\n"
	"  - {id: cgn, addressing: shared, pools: [192.0.2.128/28], port25: []}\n"
	"lines:\n"
	"  - {id: L-1, service: home, prefixes: [198.51.100.7/32]}\n";

static const char section[] =
	"mail:\n"
	"  domains: [example.net]\n"
	"  senders: {own: line, foreign: confirmed}\n"
	"  limits:\n"
	"    person: {account: {burst: 3, hour: 3, day: 6}, line: {burst: 5, hour: 5, day: 9},\n"
	"      message: 3, at_limit: defer}\n"
	"    line: {line: {burst: 4, hour: 4, day: 8}, message: 4, at_limit: refuse}\n"
	"    pop: {account: {burst: 2, hour: 2, day: 2}, message: 2, at_limit: hold}\n"
	"    server: {account: {burst: 20, hour: 20, day: 20}, message: 10, at_limit: defer}\n"
	"    new: {account: {burst: 1, hour: 1, day: 1}, message: 1, at_limit: defer}\n"
	"    abroad: {account: {burst: 1, hour: 1, day: 1}, message: 1, at_limit: defer}\n"
	"  new_account: {for: 7d, limits: new}\n"
	"  server_accounts: {limits: server, senders: any}\n"
	"  first_password: {send_from: own-line}\n"
	"  abroad: {action: refuse, limits: abroad, customer_opens: 7d}\n"
	"  home: [JP]\n"
	"  networks_from: [networks.csv]\n"
	"  stolen: {steps: [slow, hold, refuse], slow_factor: 3, hold_for: 72h}\n"
	"  ways:\n"
	"    auth587: [{action: allow, limits: person}]\n";

static const char usual[] =
	"    line25:\n"
	"      - {services: [home, cgn], action: allow, limits: line}\n"
	"      - {services: [shut], action: refuse}\n"
	"    auth25: [{services: [any], action: count, limits: person}]\n"
	"    pop25: [{services: [elsewhere, none], action: allow, window: 10m, limits: pop}]\n";

static const char networks[] = "prefix,country,asn,kind\n"
			       "203.0.113.0/24,JP,64500,\n"
			       "203.0.113.208/29,US,64501,\n"
			       "203.0.113.224/29,JP,64502,shared\n"
			       "203.0.113.240/29,JP,64503,hosting\n"
			       "2001:db8:f000::/40,JP,64500,\n";

static void put_file(const char *folder, const char *name, const char *text)
{
	char path[PATH];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct op25b_policy *load_policy(struct brain_lab *lab, const char *ways)
{
	char path[PATH], text[8192];
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;

	snprintf(text, sizeof(text), "%s%s%s", head, ways ? section : "", ways ? ways : "");
	put_file(lab->folder, "policy.yaml", text);
	put_file(lab->folder, "networks.csv", networks);
	snprintf(path, sizeof(path), "%s/policy.yaml", lab->folder);
	if (op25b_policy_load(path, LAB_NOW, &policy, &findings)) {
		op25b_findings_print(&findings, stderr);
		fail();
	}
	op25b_findings_free(&findings);
	return policy;
}

void brain_lab_policy(struct brain_lab *lab, const char *ways)
{
	if (op25b_people_policy(lab->brain.people, load_policy(lab, ways), 0, &lab->error))
		fail_msg("%s", lab->error.text);
}

static void add(struct op25b_accounts *accounts, int64_t created, const char *name,
		const char *line, bool server, bool first)
{
	const struct op25b_account_new account = { .name = name,
						   .password = "correct horse 25",
						   .line = line,
						   .server = server,
						   .first_password = first };
	struct op25b_error error = { "" };

	if (op25b_accounts_add(accounts, created, &account, &error))
		fail_msg("%s: %s", name, error.text);
}

int brain_lab_group(void **state)
{
	static const struct {
		const char *name;
		enum op25b_mail_state state;
	} states[] = { { "held@example.net", OP25B_MAIL_STATE_HELD },
		       { "slow@example.net", OP25B_MAIL_STATE_SLOW },
		       { "dead@example.net", OP25B_MAIL_STATE_STOPPED } };
	struct op25b_accounts *accounts = NULL;
	struct op25b_error error = { "" };
	char path[PATH];

	(void)state;
	snprintf(base, sizeof(base), "/tmp/op25b-brain-XXXXXX");
	assert_non_null(mkdtemp(base));
	snprintf(path, sizeof(path), "%s/accounts.sqlite", base);
	assert_int_equal(op25b_accounts_open(path, true, &accounts, &error), 0);
	add(accounts, LAB_OLD, "alice@example.net", "L-1", false, false);
	add(accounts, LAB_OLD, "bob@example.net", "L-1", false, true);
	add(accounts, LAB_OLD, "carol@example.net", "", false, false);
	add(accounts, LAB_OLD, "srv@example.net", "", true, false);
	add(accounts, LAB_NOW - 3600, "fresh@example.net", "", false, false);
	for (size_t i = 0; i < 3; i++) {
		add(accounts, LAB_OLD, states[i].name, "", false, false);
		assert_int_equal(op25b_accounts_set_state(accounts, LAB_OLD, states[i].name,
							  states[i].state, "operator", &error),
				 1);
	}
	op25b_accounts_close(&accounts);
	return 0;
}

static int take_away(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static int remove_folder(const char *folder)
{
	return nftw(folder, take_away, 8, FTW_DEPTH | FTW_PHYS);
}

int brain_lab_group_done(void **state)
{
	(void)state;
	return remove_folder(base);
}

static void open_all(struct brain_lab *lab)
{
	char path[PATH];

	snprintf(path, sizeof(path), "%s/accounts.sqlite", lab->folder);
	if (op25b_accounts_open(path, false, &lab->brain.accounts, &lab->error))
		fail_msg("%s", lab->error.text);
	snprintf(path, sizeof(path), "%s/state.sqlite", lab->folder);
	if (op25b_state_open(path, &lab->brain.state, &lab->error))
		fail_msg("%s", lab->error.text);
}

/* A file of the account base, if it has it. */
static void copy_file(const struct brain_lab *lab, const char *name)
{
	char from[PATH], to[PATH], bytes[4096];
	FILE *in, *out;
	size_t n;

	snprintf(from, sizeof(from), "%s/%s", base, name);
	snprintf(to, sizeof(to), "%s/%s", lab->folder, name);
	in = fopen(from, "r");
	if (!in)
		return;
	out = fopen(to, "w");
	assert_non_null(out);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

void brain_lab_restart(struct brain_lab *lab)
{
	op25b_accounts_close(&lab->brain.accounts);
	op25b_state_close(&lab->brain.state);
	open_all(lab);
}

int brain_lab_setup(void **state)
{
	struct brain_lab *lab = calloc(1, sizeof(*lab));
	assert_non_null(lab);
	lab->now = LAB_NOW;
	snprintf(lab->folder, sizeof(lab->folder), "/tmp/op25b-brain-XXXXXX");
	assert_non_null(mkdtemp(lab->folder));
	copy_file(lab, "accounts.sqlite");
	copy_file(lab, "accounts.sqlite-wal");
	open_all(lab);
	if (op25b_people_open(load_policy(lab, usual), 0, &lab->brain.people, &lab->error))
		fail_msg("%s", lab->error.text);
	assert_int_equal(op25b_guard_make(&lab->brain.guard), 0);
	*state = lab;
	return 0;
}

int brain_lab_teardown(void **state)
{
	struct brain_lab *lab = *state;

	op25b_people_close(&lab->brain.people);
	op25b_guard_free(&lab->brain.guard);
	op25b_state_close(&lab->brain.state);
	op25b_accounts_close(&lab->brain.accounts);
	op25b_sessions_close(&lab->store);
	remove_folder(lab->folder);
	free(lab);
	return 0;
}

struct op25b_prefix brain_lab_prefix(const char *text)
{
	struct op25b_prefix prefix = { 0 };

	if (*text)
		assert_int_equal(op25b_prefix_parse(text, &prefix), OP25B_PREFIX_FINE);
	return prefix;
}

static void commit(struct brain_lab *lab)
{
	if (op25b_state_commit(lab->brain.state, &lab->error))
		fail_msg("%s", lab->error.text);
}

int brain_lab_try(struct brain_lab *lab, const struct brain_lab_ask *ask)
{
	const bool submission = ask->context && !strncmp(ask->context, "submission", 10);
	const struct op25b_postfix_request request = {
		.state = ask->state,
		.client = brain_lab_prefix(ask->client ? ask->client : "203.0.113.9"),
		.client_port = ask->port,
		.server = brain_lab_prefix(ask->server ? ask->server : "192.0.2.25"),
		.server_port = submission ? 587 : 25,
		.instance = ask->instance ? ask->instance : "1a.2b.3c.0",
		.queue_id = ask->queue_id ? ask->queue_id : "",
		.context = ask->context ? ask->context : "relay/rcpt",
		.sender = ask->from ? ask->from : "alice@example.net",
		.recipient = "someone@far.example",
		.sasl_username = ask->login ? ask->login : "",
		.recipients = ask->recipients,
		.tls = !ask->plain,
	};

	int r = op25b_state_begin(lab->brain.state, &lab->error);

	*lab->action = '\0';
	r = r ? r :
		op25b_brain_policy(&lab->brain, ask->socket, &request, lab->now, lab->action,
				   &lab->error);
	if (r)
		op25b_state_rollback(lab->brain.state);
	else
		commit(lab);
	return r;
}

const char *brain_lab_ask(struct brain_lab *lab, const struct brain_lab_ask *ask)
{
	if (brain_lab_try(lab, ask))
		fail_msg("%s", lab->error.text);
	return lab->action;
}

int64_t brain_lab_charged(struct brain_lab *lab, const char *queue_id)
{
	static const char sql[] = "SELECT recipients FROM ledger_mail WHERE key = 'q' || ?1";
	sqlite3_stmt *statement;
	int64_t n = -1;

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	statement = op25b_state_statement(lab->brain.state, sql);
	sqlite3_bind_text(statement, 1, queue_id, -1, SQLITE_STATIC);
	if (op25b_state_step(statement) == 1)
		n = sqlite3_column_int64(statement, 0);
	op25b_state_rollback(lab->brain.state);
	return n;
}

const char *brain_lab_send(struct brain_lab *lab, struct brain_lab_ask ask)
{
	const bool submission = ask.context && !strncmp(ask.context, "submission", 10);
	const uint32_t recipients = ask.recipients ? ask.recipients : 1;
	char queue_id[64];

	snprintf(queue_id, sizeof(queue_id), "Q%s", ask.instance);
	ask.socket = submission ? OP25B_BRAIN_RESTRICT : OP25B_BRAIN_GRANT;
	ask.state = OP25B_POSTFIX_RCPT;
	ask.recipients = 0;
	for (uint32_t i = 0; i < recipients; i++) {
		if (strcmp(brain_lab_ask(lab, &ask), submission ? "DUNNO" : "OK") != 0)
			return lab->action;
	}
	ask.socket = OP25B_BRAIN_RESTRICT;
	ask.recipients = recipients;
	ask.state = OP25B_POSTFIX_DATA;
	if (strcmp(brain_lab_ask(lab, &ask), "DUNNO") != 0)
		return lab->action;
	ask.state = OP25B_POSTFIX_END_OF_MESSAGE;
	ask.queue_id = queue_id;
	return strcmp(brain_lab_ask(lab, &ask), "DUNNO") != 0 ? lab->action : "";
}

const char *brain_lab_auth(struct brain_lab *lab, const struct op25b_auth_request *request)
{
	if (op25b_state_begin(lab->brain.state, &lab->error) ||
	    op25b_brain_auth(&lab->brain, request, lab->now, &lab->status, lab->text, &lab->error))
		fail_msg("%s", lab->error.text);
	commit(lab);
	return lab->text;
}

void brain_lab_wrong(struct brain_lab *lab, const char *login, const char *remote,
		     const char *pwhash)
{
	struct op25b_auth_request request = { .command = OP25B_AUTH_REPORT,
					      .service = OP25B_AUTH_POP3,
					      .remote = brain_lab_prefix(remote) };

	snprintf(request.login, sizeof(request.login), "%s", login);
	snprintf(request.pwhash, sizeof(request.pwhash), "%s", pwhash);
	brain_lab_auth(lab, &request);
}

const char *brain_lab_login(struct brain_lab *lab, enum op25b_auth_service service,
			    const char *login, const char *remote)
{
	struct op25b_auth_request request = { .command = OP25B_AUTH_ALLOW,
					      .service = service,
					      .remote = brain_lab_prefix(remote) };

	snprintf(request.login, sizeof(request.login), "%s", login);
	for (int i = 0; i < 2; i++) {
		request.verified = i;
		brain_lab_auth(lab, &request);
		if (lab->status < 0)
			return lab->text;
		assert_string_equal(lab->text, "");
	}
	return "";
}

/* The brain's copy of the session store, up to what was told. */
static void catch_up(struct brain_lab *lab, const char *line, const struct op25b_prefix *prefix)
{
	struct op25b_person person;
	char path[PATH];
	static int fd;

	snprintf(path, sizeof(path), "%s/sessions.sqlite", lab->folder);
	if (!op25b_people_known(lab->brain.people) ||
	    op25b_watch_take(op25b_people_watch(lab->brain.people), NULL) < 0)
		fd = op25b_watch_follow(op25b_people_watch(lab->brain.people), path, &lab->error);
	assert_true(fd >= 0);
	for (;;) {
		struct pollfd ear = { .fd = fd, .events = POLLIN };

		op25b_people_find(lab->brain.people, prefix, 0, &person);
		if (op25b_people_known(lab->brain.people) && !strcmp(person.line, line))
			return;
		if (poll(&ear, 1, 20000) != 1)
			fail_msg("the follower is silent; the line is '%s'", person.line);
		if (op25b_watch_take(op25b_people_watch(lab->brain.people), &lab->error) < 0)
			fail_msg("%s", lab->error.text);
	}
}

void brain_lab_session(struct brain_lab *lab, const char *user, const char *prefixes, bool stop)
{
	struct op25b_acct acct = { .status = stop ? OP25B_ACCT_STOP : OP25B_ACCT_START,
				   .event_time = ++lab->now,
				   .has_v4 = true,
				   .has_v6 = true,
				   .nas = "bng1" };
	char copy[128], path[PATH], *at = copy, *word;
	struct op25b_prefix first;

	snprintf(path, sizeof(path), "%s/sessions.sqlite", lab->folder);
	if (!lab->store && op25b_sessions_open(path, OP25B_SESSIONS_WRITE, &OP25B_SESSIONS_DEFAULTS,
					       &lab->store, &lab->error) < 0)
		fail_msg("%s", lab->error.text);
	snprintf(acct.session, sizeof(acct.session), "s-%s", user);
	snprintf(acct.user_name, sizeof(acct.user_name), "%s", user);
	snprintf(copy, sizeof(copy), "%s", prefixes);
	while ((word = strsep(&at, " ")) != NULL)
		acct.prefixes[acct.n_prefixes++] = brain_lab_prefix(word);
	if (op25b_sessions_apply(lab->store, &acct, 1, lab->now, NULL, &lab->error) < 0)
		fail_msg("%s", lab->error.text);
	first = acct.prefixes[0];
	first.len = first.family == OP25B_V4 ? 32 : 128;
	catch_up(lab, stop ? prefixes : user, &first);
}

void brain_lab_starts(const char *text, const char *with)
{
	if (strncmp(text, with, strlen(with)) != 0)
		fail_msg("'%s' does not begin with '%s'", text, with);
}

void brain_lab_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' has no '%s'", text, part);
}

const char *brain_lab_use_up(struct brain_lab *lab, struct brain_lab_ask ask, int mails)
{
	static char instance[32];

	ask.instance = instance;
	for (int i = 0; i < mails; i++) {
		snprintf(instance, sizeof(instance), "a%d.1.1.0", i);
		assert_string_equal(brain_lab_send(lab, ask), "");
	}
	snprintf(instance, sizeof(instance), "b.1.1.0");
	return brain_lab_send(lab, ask);
}
