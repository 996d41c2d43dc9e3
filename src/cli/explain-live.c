/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b explain --live`: the daemon runs the question through the program and the tables in force,
 * attached interfaces untouched. It has no dates: it is about now.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/capture.h"
#include "cli/client.h"
#include "cli/explain.h"
#include "policy/prefix.h"
#include "policy/words.h"

struct live {
	const struct op25b_command *command;
	struct op25b_client *client;
	const char *side;
	bool json;
	uint64_t verdicts[3];
};

struct live_answer {
	struct op25b_decision decision;
	char service[256], line[256]; /* "": none */
};

/* The value of one of an answer's words; 0 where there is none; -EPROTO for an unknown one. */
static int read_word(const json_t *answer, const char *key, const struct op25b_words *words,
		     uint8_t *ret)
{
	const char *word = json_string_value(json_object_get(answer, key));
	int value = word ? op25b_words_find(words, word) : 0;

	*ret = (uint8_t)value;
	return value < 0 ? -EPROTO : 0;
}

static void read_name(const json_t *answer, const char *key, char to[static 256])
{
	const char *name = json_string_value(json_object_get(answer, key));

	snprintf(to, 256, "%s", name ? name : "");
}

static int ask(struct live *live, json_t *request, struct live_answer *ret_answer, int *ret_code)
{
	json_t *answer = NULL;
	int r = op25b_client_request(live->client, request, ret_code);

	if (!r)
		r = op25b_client_receive(live->client, &answer, ret_code);
	/* Here "no" means refused, which an error isn't. */
	if (r && *ret_code == OP25B_EXIT_NO)
		*ret_code = OP25B_EXIT_PARTLY;
	if (r)
		return r;
	r = read_word(answer, "verdict", &op25b_words_verdict, &ret_answer->decision.verdict);
	if (!r)
		r = read_word(answer, "reason", &op25b_words_reason, &ret_answer->decision.reason);
	if (!r)
		r = read_word(answer, "how", &op25b_words_how, &ret_answer->decision.how);
	if (!r)
		r = read_word(answer, "manner", &op25b_words_manner, &ret_answer->decision.manner);
	read_name(answer, "service", ret_answer->service);
	read_name(answer, "line", ret_answer->line);
	json_decref(answer);
	if (r) {
		op25b_say(live->command, "the daemon speaks another version: install both alike");
		*ret_code = OP25B_EXIT_PARTLY;
		return r;
	}
	live->verdicts[ret_answer->decision.verdict]++;
	return 0;
}

static void print_json(uint64_t packet, const struct live_answer *answer)
{
	const struct op25b_decision *d = &answer->decision;
	json_t *object = json_pack("{s:s, s:I, s:s, s:s, s:s?, s:s?, s:s?}", "schema",
				   "op25b.explain/1", "packet", (json_int_t)packet, "verdict",
				   op25b_words_name(&op25b_words_verdict, d->verdict), "reason",
				   op25b_words_name(&op25b_words_reason, d->reason), "how",
				   op25b_words_name(&op25b_words_how, d->how), "service",
				   answer->service[0] ? answer->service : NULL, "line",
				   answer->line[0] ? answer->line : NULL);

	op25b_client_print(object);
	json_decref(object);
}

static void print_packet(uint64_t packet, const struct live_answer *answer)
{
	const struct op25b_decision *d = &answer->decision;
	const char *how = op25b_words_name(&op25b_words_how, d->how);

	printf("packet %llu: %s, %s%s%s%s%s%s%s\n", (unsigned long long)packet,
	       op25b_words_name(&op25b_words_verdict, d->verdict),
	       op25b_words_name(&op25b_words_reason, d->reason), how ? ", how " : "",
	       how ? how : "", answer->service[0] ? ", service " : "", answer->service,
	       answer->line[0] ? ", line " : "", answer->line);
}

static int explain_flow(struct live *live, const struct op25b_flow *flow)
{
	bool upstream = flow->side == OP25B_UPSTREAM;
	char line[OP25B_PREFIX_TEXT], peer[OP25B_PREFIX_TEXT];
	struct live_answer answer;
	json_t *request;
	int code;

	op25b_address_format(flow->line.family, flow->line.addr, line);
	op25b_address_format(flow->peer.family, flow->peer.addr, peer);
	request = json_pack("{s:s, s:s, s:s, s:s, s:i, s:i}", "op", "explain", "side", live->side,
			    "src", upstream ? peer : line, "dst", upstream ? line : peer, "sport",
			    upstream ? flow->peer_port : flow->line_port, "dport",
			    upstream ? flow->line_port : flow->peer_port);
	if (ask(live, request, &answer, &code))
		return code;
	if (live->json) {
		print_json(1, &answer);
	} else {
		op25b_explain_print(flow, &answer.decision,
				    op25b_explain_reason(answer.decision.reason));
		if (answer.line[0])
			printf("  line     %s\n", answer.line);
		printf("  service  %s\n", answer.service[0] ? answer.service : "none");
		printf("  asked    the gateway, for now\n");
	}
	return answer.decision.verdict == OP25B_REFUSE ? OP25B_EXIT_NO : OP25B_EXIT_YES;
}

static json_t *frame_request(const struct live *live, const uint8_t *frame, size_t length)
{
	OP25B_AUTO_FREE char *hex = malloc(2 * length + 1);

	if (!hex)
		return NULL;
	hex[0] = '\0';
	for (size_t i = 0; i < length; i++)
		sprintf(hex + 2 * i, "%02x", frame[i]);
	return json_pack("{s:s, s:s, s:s}", "op", "explain", "side", live->side, "frame", hex);
}

static int explain_batch(struct live *live, const struct op25b_capture_batch *batch, uint64_t done)
{
	for (size_t i = 0; i < batch->n_frames; i++) {
		const struct op25b_capture_frame *frame = &batch->frames[i];
		unsigned long long packet = done + i + 1;
		struct live_answer answer;
		int code;

		if (ask(live, frame_request(live, batch->bytes + frame->begin, frame->length),
			&answer, &code)) {
			op25b_say(live->command, "packet %llu was not decided", packet);
			return code;
		}
		if (live->json)
			print_json(packet, &answer);
		else
			print_packet(packet, &answer);
	}
	return OP25B_EXIT_YES;
}

static int explain_capture(struct live *live, const char *path)
{
	const struct op25b_capture_batch *batch = NULL;
	struct op25b_capture *capture = NULL;
	struct op25b_error error = { 0 };
	int code = OP25B_EXIT_YES;
	uint64_t done = 0;
	int r = op25b_capture_open(path, &capture, &error);

	if (r) {
		op25b_say(live->command, "%s", error.text[0] ? error.text : strerror(-r));
		return r == -EINVAL ? OP25B_EXIT_USAGE : OP25B_EXIT_PARTLY;
	}
	do {
		r = op25b_capture_read(capture, &batch, &error);
		if (r)
			op25b_say(live->command, "%s", error.text[0] ? error.text : strerror(-r));
		if (r != -ENOMEM)
			code = explain_batch(live, batch, done);
		done += batch->n_frames;
	} while (!r && !code && batch->n_frames && !ferror(stdout));
	op25b_capture_close(&capture);
	if (r && !code)
		code = OP25B_EXIT_PARTLY;
	if (!code && !live->json)
		op25b_explain_total(live->verdicts);
	return code;
}

int op25b_explain_live(const struct op25b_command *command, const char *socket, const char *path,
		       const struct op25b_flow *flow, enum op25b_side side, bool json)
{
	struct live live = { .command = command,
			     .side = op25b_words_name(&op25b_words_side, side),
			     .json = json };
	int code;

	if (op25b_client_open(command, socket, &live.client, &code))
		return code;
	code = path ? explain_capture(&live, path) : explain_flow(&live, flow);
	op25b_client_close(&live.client);
	return code;
}
