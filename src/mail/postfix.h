/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Postfix's policy delegation protocol (SMTPD_POLICY_README of 3.7): lines of name=value, and an
 * empty one; the answer is one line and an empty one. Whoever connects may send anything, and
 * sender, helo_name and recipient are whatever a stranger typed. Pure: no descriptor, no clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "policy/policy.h"

#define OP25B_POSTFIX_REQUEST 65536U /* bytes of the longest request that is taken */
#define OP25B_POSTFIX_ACTION  512U   /* bytes of an action and its NUL */

/* Where in a mail Postfix asks. */
enum op25b_postfix_state {
	OP25B_POSTFIX_OTHER, /* none of those we answer: CONNECT, EHLO, VRFY, ... */
	OP25B_POSTFIX_RCPT,
	OP25B_POSTFIX_DATA, /* DATA, or the first BDAT */
	OP25B_POSTFIX_END_OF_MESSAGE,
};

/* One request. Texts are never NULL, "" where absent; borrowed from the bytes it was read of. */
struct op25b_postfix_request {
	enum op25b_postfix_state state;
	struct op25b_prefix client, server; /* whole addresses; family 0: none that can be read */
	uint16_t client_port, server_port;  /* 0: not known */
	const char *instance, *queue_id, *context;
	const char *sender, *recipient, *sasl_username;
	uint32_t recipients; /* recipient_count */
	uint64_t size;       /* bytes; real at END-OF-MESSAGE only */
	bool tls;            /* encryption_protocol is not empty */
};

/**
 * op25b_postfix_read() - the request that @data begins with.
 * @data: @size bytes; changed: texts are ended in place
 *
 * Returns its bytes, the empty line included; 0: it is not whole yet; -EBADMSG: no request, or more
 * than OP25B_POSTFIX_REQUEST bytes without its end: @error says why. Unknown names are ignored; of
 * a name that comes twice the last counts.
 */
int op25b_postfix_read(char *data, size_t size, struct op25b_postfix_request *ret,
		       struct op25b_error *error);

/**
 * op25b_postfix_write() - an answer as it goes to Postfix.
 * @grant:  by the socket that may say OK; no other ever does
 * @action: "OK", "DUNNO", "HOLD text" or "554 5.7.1 text", one line of ASCII
 * Returns its bytes; 0: no room, or an answer that may not be given (the caller's fault).
 */
size_t op25b_postfix_write(bool grant, const char *action, char *ret, size_t size);
