/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows of POP before SMTP (design 4b.5): an exact address and the account that logged in from
 * it, until a time. One of an own line dies when the address gets another line, one of any when its
 * account's serial changes (a new password, a stop, a hold). Inside a turn of the state.
 */
#pragma once

#include <stdint.h>

#include "mail/state.h"
#include "policy/policy.h"

struct op25b_window {
	struct op25b_prefix address;
	const char *account;
	const char *line; /* whose the address was; "" elsewhere */
	int64_t serial;   /* another for each change of the account, and each who had its name */
	int64_t opened, until;
};

/* A non-zero value stops the walk and is returned by it. Texts are borrowed for the call. */
typedef int (*op25b_window_fn)(void *arg, const struct op25b_window *window);

/* Open one, or have one that is open last longer. */
int op25b_window_open(struct op25b_state *state, const struct op25b_window *window);

/**
 * op25b_window_find() - the windows at an address that have not ended, newest first.
 * @address: exact: IPv4 and IPv6 never mix, and no prefix is looked at
 */
int op25b_window_find(struct op25b_state *state, int64_t now, const struct op25b_prefix *address,
		      op25b_window_fn fn, void *arg);

/* Those that have not ended of an account, or NULL: of all; newest first. */
int op25b_window_list(struct op25b_state *state, int64_t now, const char *account,
		      op25b_window_fn fn, void *arg);

/* Close those of an account. */
int op25b_window_close(struct op25b_state *state, const char *account);

/* Forget those that have ended. */
int op25b_window_sweep(struct op25b_state *state, int64_t now);
