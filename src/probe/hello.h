/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What SMTP replies mean for who may send: extensions of a server, notices of a closed port 25,
 * traces of something between that rewrites. Pure.
 */
#pragma once

#include "probe/report.h"
#include "probe/smtp.h"

/* Of an answer to EHLO. */
struct op25b_hello {
	bool starttls;
	bool masked; /* a line was written over, as some firewalls do: "XXXXXXXA", "****" */
	char auth[OP25B_PROBE_AUTH][OP25B_PROBE_WORD];
	size_t n_auth;
};

/**
 * op25b_hello_read() - extensions of an answer to EHLO; its first line is none.
 */
void op25b_hello_read(const struct op25b_smtp_reply *reply, struct op25b_hello *ret);

/* Whether a greeting was written over: a run of three '*' or more. */
bool op25b_hello_is_masked(const struct op25b_smtp_reply *greeting);

/**
 * op25b_hello_name() - the host a greeting names itself by: its first word, if that is a name.
 * Returns @ret, "" for none.
 */
const char *op25b_hello_name(const struct op25b_smtp_reply *greeting,
			     char ret[static OP25B_PROBE_NAME]);

/**
 * op25b_hello_refusal() - what a refusal tells: its lines, a code, a link.
 *
 * Returns whether it is a notice: it has a code of one (base/code.h, the check digit is right), or
 * says that port 25 is closed, blocked, restricted or refused.
 */
bool op25b_hello_refusal(const struct op25b_smtp_reply *reply, struct op25b_probe_refusal *ret);
