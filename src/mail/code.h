/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Codes of kind 3: what a customer whose mail was refused reads out to support. Drawn at random,
 * one for each account (or, where nobody logged in, line) and reason at a time; kept for the
 * policy's `retention.codes`. A stranger, who is neither, gets none. Inside a turn of the state.
 */
#pragma once

#include <stdint.h>

#include "base/code.h"
#include "mail/state.h"
#include "policy/mail-decide.h"

/* What a code stands for. Borrowed. */
struct op25b_mail_code {
	const char *account; /* "": nobody logged in */
	const char *line;    /* "": not known */
	enum op25b_mail_reason reason;
	int64_t until; /* of a limit; 0: none */
	int64_t at;    /* when it was last given; for op25b_mail_code_find() */
};

/**
 * op25b_mail_code_give() - the code of a refusal; the same as last time while that is kept.
 * @keep: seconds
 * @ret:  "KNNN-NNN-NNC"
 * Returns 1: written; 0: neither account nor line is known; -errno.
 */
int op25b_mail_code_give(struct op25b_state *state, int64_t now, int64_t keep,
			 const struct op25b_mail_code *of, char ret[static OP25B_CODE_TEXT]);

typedef int (*op25b_mail_code_fn)(void *arg, const struct op25b_mail_code *code);

/* What a code means: what @fn returned; -ENOENT: there is no such code, or it is forgotten. */
int op25b_mail_code_find(struct op25b_state *state, uint64_t code, op25b_mail_code_fn fn,
			 void *arg);

/**
 * op25b_mail_code_list() - the codes of an account, or of a line that nobody had logged in by: one
 * a reason at most.
 * @account, @line: one of them ""
 * @since: those that were last given before are forgotten
 * Non-zero from @fn stops the walk and is returned.
 */
int op25b_mail_code_list(struct op25b_state *state, const char *account, const char *line,
			 int64_t since, op25b_mail_code_fn fn, void *arg);

/* Forget codes that were last given before @before. */
int op25b_mail_code_sweep(struct op25b_state *state, int64_t before);
