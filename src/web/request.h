/* SPDX-License-Identifier: BSD-2-Clause */
/* A request as the pages see it, checked when it was made, and the response. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"
#include "web/html.h"

#define OP25B_WEB_FIELDS 32U         /* fields of a query, or of a form, at most */
#define OP25B_WEB_QUERY  2048U       /* bytes of a query string */
#define OP25B_WEB_BODY   (64U << 10) /* bytes of a form or of autodiscover's XML */
#define OP25B_WEB_PATH   256U

enum op25b_web_method { OP25B_WEB_GET, OP25B_WEB_POST };

/* Decoded; UTF-8 without control characters but newline and tab; NUL-terminated. */
struct op25b_web_field {
	const char *name, *value;
};

struct op25b_web_fields {
	struct op25b_web_field list[OP25B_WEB_FIELDS];
	size_t n;
	char *bytes; /* what list points to; the fields' own */
	size_t size; /* of them */
};

/* Borrowed for the call, all of it, but for `own`. */
struct op25b_web_request {
	enum op25b_web_method method;
	bool staff;                    /* came by the second listener */
	const char *path;              /* decoded, begins with '/'; no query */
	struct op25b_web_fields query; /* n 0: none */
	struct op25b_web_fields form;  /* of a POST of a form */
	const char *body;              /* of a POST of XML; NULL: none */
	size_t body_size;
	const char *host;            /* as asked for, checked to be a name and perhaps a port; "" */
	const char *accept_language; /* "" */
	const char *accept;          /* "" */
	const char *user;            /* of staff, as the proxy named it; "" */
	const char *origin;          /* of a POST: Origin, or "" */
	bool https;                  /* the customer's side, as a trusted proxy says */
	struct op25b_prefix caller;  /* whole; family 0: not known (a command, or unread) */
	bool caller_unread;          /* a proxy of ours wrote no address, or what is none */
	uint16_t caller_port;        /* 0: not known */
	int64_t now;                 /* seconds UTC */
	void *own;                   /* of op25b_web_request_read(); NULL: of nobody */
};

/* A header line; texts without blanks at their ends. */
struct op25b_web_header {
	const char *name, *value;
};

#define OP25B_WEB_HEADERS 64U         /* header lines at most */
#define OP25B_WEB_HEAD    (16U << 10) /* bytes of a request's line and headers */

/* A request as it came: what was read of it and nobody believes yet. All borrowed. */
struct op25b_web_wire {
	const char *method, *target; /* "GET", "/ja/line?use=device" */
	bool http10;                 /* needs no Host */
	const struct op25b_web_header *headers;
	size_t n_headers;
	const char *body; /* @body_size bytes; NULL: none came */
	size_t body_size;
	struct op25b_prefix peer; /* whose connection it is; whole */
	uint16_t peer_port;
	bool staff;
	int64_t now;
};

struct op25b_web_file;

/**
 * op25b_web_request_read() - decode a request and check it.
 * @file: which proxies are believed
 * @ret:  written only on success; borrows of @wire; op25b_web_request_done()
 *
 * Returns 0, or the status to refuse it with: 400, 403 (sent by another site), 405, 414, 415, 500
 * (no memory).
 */
int op25b_web_request_read(const struct op25b_web_file *file, const struct op25b_web_wire *wire,
			   struct op25b_web_request *ret);

/* NULL-safe; frees what reading it made. */
void op25b_web_request_done(struct op25b_web_request *request);

/* What proxies say of a request's sender, if they are believed; for op25b_web_request_read(). */
void op25b_web_request_sender(const struct op25b_web_file *file, const struct op25b_web_wire *wire,
			      struct op25b_web_request *ret);

/**
 * op25b_web_language() - the language that an Accept-Language asks for (RFC 9110 12.5.4).
 * Without one Japanese; where neither is asked for English.
 */
enum op25b_lang op25b_web_language(const char *accept_language);

/**
 * op25b_web_fields_read() - decode application/x-www-form-urlencoded.
 * @text: @n bytes
 * @ret:  op25b_web_fields_done()
 *
 * Returns 0; -EINVAL: broken escapes, no UTF-8, control characters, or a field that is here twice
 * where that is not allowed ("d" and "done" are lists); -E2BIG: too many; -ENOMEM.
 */
int op25b_web_fields_read(const char *text, size_t n, struct op25b_web_fields *ret);

/* NULL-safe; leaves it empty, and nothing of it in memory. */
void op25b_web_fields_done(struct op25b_web_fields *fields);

/* The first value of that name; NULL: none. */
const char *op25b_web_field(const struct op25b_web_fields *fields, const char *name);

/* Zeroed by the caller; html.own and html.lang are set before a page is made. */
struct op25b_web_response {
	int status;               /* 200, 302, 400, ... */
	const char *content_type; /* static; NULL: none */
	const char *filename;     /* static: Content-Disposition; NULL: none */
	char location[512];       /* of a 302; "" */
	bool no_store;            /* a verdict, or anything of one caller */
	bool vary_language;
	struct op25b_html html; /* the body; op25b_web_response_done() */
};

/* NULL-safe. */
void op25b_web_response_done(struct op25b_web_response *response);
