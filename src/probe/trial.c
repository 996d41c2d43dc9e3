/* SPDX-License-Identifier: BSD-2-Clause */
/* See trial.h. What is said stands in trial-talk.c; here is what connects, reads and writes. */
#include "probe/trial.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "probe/escape.h"
#include "probe/socket.h"
#include "probe/trial-talk.h"

#define PORT_SMTPS 465
#define PATIENCE   3 /* times the timeout, for all */

/* ---- ends ------------------------------------------------------------------------------ */

void op25b_trial_over(struct op25b_trial *t, int64_t now)
{
	t->row->ms = (int)(now - t->begun);
	if (t->ssl) {
		/* One close_notify, as far as it goes; nobody waits for the other. */
		if (SSL_is_init_finished(t->ssl))
			(void)SSL_shutdown(t->ssl);
		ERR_clear_error();
		SSL_free(t->ssl);
		t->ssl = NULL;
	}
	op25b_cleanup_close(&t->fd);
	t->phase = OP25B_TRIAL_OVER;
}

void op25b_trial_pass(struct op25b_trial *t, enum op25b_probe_stage stage,
		      enum op25b_probe_state state, int64_t now)
{
	t->row->stage = stage;
	t->row->steps[stage] =
		(struct op25b_probe_step){ .state = state, .ms = (int)(now - t->since) };
	t->since = now;
}

void op25b_trial_fail(struct op25b_trial *t, enum op25b_probe_result result,
		      enum op25b_probe_stage stage, int64_t now)
{
	op25b_trial_pass(t, stage, OP25B_PROBE_BAD, now);
	t->row->result = result;
}

/* The stage that an answer is awaited for. */
static enum op25b_probe_stage stage_of(const struct op25b_trial *t)
{
	switch (t->phase) {
	case OP25B_TRIAL_CONNECT:
		return OP25B_PROBE_CONNECT_STAGE;
	case OP25B_TRIAL_SHAKE:
		return OP25B_PROBE_TLS_STAGE;
	case OP25B_TRIAL_GREETING:
		return OP25B_PROBE_GREETING_STAGE;
	case OP25B_TRIAL_STARTTLS:
		return OP25B_PROBE_STARTTLS_STAGE;
	default:
		return OP25B_PROBE_EHLO_STAGE;
	}
}

/* The connection is of no more use. While saying goodbye that is no failure. */
static void break_off(struct op25b_trial *t, enum op25b_probe_result result, const char *detail,
		      int64_t now)
{
	if (t->phase != OP25B_TRIAL_QUIT) {
		if (detail)
			snprintf(t->row->detail, sizeof(t->row->detail), "%s", detail);
		op25b_trial_fail(t, result, stage_of(t), now);
	}
	op25b_trial_over(t, now);
}

/* ---- waits ----------------------------------------------------------------------------- */

void op25b_trial_await(struct op25b_trial *t, enum op25b_trial_phase phase, int timeout,
		       int64_t now)
{
	t->phase = phase;
	t->deadline = now + timeout < t->end ? now + timeout : t->end;
	t->wants = t->at_out < t->n_out ? POLLOUT : POLLIN;
}

static void begin_tls(struct op25b_trial *t, int64_t now)
{
	t->ssl = op25b_probe_tls_begin(t->tls, t->fd, t->host, t->row);
	if (!t->ssl) {
		t->phase = OP25B_TRIAL_SHAKE;
		break_off(t, OP25B_PROBE_TLS_FAILED, strerror(ENOMEM), now);
		return;
	}
	op25b_trial_await(t, OP25B_TRIAL_SHAKE, t->timeout, now);
	t->wants = POLLOUT;
}

void op25b_trial_send(struct op25b_trial *t, const char *command, int64_t now)
{
	assert(t->at_out == t->n_out && strlen(command) + 2 < sizeof(t->out));
	t->at_out = 0;
	t->n_out = (size_t)snprintf(t->out, sizeof(t->out), "%s\r\n", command);
	op25b_probe_say(t->row, true, t->ssl != NULL, (int)(now - t->begun), command);
}

/* ---- bytes ----------------------------------------------------------------------------- */

/* As read() and write(); 0 is the end, -EAGAIN sets what to wait for. */
static ssize_t tls_result(struct op25b_trial *t, int r)
{
	switch (r > 0 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, r)) {
	case SSL_ERROR_NONE:
		return r;
	case SSL_ERROR_WANT_READ:
		t->wants = POLLIN;
		return -EAGAIN;
	case SSL_ERROR_WANT_WRITE:
		t->wants = POLLOUT;
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		ERR_clear_error();
		return -ECONNRESET;
	}
}

static ssize_t plain_result(struct op25b_trial *t, ssize_t r, short wants)
{
	if (r >= 0)
		return r;
	if (errno != EAGAIN && errno != EINTR)
		return -errno;
	t->wants = wants;
	return -EAGAIN;
}

static ssize_t read_some(struct op25b_trial *t)
{
	ERR_clear_error();
	if (t->ssl)
		return tls_result(t, SSL_read(t->ssl, t->in, sizeof(t->in)));
	return plain_result(t, read(t->fd, t->in, sizeof(t->in)), POLLIN);
}

static ssize_t write_some(struct op25b_trial *t)
{
	const char *from = t->out + t->at_out;
	const size_t n = t->n_out - t->at_out;

	ERR_clear_error();
	if (t->ssl)
		return tls_result(t, SSL_write(t->ssl, from, (int)n));
	return plain_result(t, write(t->fd, from, n), POLLOUT);
}

