/* SPDX-License-Identifier: BSD-2-Clause */
/* Between trial.c, which moves bytes, and trial-talk.c, which knows what they say. */
#pragma once

#include "probe/trial.h"

#define OP25B_PORT_SMTP 25

/* In trial-talk.c: a reply has come. */
void op25b_trial_hear(struct op25b_trial *t, const struct op25b_smtp_reply *reply, int64_t now);

/* In trial-talk.c: EHLO is due. */
void op25b_trial_hello(struct op25b_trial *t, int64_t now);

/* In trial.c: close. */
void op25b_trial_over(struct op25b_trial *t, int64_t now);

/* In trial.c: a stage went so, and the next begins. */
void op25b_trial_pass(struct op25b_trial *t, enum op25b_probe_stage stage,
		      enum op25b_probe_state state, int64_t now);

/* In trial.c: a stage failed, and that is how the row ends. */
void op25b_trial_fail(struct op25b_trial *t, enum op25b_probe_result result,
		      enum op25b_probe_stage stage, int64_t now);

/* In trial.c: puts a command on its way. */
void op25b_trial_send(struct op25b_trial *t, const char *command, int64_t now);

/* In trial.c: the answer to it is due within @timeout ms. */
void op25b_trial_await(struct op25b_trial *t, enum op25b_trial_phase phase, int timeout,
		       int64_t now);

/* In trial.c: after STARTTLS was granted. */
void op25b_trial_tls(struct op25b_trial *t, int64_t now);
