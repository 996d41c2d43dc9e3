/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of `op25b explain`: one flow in words, a capture packet by packet.
 */
#pragma once

#include "cli/engine.h"
#include "cli/input.h"
#include "policy/flow.h"

/**
 * op25b_explain_flow() - answer for one flow on standard output.
 * @json: one line of op25b.explain/1; else sentences with their places in the policy
 *
 * Returns enum op25b_exit.
 */
int op25b_explain_flow(const struct op25b_command *command, const struct op25b_input *input,
		       const struct op25b_flow *flow, bool json);

/**
 * op25b_explain_capture() - answer for each packet of a capture file on standard output.
 * @options: policy is set here
 *
 * Each packet is judged at its record's time, or at input->at if that was given.
 * Returns enum op25b_exit: OP25B_EXIT_YES if every packet was decided.
 */
int op25b_explain_capture(const struct op25b_command *command, const struct op25b_input *input,
			  const char *path, const struct op25b_engine_options *options, bool json);

/**
 * op25b_explain_live() - answer from the gateway's daemon.
 * @socket: --socket, or NULL
 * @path:   a capture; NULL: the flow
 * @flow:   used where @path is NULL
 *
 * Returns enum op25b_exit.
 */
int op25b_explain_live(const struct op25b_command *command, const char *socket, const char *path,
		       const struct op25b_flow *flow, enum op25b_side side, bool json);

/**
 * op25b_explain_print() - the verdict on a flow, why, and what the client meets; in words.
 */
void op25b_explain_print(const struct op25b_flow *flow, const struct op25b_decision *decision,
			 const char *because);

/**
 * op25b_explain_total() - the last line of a capture in words.
 * @verdicts: how many packets, by enum op25b_verdict
 */
void op25b_explain_total(const uint64_t verdicts[3]);

/* What a reason means, as a sentence. NULL past the last. */
const char *op25b_explain_reason(unsigned int reason);
