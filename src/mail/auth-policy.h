/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dovecot 2.3's auth policy protocol: what the body of a POST says, and the answer's. Dovecot asks
 * "allow" twice, before the password is checked and after it was right: the second has stage=1, by
 * `override_fields = verified=1` of its passdb, and is awaited; "report" comes after both, and is
 * not. Names and addresses are whatever a stranger typed. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "policy/policy.h"

#define OP25B_AUTH_BODY 16384U /* bytes of the longest body that is taken */
#define OP25B_AUTH_TEXT 256U   /* bytes of a name, a hash or an answer's text, with its NUL */

enum op25b_auth_command { OP25B_AUTH_ALLOW, OP25B_AUTH_REPORT };

/* The services that Postfix and Dovecot name: smtpd_sasl_service, and the protocol. */
enum op25b_auth_service {
	OP25B_AUTH_OTHER,
	OP25B_AUTH_SUBMISSION, /* submission, submissions; Dovecot's and Postfix's "smtp" too */
	OP25B_AUTH_RELAY,      /* port 25 */
	OP25B_AUTH_POP3,
	OP25B_AUTH_IMAP,
};

struct op25b_auth_request {
	enum op25b_auth_command command;
	enum op25b_auth_service service;
	bool verified; /* allow: the password was right, and the name is the mapped one */
	bool success;  /* report */
	bool refused;  /* report: by us, not by the password */
	struct op25b_prefix remote; /* family 0: none that can be read */
	char login[OP25B_AUTH_TEXT];
	char pwhash[OP25B_AUTH_TEXT]; /* some bits of a keyed hash of name and password */
};

/**
 * op25b_auth_read() - the body of a request.
 * @command: of the URL's query
 * @ret:     written on success; owns its texts
 * Returns 0; -EBADMSG: no such request, @error says why; -ENOMEM.
 */
int op25b_auth_read(enum op25b_auth_command command, const char *body, size_t size,
		    struct op25b_auth_request *ret, struct op25b_error *error);

/**
 * op25b_auth_write() - the body of an answer.
 * @status: -1: refused; 0: go on; more: wait so many seconds first
 * @text:   what the client is told where it is refused; plain ASCII, one line
 * Returns the bytes written to @ret, without the NUL; 0: no room.
 */
size_t op25b_auth_write(int status, const char *text, char *ret, size_t size);
