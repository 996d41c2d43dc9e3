/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Codes of kind 4: test mails to check+CODE@domain (design-words 6b.6). A code is drawn for whoever
 * wants to know whether his mail arrives; of the mail nothing is kept but which way it came. A code
 * says nothing of who drew it. Inside a turn of the state.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/code.h"
#include "mail/state.h"

#define OP25B_ECHO_CODES 100000 /* kept at a time; of more the oldest go, */
#define OP25B_ECHO_SURE  3600   /* but none within these seconds: somebody is writing to it */

struct op25b_echo {
	int64_t made, at; /* when it was drawn; when mail came last, 0: none did */
	bool told;        /* our own hosts wrote down how it came: */
	bool tls, auth, own;
	uint16_t port;  /* of ours that it was sent to; 0: another's server brought it */
	uint8_t family; /* enum op25b_family: of who brought it */
};

/**
 * op25b_echo_new() - draw a code.
 * Returns 0; -ENOSPC: there are as many as may be, or all that were tried are taken; -errno.
 */
int op25b_echo_new(struct op25b_state *state, int64_t now, uint64_t *ret_code);

/* What became of a code that was drawn at @since or later: 0; -ENOENT; -errno. */
int op25b_echo_find(struct op25b_state *state, uint64_t code, int64_t since,
		    struct op25b_echo *ret);

/* Mail came to it; echo->made is not looked at. As op25b_echo_find(). */
int op25b_echo_keep(struct op25b_state *state, uint64_t code, int64_t since,
		    const struct op25b_echo *echo);

/* Forget codes that were drawn before. */
int op25b_echo_sweep(struct op25b_state *state, int64_t before);
