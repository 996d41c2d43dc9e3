/* SPDX-License-Identifier: BSD-2-Clause */
/* See reply.h. */
#include "cli/reply.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "policy/words.h"

#define SPACE 256 /* of a line without the service's id */

int op25b_reply_open(const struct op25b_policy *policy, bool json, FILE *out,
		     struct op25b_reply_writer *ret_writer)
{
	struct op25b_reply_writer w = { .policy = policy, .json = json, .out = out };

	w.service_json = calloc(policy->n_services + 1, sizeof(*w.service_json));
	if (!w.service_json)
		return -ENOMEM;
	for (size_t i = 0; i < policy->n_services; i++) {
		json_t *id = json_string(policy->services[i].id);

		w.service_json[i] = json_dumps(id, JSON_ENCODE_ANY);
		json_decref(id);
		if (!w.service_json[i]) {
			op25b_reply_close(&w);
			return -ENOMEM;
		}
	}
	*ret_writer = w;
	return 0;
}

void op25b_reply_close(struct op25b_reply_writer *writer)
{
	for (size_t i = 0; writer->service_json && i < writer->policy->n_services; i++)
		free(writer->service_json[i]);
	free(writer->service_json);
	writer->service_json = NULL;
}

static char *add(char *at, const char *text)
{
	return stpcpy(at, text);
}

static char *add_number(char *at, uint64_t number)
{
	char digits[24], *first = digits + sizeof(digits);
	size_t n;

	do {
		*--first = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	n = (size_t)(digits + sizeof(digits) - first);
	memcpy(at, first, n);
	return at + n;
}

/* A string as JSON has it; ids need no escapes as a rule. */
static void write_string(const char *text, FILE *out)
{
	json_t *string;
	char *json;

	if (!text) {
		fputs_unlocked("null", out);
		return;
	}
	for (const char *c = text; *c != '"' && *c != '\\' && (unsigned char)*c >= ' '; c++) {
		if (c[1])
			continue;
		fputc_unlocked('"', out);
		fputs_unlocked(text, out);
		fputc_unlocked('"', out);
		return;
	}
	string = json_string(text);
	json = json_dumps(string, JSON_ENCODE_ANY);
	fputs_unlocked(json ? json : "null", out);
	free(json);
	json_decref(string);
}

static void write_json(struct op25b_reply_writer *w, const struct op25b_reply *reply)
{
	const char *how = op25b_words_name(&op25b_words_how, reply->decision.how);
	char line[SPACE], *at = line;

	at = add(at, "{\"schema\":\"op25b.explain/1\",\"packet\":");
	at = add_number(at, reply->packet);
	at = add(at, ",\"verdict\":\"");
	at = add(at, op25b_words_name(&op25b_words_verdict, reply->decision.verdict));
	at = add(at, "\",\"reason\":\"");
	at = add(at, op25b_words_name(&op25b_words_reason, reply->decision.reason));
	at = add(at, how ? "\",\"how\":\"" : "\",\"how\":null");
	if (how) {
		at = add(at, how);
		at = add(at, "\"");
	}
	at = add(at, ",\"service\":");
	fwrite_unlocked(line, 1, (size_t)(at - line), w->out);
	fputs_unlocked(reply->service ? w->service_json[reply->service - w->policy->services] :
					"null",
		       w->out);
	fputs_unlocked(",\"line\":", w->out);
	write_string(reply->line, w->out);
	fputs_unlocked(reply->fell_back ? ",\"engine\":\"native\"}\n" : "}\n", w->out);
}

static void write_text(struct op25b_reply_writer *w, const struct op25b_reply *reply)
{
	const char *how = op25b_words_name(&op25b_words_how, reply->decision.how);

	fprintf(w->out, "packet %llu: %s, %s", (unsigned long long)reply->packet,
		op25b_words_name(&op25b_words_verdict, reply->decision.verdict),
		op25b_words_name(&op25b_words_reason, reply->decision.reason));
	if (how)
		fprintf(w->out, ", how %s", how);
	if (reply->service)
		fprintf(w->out, ", service %s", reply->service->id);
	if (reply->line)
		fprintf(w->out, ", line %s", reply->line);
	fputs(reply->fell_back ? " (decided natively)\n" : "\n", w->out);
}

void op25b_reply_write(struct op25b_reply_writer *writer, const struct op25b_reply *reply)
{
	writer->verdicts[reply->decision.verdict]++;
	if (writer->json)
		write_json(writer, reply);
	else
		write_text(writer, reply);
}
