/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b mailconf postfix|dovecot|srv`: settings of the mail servers from the policy that the
 * gateway enforces and op25b-maild decides by, so that the three can't disagree; and the records
 * by which mail programs find them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/input.h"
#include "cli/rows.h"
#include "mail/conf.h"

#define POSTCONF_BYTES 1048576U /* of its output at most */

enum {
	POLICY,
	MAILD,
	OUT,
	FRAGMENT,
	MX,
	RELAY,
	SUBMISSION,
	MAILBOXES,
	HOST,
	TLS_CHAIN,
	LOG,
	ACCOUNTS,
	TENANT,
	AT,
	MAILD_ADDRESS,
	CHECK,
	FORCE
};

static const struct op25b_option options[] = {
	[POLICY] = { "policy", "FILE", "the policy (default: that of --maild)" },
	[MAILD] = { "maild", "FILE", "op25b-maild's file: sockets, accounts, log, key" },
	[OUT] = { "out", "DIR", "where to write; DIR is made if it is missing" },
	[FRAGMENT] = { "fragment", NULL, "only what an existing Postfix or Dovecot lacks" },
	[MX] = { "mx", "ADDR,...", "this host's addresses of the MX, or none" },
	[RELAY] = { "relay", "ADDR,...", "of the relay on port 25, or none" },
	[SUBMISSION] = { "submission", "ADDR,...", "of ports 587 and 465, or none" },
	[MAILBOXES] = { "mailboxes", "ADDR,...", "of POP and IMAP, or none" },
	[HOST] = { "host", "NAME", "the name that clients see, as in the certificate" },
	[TLS_CHAIN] = { "tls-chain", "FILE",
			"key and certificates (default: /etc/op25b/mail.pem)" },
	[LOG] = { "log", "FILE", "Postfix's log (default: the first of --maild's)" },
	[ACCOUNTS] = { "accounts", "LOCATION", "by which Dovecot reads them (default: --maild's)" },
	[TENANT] = { "tenant", "ID", "whose mail (default: --maild's, or the policy's root)" },
	[AT] = { "at", "TIME", "of srv: what is open then (default: now)" },
	[MAILD_ADDRESS] = { "maild-address", "ADDR",
			    "op25b-maild runs on another host and listens there" },
	[CHECK] = { "check-postconf", "FILE",
		    "only see what of `postconf -n` contradicts a fragment; -: standard input" },
	[FORCE] = { "force", NULL, "also write over files that are not mailconf's" },
	{ 0 },
};

struct run {
	const struct op25b_command *self;
	struct op25b_args args;
	struct op25b_maild_file *maild;
	struct op25b_input input;
	struct op25b_mailconf_ask ask;
	bool postfix, srv;
};

static void run_done(struct run *run)
{
	op25b_input_done(&run->input);
	op25b_maild_free(&run->maild);
}

static int read_maild(struct run *run, const char *path)
{
	struct op25b_findings findings = { 0 };
	int r;

	if (!path)
		return OP25B_EXIT_YES;
	r = op25b_maild_load(path, &run->maild, &findings);
	op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	if (r)
		op25b_say(run->self, "%s can not be used", path);
	return r ? OP25B_EXIT_NO : OP25B_EXIT_YES;
}

static int find_tenant(struct run *run, const char *id)
{
	const struct op25b_policy *policy = run->input.policy;

	if (!id && run->maild)
		id = run->maild->tenant;
	for (uint32_t i = 0; id && i < policy->n_tenants; i++) {
		if (!strcmp(policy->tenants[i].id, id)) {
			run->ask.tenant = i;
			return OP25B_EXIT_YES;
		}
	}
	if (!id)
		return OP25B_EXIT_YES;
	return op25b_usage_error(run->self, "the policy has no tenant %s", id);
}

static int read_all(struct run *run)
{
	const char *const *values = run->args.values;
	const char *policy = values[POLICY];
	int code = read_maild(run, values[MAILD]);

	if (code)
		return code;
	if (!policy && run->maild)
		policy = run->maild->policy;
	if (!policy)
		return op25b_usage_error(run->self, "which policy? --policy FILE, or --maild FILE");
	if (op25b_input_policy(run->self, policy, values[AT], &run->input, &code))
		return code;
	run->ask = (struct op25b_mailconf_ask){
		.policy = run->input.policy,
		.policy_name = policy,
		.at = run->input.at,
		.maild = run->maild,
		.addresses = { [OP25B_MAILCONF_MX] = values[MX],
			       [OP25B_MAILCONF_RELAY] = values[RELAY],
			       [OP25B_MAILCONF_SUBMISSION] = values[SUBMISSION],
			       [OP25B_MAILCONF_SUBMISSIONS] = values[SUBMISSION],
			       [OP25B_MAILCONF_POP] = values[MAILBOXES],
			       [OP25B_MAILCONF_IMAP] = values[MAILBOXES] },
		.host = values[HOST],
		.tls_chain = values[TLS_CHAIN],
		.log = values[LOG],
		.accounts = values[ACCOUNTS],
		.maild_address = values[MAILD_ADDRESS],
		.fragment = values[FRAGMENT],
	};
	return find_tenant(run, values[TENANT]);
}

static int say_contradiction(void *arg, const char *text)
{
	(void)arg;
	puts(text);
	return 0;
}

static int check(struct run *run, const char *path)
{
	OP25B_AUTO_FCLOSE FILE *file = strcmp(path, "-") ? fopen(path, "re") : fdopen(dup(0), "r");
	OP25B_AUTO_FREE char *text = malloc(POSTCONF_BYTES);
	struct op25b_error error = { "" };
	size_t size;
	int r;

	if (!file || !text) {
		op25b_say(run->self, "%s: %s", path, strerror(errno));
		return OP25B_EXIT_USAGE;
	}
	size = fread(text, 1, POSTCONF_BYTES, file);
	r = op25b_mailconf_check(&run->ask, text, size, say_contradiction, NULL, &error);
	if (r < 0) {
		op25b_say(run->self, "%s: %s", path, error.text);
		return OP25B_EXIT_USAGE;
	}
	if (!r)
		puts("nothing here contradicts the fragment");
	return op25b_finish(run->self, r ? OP25B_EXIT_NO : OP25B_EXIT_YES);
}

static int write_files(struct run *run, const char *folder)
{
	struct op25b_mailconf_files files = { 0 };
	struct op25b_error error = { "" };
	int r = run->postfix ? op25b_mailconf_postfix(&run->ask, &files, &error) :
			       op25b_mailconf_dovecot(&run->ask, &files, &error);

	if (!r)
		r = op25b_mailconf_write(folder, &files, run->args.values[FORCE], &error);
	if (r)
		op25b_say(run->self, "%s", error.text);
	for (size_t i = 0; i < files.n && !r; i++)
		printf("%s/%s%s\n", folder, files.list[i].name,
		       files.list[i].mode & 0077 ? "" : " (secret)");
	if (!r)
		puts("what to do next stands at the head of each");
	op25b_mailconf_files_done(&files);
	return op25b_finish(run->self, r ? OP25B_EXIT_NO : OP25B_EXIT_YES);
}

/* Of a zone, into which it goes by hand: to standard output. */
static int print_srv(struct run *run)
{
	OP25B_AUTO_FREE char *text = NULL;
	struct op25b_error error = { "" };

	if (op25b_mailconf_srv(&run->ask, &text, &error)) {
		op25b_say(run->self, "%s", error.text);
		return OP25B_EXIT_NO;
	}
	fputs(text, stdout);
	return op25b_finish(run->self, OP25B_EXIT_YES);
}

/* Which of what can be asked for go together. */
static int check_args(struct run *run, const char *what)
{
	const char *const *values = run->args.values;

	run->postfix = !strcmp(what, "postfix");
	run->srv = !strcmp(what, "srv");
	if (!run->postfix && !run->srv && strcmp(what, "dovecot") != 0)
		return op25b_usage_error(run->self, "settings of what? postfix, dovecot or srv");
	for (int i = 0; run->srv && options[i].name; i++) {
		if (values[i] && i != POLICY && i != MAILD && i != TENANT && i != AT)
			return op25b_usage_error(run->self, "--%s is not of srv", options[i].name);
	}
	if (values[AT] && !run->srv)
		return op25b_usage_error(run->self, "--at is of srv");
	if (values[CHECK] && !(run->postfix && values[FRAGMENT]))
		return op25b_usage_error(run->self, "--check-postconf is of postfix --fragment");
	if (!run->srv && !values[CHECK] && !values[OUT])
		return op25b_usage_error(run->self, "where to? --out DIR");
	return OP25B_EXIT_YES;
}

static int run_mailconf(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_mailconf;
	OP25B_CLEANUP(run_done) struct run run = { .self = self };
	const char *checked;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &run.args, &code))
		return code;
	code = check_args(&run, run.args.n_operands ? run.args.operands[0] : "");
	if (!code)
		code = read_all(&run);
	if (code)
		return code;
	if (run.srv)
		return print_srv(&run);
	checked = run.args.values[CHECK];
	return checked ? check(&run, checked) : write_files(&run, run.args.values[OUT]);
}

const struct op25b_command op25b_command_mailconf = {
	.name = "mailconf",
	.run = run_mailconf,
	.usage = "postfix|dovecot --policy FILE [--maild FILE] --out DIR [--fragment] "
		 "[OPTIONS]\npostfix --policy FILE --fragment --check-postconf FILE\n"
		 "srv --policy FILE [--tenant ID] [--at TIME]",
	.help = "Write settings of Postfix, Dovecot and DNS that say what the policy says",
	.options = options,
	.more = "Addresses come from mail_servers of the policy; an option says them where the "
		"policy\nnames more than this host. Nothing is written unless all can be, and "
		"nobody else's\nfile is written over without --force. srv prints records for the "
		"zones of the domains.\nExit codes: 0 written, or nothing contradicts; 1 not, and "
		"why is said.",
};
