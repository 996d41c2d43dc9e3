/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b probe`: whether mail can go out from here, and if not, who stands in the way. The program
 * op25b-probe is this command alone.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "cli/input.h"
#include "cli/probe-out.h"
#include "cli/probe-policy.h"
#include "cli/rows.h"
#include "probe/json.h"

enum {
	PORTS,
	PORT,
	FROM,
	CONTROL,
	POLICY,
	TIMEOUT,
	CA,
	RESOLVER,
	LANGUAGE,
	VERBOSE,
	JSON,
	OUT,
	STATUS
};

static const struct op25b_option options[] = {
	[PORTS] = { "ports", "LIST", "these ports, with commas between (default: 25,587,465)" },
	[PORT] = { "port", "PORT", "this port alone" },
	[FROM] = { "from-address", "ADDRESS", "connect from this address; may be given again" },
	[CONTROL] = { "control", "HOST", "a mail server that is known to run, to compare with" },
	[POLICY] = { "policy", "FILE", "compare with the provider's own server" },
	[TIMEOUT] = { "timeout", "SECONDS", "how long to wait for each answer (default: 10)" },
	[CA] = { "ca", "FILE", "trust these authorities instead of the system's (PEM)" },
	[RESOLVER] = { "resolver", "ADDRESS", "ask this DNS server (default: the system's)" },
	[LANGUAGE] = { "lang", "LANG", "ja or en (default: $LC_ALL, $LC_MESSAGES, $LANG)" },
	[VERBOSE] = { "verbose", NULL, "show what was said on each connection; also -v" },
	[JSON] = { "json", NULL, "one JSON object, op25b.probe/1" },
	[OUT] = { "out", "FILE", "with --json: into this file, which is exchanged at once" },
	[STATUS] = { "for-status", NULL,
		     "whether the provider's servers (of --policy, or HOSTs) work" },
	{ 0 },
};

#define SELF         (&op25b_command_probe)
#define OPERANDS     16
#define TIMEOUT_MOST 300

/* What the command line comes to. */
struct task {
	struct op25b_args args;
	struct op25b_input input; /* of --policy */
	struct op25b_probe_request request;
	struct op25b_probe_target targets[OP25B_PROBE_HOSTS - 1];
	enum op25b_probe_lang lang;
};

/* ---- reading the command line: each says what is wrong and returns false ---------------- */

static bool read_number(const char *text, char end, long most, long *ret, const char **ret_rest)
{
	char *rest;

	errno = 0;
	*ret = strtol(text, &rest, 10);
	*ret_rest = rest + (*rest == end && end);
	return isdigit((unsigned char)*text) && (!*rest || *rest == end) && !errno && *ret >= 1 &&
	       *ret <= most;
}

static bool read_ports(const char *text, struct op25b_probe_target *target)
{
	long port;

	while (*text) {
		const char *given = text;

		if (!read_number(text, ',', 65535, &port, &text)) {
			op25b_usage_error(SELF, "%s: give ports with commas between, as 25,587,465",
					  given);
			return false;
		}
		for (size_t i = 0; i < target->n_ports; i++) {
			if (target->ports[i] == port)
				port = 0;
		}
		if (target->n_ports == OP25B_PROBE_PORTS) {
			op25b_usage_error(SELF, "more than %d ports", OP25B_PROBE_PORTS);
			return false;
		}
		if (port)
			target->ports[target->n_ports++] = (uint16_t)port;
	}
	if (!target->n_ports)
		op25b_usage_error(SELF, "which ports? as 25,587,465");
	return target->n_ports > 0;
}

static bool read_sources(struct task *task)
{
	struct op25b_probe_request *request = &task->request;

	for (size_t i = 0; i < task->args.n_repeated; i++) {
		struct sockaddr_storage *to = &request->sources[i];
		const char *text = task->args.repeated[i];

		if (inet_pton(AF_INET, text, &((struct sockaddr_in *)to)->sin_addr) == 1)
			to->ss_family = AF_INET;
		else if (inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)to)->sin6_addr) == 1)
			to->ss_family = AF_INET6;
		else {
			op25b_usage_error(SELF,
					  "%s is no address of this machine: give an IPv4 or "
					  "IPv6 address",
					  text);
			return false;
		}
	}
	request->n_sources = task->args.n_repeated;
	return true;
}

static bool is_host(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr(".-_:", text[i])) {
			op25b_usage_error(SELF,
					  "%s is no name of a host: give letters, digits, '-' "
					  "and '.' (other letters as xn--...), or an address",
					  (unsigned char)text[i] < ' ' ? "that" : text);
			return false;
		}
	}
	if (!n || n >= OP25B_PROBE_NAME)
		op25b_usage_error(SELF, "which host? a mail server, or the domain of an address");
	return n && n < OP25B_PROBE_NAME;
}

static struct op25b_probe_target *add_target(struct task *task, const char *host, bool control)
{
	struct op25b_probe_target *target = &task->targets[task->request.n_targets++];

	*target = (struct op25b_probe_target){ .host = host, .control = control };
	return target;
}

/* To compare with: the same ports, and one that shows it alive where 25 alone is tested. */
static bool add_control(struct task *task)
{
	const char *host = task->args.values[CONTROL];
	struct op25b_probe_target *target;

	if (!host && task->input.policy)
		host = op25b_probe_control(task->input.policy);
	if (!host)
		host = getenv("OP25B_PROBE_CONTROL");
	if (!host || !host[0] || !strcmp(host, task->targets[0].host))
		return true;
	target = add_target(task, host, true);
	memcpy(target->ports, task->targets[0].ports, sizeof(target->ports));
	target->n_ports = task->targets[0].n_ports;
	if (target->n_ports == 1 && target->ports[0] == 25)
		target->ports[target->n_ports++] = 587;
	return is_host(host);
}

static bool read_hosts(struct task *task)
{
	const char *ports = task->args.values[PORT] ? task->args.values[PORT] :
						      task->args.values[PORTS];
	bool status = task->args.values[STATUS];

	if (task->args.values[PORT] && task->args.values[PORTS]) {
		op25b_usage_error(SELF, "--port and --ports say the same: give one of them");
		return false;
	}
	if (task->args.n_operands > 1 && !status) {
		op25b_usage_error(SELF, "one argument too many: %s", task->args.operands[1]);
		return false;
	}
	for (size_t i = 0; i < task->args.n_operands; i++) {
		struct op25b_probe_target *target = add_target(task, task->args.operands[i], false);

		if (!is_host(target->host) || !read_ports(ports ? ports : "25,587,465", target))
			return false;
	}
	if (status && !task->args.n_operands && task->input.policy)
		task->request.n_targets = op25b_probe_servers(task->input.policy, task->targets);
	if (!task->request.n_targets) {
		op25b_usage_error(SELF, status ? "which servers? --policy FILE with a mail server "
						 "that has a name, or HOSTs" :
						 "which host? a mail server, or the domain of an "
						 "address");
		return false;
	}
	for (size_t i = 0; i < task->targets[0].n_ports; i++)
		task->request.ask_mx |= !status && task->targets[0].ports[i] == 25;
	return status || add_control(task);
}

static bool read_rest(struct task *task)
{
	const struct op25b_args *args = &task->args;
	const char *seconds = args->values[TIMEOUT], *rest;
	long timeout = 10;

	if (seconds && !read_number(seconds, '\0', TIMEOUT_MOST, &timeout, &rest)) {
		op25b_usage_error(SELF, "--timeout %s: give 1 to %d seconds", seconds,
				  TIMEOUT_MOST);
		return false;
	}
	if (!op25b_probe_lang_of(args->values[LANGUAGE], &task->lang)) {
		op25b_usage_error(SELF, "--lang %s: there are ja and en", args->values[LANGUAGE]);
		return false;
	}
	if (args->values[OUT] && !args->values[JSON]) {
		op25b_usage_error(SELF, "--out is for --json");
		return false;
	}
	task->request.timeout = (int)timeout * 1000;
	task->request.ca = args->values[CA];
	task->request.resolver = args->values[RESOLVER];
	task->request.now = (int64_t)time(NULL);
	task->request.targets = task->targets;
	return true;
}

/* Returns false and *ret_exit where the command is over. */
static bool read_task(int argc, char **argv, struct task *task, int *ret_exit)
{
	const char *policy;

	if (op25b_args_parse(SELF, argc, argv, OPERANDS, &task->args, ret_exit))
		return false;
	policy = task->args.values[POLICY];
	*ret_exit = OP25B_EXIT_USAGE;
	return (!policy || !op25b_input_policy(SELF, policy, NULL, &task->input, ret_exit)) &&
	       read_rest(task) && read_sources(task) && read_hosts(task);
}

/* ---- doing it --------------------------------------------------------------------------- */

static int give_json(const struct task *task, const struct op25b_probe_report *report,
		     const struct op25b_probe_judgement *judgement)
{
	const char *path = task->args.values[OUT];
	json_t *json = op25b_probe_json(report, judgement, task->args.values[STATUS],
					task->args.values[VERBOSE]);
	OP25B_AUTO_FREE char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	OP25B_AUTO_FREE char *line = NULL;
	int r = text && asprintf(&line, "%s\n", text) > 0 ? 0 : -ENOMEM;

	json_decref(json);
	if (!r && path)
		r = op25b_probe_file(path, line);
	else if (!r)
		fputs(line, stdout);
	if (r) {
		op25b_say(SELF, "%s: %s", path ? path : "JSON", strerror(-r));
		return OP25B_EXIT_PARTLY;
	}
	return judgement->exit;
}

static int probe(struct task *task)
{
	struct op25b_probe_report report = { 0 };
	struct op25b_probe_judgement judgement;
	struct op25b_error error = { 0 };
	int code;

	if (op25b_probe_run(&task->request, &report, &error)) {
		op25b_say(SELF, "%s", error.text);
		return OP25B_EXIT_USAGE;
	}
	if (task->args.values[STATUS])
		op25b_probe_judge_status(&report, &judgement);
	else
		op25b_probe_judge(&report, &judgement);
	code = judgement.exit;
	if (task->args.values[JSON])
		code = give_json(task, &report, &judgement);
	else
		op25b_probe_show(&report, &judgement, task->lang, task->args.values[VERBOSE]);
	op25b_probe_report_done(&report);
	return op25b_finish(SELF, code);
}

static int run(int argc, char **argv)
{
	struct task task = { .request = { .n_targets = 0 } };
	int code;

	if (read_task(argc, argv, &task, &code))
		code = probe(&task);
	op25b_input_done(&task.input);
	return code;
}

const struct op25b_command op25b_command_probe = {
	.name = "probe",
	.run = run,
	.usage = "HOST [--ports LIST] [--from-address ADDRESS]... [--control HOST] [--json] [-v]\n"
		 "--for-status {--policy FILE | HOST...} [--from-address ADDRESS]... [--json]",
	.help = "Test whether mail can go out from here, and say what stands in the way",
	.options = options,
	.repeats = "from-address",
	.letter = 'v',
	.means = "verbose",
	.more = "HOST is a mail server, or the domain of an address: then port 25 is that of its\n"
		"MX. All connections are made at once, by IPv4 and IPv6. It sends no mail and no\n"
		"password: EHLO, STARTTLS and QUIT, nothing else. Needs no privileges. Without\n"
		"--control it compares with the server that --policy names, then with that of\n"
		"$OP25B_PROBE_CONTROL.\n"
		"\n"
		"Exit codes: 0 mail can go out; else the stage at which it ends: 10 DNS;\n"
		"11 no answer, 12 refused (TCP reset), 13 forbidden or unreachable (ICMP),\n"
		"14 no way from this machine; 20 a notice that port 25 is closed; 21 greeting,\n"
		"22 EHLO, 27 certificate, 28 no login offered (AUTH), 29 TLS. As always 2 usage,\n"
		"5 the report could not be written.",
};
