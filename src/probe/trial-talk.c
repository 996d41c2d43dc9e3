/* SPDX-License-Identifier: BSD-2-Clause */
/* What a trial makes of each reply, and says next. */
#include "probe/trial-talk.h"

#include <stdio.h>
#include <string.h>

#include "probe/escape.h"
#include "probe/hello.h"
#include "probe/socket.h"

#define GOODBYE 2000 /* ms that an answer to QUIT is waited for */

static void transcribe(struct op25b_trial *t, const struct op25b_smtp_reply *reply, int64_t now)
{
	const int ms = (int)(now - t->begun);
	char text[OP25B_PROBE_TEXT], line[OP25B_PROBE_TEXT + 8];

	for (size_t i = 0; i < reply->n_lines; i++) {
		const struct op25b_smtp_line *from = &reply->lines[i];

		op25b_probe_escape(from->text, from->size, text, sizeof(text));
		snprintf(line, sizeof(line), "%d%c%s", reply->code,
			 i + 1 < reply->n_all ? '-' : ' ', text);
		op25b_probe_say(t->row, false, t->ssl != NULL, ms, line);
	}
	if (reply->n_all > reply->n_lines) {
		snprintf(line, sizeof(line), "... (%zu lines)", reply->n_all - reply->n_lines);
		op25b_probe_say(t->row, false, t->ssl != NULL, ms, line);
	}
}

static void goodbye(struct op25b_trial *t, int64_t now)
{
	op25b_trial_send(t, "QUIT", now);
	op25b_trial_await(t, OP25B_TRIAL_QUIT, t->timeout < GOODBYE ? t->timeout : GOODBYE, now);
}

/* A reply that refuses, at the greeting or EHLO: by a notice, or the server's own. */
static void refused(struct op25b_trial *t, const struct op25b_smtp_reply *reply,
		    enum op25b_probe_result own, enum op25b_probe_stage stage, int64_t now)
{
	struct op25b_probe_row *row = t->row;
	bool notice = op25b_hello_refusal(reply, &row->refusal);

	snprintf(row->detail, sizeof(row->detail), "%d %.500s", reply->code, row->refusal.lines[0]);
	op25b_trial_fail(t, notice && row->port == OP25B_PORT_SMTP ? OP25B_PROBE_NOTICE : own,
			 stage, now);
	goodbye(t, now);
}

static void greeted(struct op25b_trial *t, const struct op25b_smtp_reply *reply, int64_t now)
{
	struct op25b_probe_row *row = t->row;

	op25b_probe_escape(reply->lines[0].text, reply->lines[0].size, row->greeting,
			   sizeof(row->greeting));
	if (reply->code != 220) {
		refused(t, reply, OP25B_PROBE_REFUSED, OP25B_PROBE_GREETING_STAGE, now);
		return;
	}
	op25b_hello_name(reply, row->names_itself);
	row->masked = op25b_hello_is_masked(reply);
	op25b_trial_pass(t, OP25B_PROBE_GREETING_STAGE,
			 row->masked ? OP25B_PROBE_DOUBTFUL : OP25B_PROBE_GOOD, now);
	op25b_trial_hello(t, now);
}

void op25b_trial_hello(struct op25b_trial *t, int64_t now)
{
	char name[INET6_ADDRSTRLEN + 8], command[sizeof(name) + 8];

	op25b_probe_own_name(t->fd, name, sizeof(name));
	snprintf(command, sizeof(command), "EHLO %s", name);
	op25b_trial_send(t, command, now);
	op25b_trial_await(t, OP25B_TRIAL_HELLO, t->timeout, now);
}

static void keep_auth(struct op25b_probe_row *row, const struct op25b_hello *hello)
{
	memcpy(row->auth, hello->auth, sizeof(row->auth));
	row->n_auth = hello->n_auth;
}

