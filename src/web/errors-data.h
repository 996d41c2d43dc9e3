/* SPDX-License-Identifier: BSD-2-Clause */
/* What errors.yaml becomes: between its reader and who matches. */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "web/errors.h"

/* Which port a text has to name for a pattern to hold. */
enum op25b_errors_port { OP25B_PORT_ANY, OP25B_PORT_25, OP25B_PORT_SUBMISSION, OP25B_PORT_NOT_25 };

struct op25b_error_pattern {
	const char *text;               /* the regular expression */
	pcre2_code *match, *and, *not ; /* in the arena; `and` and `not` may be NULL */
	enum op25b_errors_port port;
	enum op25b_outcome outcome;
	enum op25b_confidence confidence;
	enum op25b_how how; /* OP25B_HOW_NONE: whatever the way of refusing */
	bool block;         /* what a closed port 25 looks like: the line decides what it means */
	struct op25b_data_text why;
	const char *client; /* NULL: not said */
};

struct op25b_errors_data {
	struct op25b_arena *arena;
	struct op25b_error_pattern *list;
	size_t n;
	pcre2_code *port25, *submission, *code, *link;
};
