/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b explain`: reads the question; explain-flow.c, explain-capture.c, explain-mail.c answer it.
 */
#include "cli/explain.h"

#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/explain-mail.h"
#include "cli/rows.h"
#include "policy/prefix.h"
#include "policy/words.h"

enum { POLICY, LIVE, SOCKET, AT, SIDE, SRC, DST, SPORT, DPORT, PCAP, ENGINE, HOOK, MAIL, JSON };

static const struct op25b_option options[] = {
	[POLICY] = { "policy", "FILE", "the policy to ask" },
	[LIVE] = { "live", NULL, "ask the gateway's daemon what is enforced now instead" },
	[SOCKET] = { "socket", "PATH", OP25B_CLIENT_SOCKET_HELP },
	[AT] = { "at", "TIME", "when (default: now; with --pcap each record's own time)" },
	[SIDE] = { "side", "SIDE", "subscriber (default): from the line; upstream: towards it" },
	[SRC] = { "src", "ADDRESS", "where the packet comes from" },
	[DST] = { "dst", "ADDRESS", "where it goes" },
	[SPORT] = { "sport", "PORT", "source port (upstream: default 25)" },
	[DPORT] = { "dport", "PORT", "destination port (subscriber: default 25)" },
	[PCAP] = { "pcap", "FILE", "answer for each packet of a capture; - is standard input" },
	[ENGINE] = { "engine", "ENGINE",
		     "with --pcap: bpf (default), the kernel's program; native" },
	[HOOK] = { "hook", "HOOK", "with --pcap: xdp (default) or tc" },
	[MAIL] = { "mail", "FACTS",
		   "ask whether the relay takes mail to others from there instead" },
	[JSON] = { "json", NULL, "op25b.explain/1, one line a packet; with --mail op25b.mail/1" },
	{ 0 },
};

static int read_address(const struct op25b_args *args, size_t option, struct op25b_prefix *ret)
{
	const struct op25b_command *self = &op25b_command_explain;
	const char *text = args->values[option];
	struct op25b_prefix prefix;

	if (!text)
		return op25b_usage_error(self,
					 "--%s is missing: ask with --src and --dst, or with "
					 "--pcap",
					 options[option].name);
	switch (op25b_prefix_parse(text, &prefix)) {
	case OP25B_PREFIX_FINE:
		if (strchr(text, '/'))
			break;
		*ret = prefix;
		return 0;
	case OP25B_PREFIX_MAPPED:
		return op25b_usage_error(self,
					 "--%s %s: such packets are IPv4 packets; give the "
					 "IPv4 address",
					 options[option].name, text);
	default:
		break;
	}
	return op25b_usage_error(self,
				 "--%s %s: give one address, as 198.51.100.7 or "
				 "2001:db8::7",
				 options[option].name, text);
}

static int read_port(const struct op25b_args *args, size_t option, uint16_t *port)
{
	const char *text = args->values[option];
	unsigned long value;
	char *end;

	if (!text)
		return 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || value > 65535)
		return op25b_usage_error(&op25b_command_explain,
					 "--%s %s: give a number from 0 to "
					 "65535",
					 options[option].name, text);
	*port = (uint16_t)value;
	return 0;
}

static int read_flow(const struct op25b_args *args, enum op25b_side side, struct op25b_flow *flow)
{
	struct op25b_prefix src = { 0 }, dst = { 0 };
	uint16_t sport = side == OP25B_UPSTREAM ? 25 : 0, dport = side == OP25B_UPSTREAM ? 0 : 25;
	int code = read_address(args, SRC, &src);

	if (!code)
		code = read_address(args, DST, &dst);
	if (!code)
		code = read_port(args, SPORT, &sport);
	if (!code)
		code = read_port(args, DPORT, &dport);
	if (code)
		return code;
	if (src.family != dst.family)
		return op25b_usage_error(&op25b_command_explain,
					 "--src and --dst are of different families");
	*flow = side == OP25B_UPSTREAM ? (struct op25b_flow){ side, dst, src, dport, sport } :
					 (struct op25b_flow){ side, src, dst, sport, dport };
	return 0;
}

/* Index of @text among the words, or of NULL the first. -1 after saying what may be given. */
static int read_choice(const struct op25b_args *args, size_t option, const char *const words[2])
{
	const char *text = args->values[option];

	for (int i = 0; i < 2; i++) {
		if (!text || !strcmp(text, words[i]))
			return i;
	}
	op25b_usage_error(&op25b_command_explain, "--%s %s: give %s or %s", options[option].name,
			  text, words[0], words[1]);
	return -1;
}

/* Options that make no sense together. */
static int check_options(const struct op25b_args *args)
{
	static const size_t of_flow[] = { SRC, DST, SPORT, DPORT }, of_capture[] = { ENGINE, HOOK },
			    of_file[] = { AT, ENGINE, HOOK, MAIL },
			    not_of_mail[] = { SIDE, DST, PCAP };
	const struct op25b_command *self = &op25b_command_explain;

	if (args->values[POLICY] && args->values[LIVE])
		return op25b_usage_error(self, "--policy asks a file, --live the gateway: give one "
					       "of them");
	if (!args->values[POLICY] && !args->values[LIVE])
		return op25b_usage_error(self, "which policy? --policy FILE, or --live for the "
					       "one this gateway enforces");
	for (size_t i = 0; args->values[MAIL] && i < 3; i++) {
		if (args->values[not_of_mail[i]])
			return op25b_usage_error(self, "--%s does not go with --mail",
						 options[not_of_mail[i]].name);
	}
	for (size_t i = 0; args->values[LIVE] && i < 4; i++) {
		if (args->values[of_file[i]])
			return op25b_usage_error(self, "--%s goes with --policy only",
						 options[of_file[i]].name);
	}
	for (size_t i = 0; args->values[PCAP] && i < 4; i++) {
		if (args->values[of_flow[i]])
			return op25b_usage_error(self,
						 "--%s does not go with --pcap: the packets "
						 "have their own",
						 options[of_flow[i]].name);
	}
	for (size_t i = 0; !args->values[PCAP] && i < 2; i++) {
		if (args->values[of_capture[i]])
			return op25b_usage_error(self, "--%s goes with --pcap only",
						 options[of_capture[i]].name);
	}
	return 0;
}

static int answer_mail(const struct op25b_args *args)
{
	const struct op25b_command *self = &op25b_command_explain;
	struct op25b_mail_question question = { .facts.port = 25 };
	struct op25b_input input;
	int code = read_address(args, SRC, &question.peer);

	if (!code)
		code = read_port(args, SPORT, &question.peer_port);
	if (!code)
		code = read_port(args, DPORT, &question.facts.port);
	if (code)
		return code;
	if (question.facts.port != 25 && question.facts.port != 465 && question.facts.port != 587)
		return op25b_usage_error(self, "--dport %u: mail enters by 25, 465 and 587",
					 question.facts.port);
	if (op25b_input_policy(self, args->values[POLICY], args->values[AT], &input, &code))
		return code;
	if (!op25b_mail_question_read(self, input.policy, args->values[MAIL], &question, &code))
		code = op25b_explain_mail(self, &input, &question, args->values[JSON]);
	op25b_input_done(&input);
	return op25b_finish(self, code);
}

static int answer(const struct op25b_args *args)
{
	static const char *const sides[] = { "subscriber", "upstream" },
				 *const engines[] = { "bpf", "native" },
				 *const hooks[] = { "xdp", "tc" };
	int side = read_choice(args, SIDE, sides), engine = 0, hook = 0, code = 0;
	struct op25b_engine_options how = { 0 };
	struct op25b_flow flow = { 0 };
	struct op25b_input input;

	if (side >= 0)
		engine = read_choice(args, ENGINE, engines);
	if (side >= 0 && engine >= 0)
		hook = read_choice(args, HOOK, hooks);
	if (side < 0 || engine < 0 || hook < 0)
		return OP25B_EXIT_USAGE;
	how.side = side ? OP25B_UPSTREAM : OP25B_SUBSCRIBER;
	how.bpf = !engine;
	how.hook = hook ? OP25B_HOOK_TC : OP25B_HOOK_XDP;
	if (!args->values[PCAP])
		code = read_flow(args, how.side, &flow);
	if (code)
		return code;
	if (args->values[LIVE]) {
		code = op25b_explain_live(&op25b_command_explain, args->values[SOCKET],
					  args->values[PCAP], &flow, how.side, args->values[JSON]);
		return op25b_finish(&op25b_command_explain, code);
	}
	if (op25b_input_policy(&op25b_command_explain, args->values[POLICY], args->values[AT],
			       &input, &code))
		return code;
	if (args->values[PCAP])
		code = op25b_explain_capture(&op25b_command_explain, &input, args->values[PCAP],
					     &how, args->values[JSON]);
	else
		code = op25b_explain_flow(&op25b_command_explain, &input, &flow,
					  args->values[JSON]);
	op25b_input_done(&input);
	return op25b_finish(&op25b_command_explain, code);
}

static int run(int argc, char **argv)
{
	struct op25b_args args;
	int code;

	if (op25b_args_parse(&op25b_command_explain, argc, argv, 0, &args, &code))
		return code;
	code = check_options(&args);
	if (code)
		return code;
	return args.values[MAIL] ? answer_mail(&args) : answer(&args);
}

const struct op25b_command op25b_command_explain = {
	.name = "explain",
	.run = run,
	.usage = "--policy FILE [--at TIME] [--side SIDE] --src ADDRESS --dst ADDRESS [--json]\n"
		 "--policy FILE [--at TIME] [--side SIDE] --pcap FILE [--engine ENGINE] [--json]\n"
		 "--policy FILE [--at TIME] --mail FACTS --src ADDRESS [--dport PORT] [--json]\n"
		 "--live [--side SIDE] {--src ADDRESS --dst ADDRESS | --pcap FILE} [--json]",
	.help = "Say what happens to a flow, or to each packet of a capture, and why",
	.options = options,
	.more = "A flow: exit code 0 for pass and count, 1 for refuse. A capture: 0 if every\n"
		"packet was decided. The frame is what was captured: where a capture cut it\n"
		"short, so is what is judged. The bpf engine needs root; frames that the kernel's\n"
		"test run does not take are decided in user space and marked.\n"
		"Mail: FACTS are words and KEY=VALUE between commas, of auth, auth-without-tls,\n"
		"window, owned, new, server, first-password, own-line, opened-abroad, slow, held,\n"
		"stopped, sender=ADDRESS, tenant=ID. Exit code 1 if the relay does not take it.",
};