/* The last answer to EHLO, inside TLS or where there is none: what a mail program would use. */
static void judge_auth(struct op25b_trial *t, int64_t now)
{
	struct op25b_probe_row *row = t->row;
	bool bad = row->steps[OP25B_PROBE_CERTIFICATE_STAGE].state == OP25B_PROBE_BAD;

	if (row->port != OP25B_PORT_SMTP && !row->n_auth)
		op25b_trial_fail(t, OP25B_PROBE_NO_AUTH, OP25B_PROBE_AUTH_STAGE, now);
	else if (row->n_auth)
		op25b_trial_pass(t, OP25B_PROBE_AUTH_STAGE, OP25B_PROBE_GOOD, now);
	/* The stage before it counts, though it held nothing up. */
	if (bad) {
		row->result = OP25B_PROBE_CERTIFICATE;
		row->stage = OP25B_PROBE_CERTIFICATE_STAGE;
	}
	goodbye(t, now);
}

/* Without STARTTLS mail servers still talk; mail programs must not. */
static void no_starttls(struct op25b_trial *t, int64_t now)
{
	if (t->row->port == OP25B_PORT_SMTP)
		op25b_trial_pass(t, OP25B_PROBE_STARTTLS_STAGE, OP25B_PROBE_DOUBTFUL, now);
	else
		op25b_trial_fail(t, t->row->masked ? OP25B_PROBE_PROXY : OP25B_PROBE_NO_STARTTLS,
				 OP25B_PROBE_STARTTLS_STAGE, now);
	goodbye(t, now);
}

static void helloed(struct op25b_trial *t, const struct op25b_smtp_reply *reply, int64_t now)
{
	struct op25b_probe_row *row = t->row;
	struct op25b_hello hello;

	if (reply->code != 250) {
		refused(t, reply, OP25B_PROBE_EHLO_REFUSED, OP25B_PROBE_EHLO_STAGE, now);
		return;
	}
	op25b_hello_read(reply, &hello);
	row->masked |= hello.masked;
	if (t->ssl) {
		if (!row->steps[OP25B_PROBE_EHLO_STAGE].state)
			op25b_trial_pass(t, OP25B_PROBE_EHLO_STAGE, OP25B_PROBE_GOOD, now);
		keep_auth(row, &hello);
		judge_auth(t, now);
		return;
	}
	op25b_trial_pass(t, OP25B_PROBE_EHLO_STAGE,
			 hello.masked ? OP25B_PROBE_DOUBTFUL : OP25B_PROBE_GOOD, now);
	row->auth_early = hello.n_auth > 0;
	if (!hello.starttls) {
		keep_auth(row, &hello);
		no_starttls(t, now);
		return;
	}
	op25b_trial_send(t, "STARTTLS", now);
	op25b_trial_await(t, OP25B_TRIAL_STARTTLS, t->timeout, now);
}

static void may_start(struct op25b_trial *t, const struct op25b_smtp_reply *reply, int64_t now)
{
	if (reply->code == 220) {
		op25b_trial_pass(t, OP25B_PROBE_STARTTLS_STAGE, OP25B_PROBE_GOOD, now);
		op25b_trial_tls(t, now);
		return;
	}
	(void)op25b_hello_refusal(reply, &t->row->refusal);
	snprintf(t->row->detail, sizeof(t->row->detail), "%d %.500s", reply->code,
		 t->row->refusal.lines[0]);
	no_starttls(t, now);
}

void op25b_trial_hear(struct op25b_trial *t, const struct op25b_smtp_reply *reply, int64_t now)
{
	transcribe(t, reply, now);
	switch (t->phase) {
	case OP25B_TRIAL_GREETING:
		greeted(t, reply, now);
		break;
	case OP25B_TRIAL_HELLO:
		helloed(t, reply, now);
		break;
	case OP25B_TRIAL_STARTTLS:
		may_start(t, reply, now);
		break;
	default:
		op25b_trial_over(t, now);
	}
}
