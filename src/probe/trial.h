/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One connection of a probe, a step whenever its descriptor is ready:
 *
 *   CONNECT -> greeting -> EHLO -> STARTTLS -> TLS -> EHLO -> QUIT        port 465: TLS first
 *
 * It sends EHLO, STARTTLS and QUIT and nothing else: no mail, no address, no password. It says QUIT
 * wherever the other side is in a state to hear it. Each answer has `timeout` to come whole, all
 * of them together three times that: who drips bytes gains nothing.
 */
#pragma once

#include "probe/smtp.h"
#include "probe/tls.h"

#define OP25B_TRIAL_IN  4096
#define OP25B_TRIAL_OUT 128

enum op25b_trial_phase {
	OP25B_TRIAL_OVER,
	OP25B_TRIAL_CONNECT,
	OP25B_TRIAL_SHAKE,
	OP25B_TRIAL_GREETING,
	OP25B_TRIAL_HELLO,
	OP25B_TRIAL_STARTTLS,
	OP25B_TRIAL_QUIT,
};

struct op25b_trial {
	enum op25b_trial_phase phase;
	int fd;           /* -1 once it is over */
	short wants;      /* POLLIN or POLLOUT */
	int64_t deadline; /* ms: op25b_trial_late() is due */

	struct op25b_probe_row *row; /* the caller's */
	const char *host;            /* borrowed: whose certificate it must be */
	struct op25b_probe_tls *tls; /* borrowed */
	int timeout;                 /* ms */
	int64_t begun, since, end;   /* ms: all of it, the stage; when it ends at the latest */
	SSL *ssl;                    /* NULL: in the clear */
	struct op25b_smtp_reader reader;
	char in[OP25B_TRIAL_IN];
	size_t n_in, at_in;
	char out[OP25B_TRIAL_OUT];
	size_t n_out, at_out;
};

/**
 * op25b_trial_begin() - connect. The trial's row, host, tls and timeout are set.
 * @now: ms, as in the others
 */
void op25b_trial_begin(struct op25b_trial *trial, int64_t now);

/* The descriptor is ready for what the trial wants. */
void op25b_trial_ready(struct op25b_trial *trial, int64_t now);

/* The deadline has come. */
void op25b_trial_late(struct op25b_trial *trial, int64_t now);