/* What came instead of SMTP. */
static void note_strange(struct op25b_trial *t, int64_t now)
{
	char text[OP25B_PROBE_TEXT];

	op25b_probe_escape(t->reader.line, t->reader.n_line, text, sizeof(text));
	op25b_probe_say(t->row, false, t->ssl != NULL, (int)(now - t->begun), text);
	break_off(t, OP25B_PROBE_NOT_SMTP, text, now);
}

/* Replies that are in the buffer. */
static void hear(struct op25b_trial *t, int64_t now)
{
	while (t->phase >= OP25B_TRIAL_GREETING && t->at_in < t->n_in) {
		size_t used;
		enum op25b_smtp_end r =
			op25b_smtp_read(&t->reader, t->in + t->at_in, t->n_in - t->at_in, &used);

		t->at_in += used;
		if (r == OP25B_SMTP_WHOLE)
			op25b_trial_hear(t, &t->reader.reply, now);
		else if (r == OP25B_SMTP_WRONG)
			note_strange(t, now);
		else if (r == OP25B_SMTP_TOO_LONG)
			break_off(t, OP25B_PROBE_NOT_SMTP, "a reply without end", now);
	}
}

static void talk(struct op25b_trial *t, int64_t now)
{
	while (t->phase >= OP25B_TRIAL_GREETING) {
		bool writes = t->at_out < t->n_out;
		ssize_t r = writes ? write_some(t) : read_some(t);

		if (r == -EAGAIN)
			return;
		if (r <= 0) {
			break_off(t, OP25B_PROBE_CLOSED, r ? strerror((int)-r) : NULL, now);
		} else if (writes) {
			t->at_out += (size_t)r;
		} else {
			t->n_in = (size_t)r;
			t->at_in = 0;
			hear(t, now);
		}
	}
}

/* ---- steps ----------------------------------------------------------------------------- */

static enum op25b_probe_state judge_certificate(const struct op25b_probe_row *row)
{
	if (!(row->certificate & ~(unsigned int)OP25B_PROBE_ENDS_SOON))
		return row->certificate ? OP25B_PROBE_DOUBTFUL : OP25B_PROBE_GOOD;
	/* Between servers nobody checks it (RFC 7435). */
	return row->port == OP25B_PORT_SMTP ? OP25B_PROBE_DOUBTFUL : OP25B_PROBE_BAD;
}

static void shake(struct op25b_trial *t, int64_t now)
{
	int r = op25b_probe_tls_shake(t->ssl, t->tls, t->row);

	if (r > 0) {
		t->wants = (short)r;
		return;
	}
	if (r) {
		break_off(t, OP25B_PROBE_TLS_FAILED, NULL, now);
		return;
	}
	op25b_trial_pass(t, OP25B_PROBE_TLS_STAGE, OP25B_PROBE_GOOD, now);
	op25b_trial_pass(t, OP25B_PROBE_CERTIFICATE_STAGE, judge_certificate(t->row), now);
	op25b_smtp_init(&t->reader);
	if (t->row->port == PORT_SMTPS)
		op25b_trial_await(t, OP25B_TRIAL_GREETING, t->timeout, now);
	else
		op25b_trial_hello(t, now);
}

void op25b_trial_tls(struct op25b_trial *t, int64_t now)
{
	/* Bytes behind the reply would be taken for ones that came by TLS (CVE-2011-0411). */
	if (t->at_in < t->n_in) {
		t->phase = OP25B_TRIAL_SHAKE;
		break_off(t, OP25B_PROBE_TLS_FAILED,
			  "bytes in the clear behind the answer to "
			  "STARTTLS",
			  now);
	} else {
		begin_tls(t, now);
	}
}

static void connected(struct op25b_trial *t, int64_t now)
{
	if (!op25b_probe_connected(t->fd, t->row)) {
		t->row->steps[OP25B_PROBE_CONNECT_STAGE].ms = (int)(now - t->begun);
		op25b_trial_over(t, now);
		return;
	}
	op25b_trial_pass(t, OP25B_PROBE_CONNECT_STAGE, OP25B_PROBE_GOOD, now);
	t->end = now + (int64_t)PATIENCE * t->timeout;
	if (t->row->port == PORT_SMTPS)
		begin_tls(t, now);
	else
		op25b_trial_await(t, OP25B_TRIAL_GREETING, t->timeout, now);
}

void op25b_trial_begin(struct op25b_trial *trial, int64_t now)
{
	trial->begun = trial->since = now;
	trial->end = now + trial->timeout;
	op25b_smtp_init(&trial->reader);
	trial->fd = op25b_probe_connect(trial->row);
	if (trial->fd < 0) {
		trial->phase = OP25B_TRIAL_OVER;
		return;
	}
	op25b_trial_await(trial, OP25B_TRIAL_CONNECT, trial->timeout, now);
	trial->wants = POLLOUT;
}

void op25b_trial_ready(struct op25b_trial *trial, int64_t now)
{
	if (trial->phase == OP25B_TRIAL_CONNECT)
		connected(trial, now);
	if (trial->phase == OP25B_TRIAL_SHAKE)
		shake(trial, now);
	if (trial->phase >= OP25B_TRIAL_GREETING)
		talk(trial, now);
}

void op25b_trial_late(struct op25b_trial *trial, int64_t now)
{
	char text[OP25B_PROBE_TEXT];

	switch (trial->phase) {
	case OP25B_TRIAL_CONNECT:
		break_off(trial, OP25B_PROBE_TIMEOUT, NULL, now);
		break;
	case OP25B_TRIAL_SHAKE:
		break_off(trial, OP25B_PROBE_TLS_FAILED, "no answer in time", now);
		break;
	default:
		op25b_probe_escape(trial->reader.line, trial->reader.n_line, text, sizeof(text));
		break_off(trial, OP25B_PROBE_SILENT, text, now);
	}
}
