/* SPDX-License-Identifier: BSD-2-Clause */
/* A check of what an existing Postfix says; conf-check*.c only. */
#pragma once

#include "mail/conf-host.h"

struct op25b_mailconf_check {
	const struct op25b_mailconf_host *host;
	char *text; /* lines, each ended by a NUL, folded ones joined */
	char *end;
	op25b_mailconf_say_fn say;
	void *arg;
	int found;
};

/* Say a contradiction, and count it. */
void op25b_mailconf_complain(struct op25b_mailconf_check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The line behind one; NULL: that was the last. */
const char *op25b_mailconf_next_line(const struct op25b_mailconf_check *check, const char *line);

/* Whether an address, or a network as Postfix writes it, is this machine alone. */
bool op25b_mailconf_is_loopback(const char *word);

/* Say which services of `postconf -M` are in the way of the fragment's. */
void op25b_mailconf_check_services(struct op25b_mailconf_check *check);
