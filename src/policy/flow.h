/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision for a question instead of a packet: may this line reach that peer? Asked by the
 * command line, the pages and the mail policy; answered by classify.h and decide.h over tables in
 * user memory.
 */
#pragma once

#include "policy/compile.h"

/* One question. Addresses are prefixes of whole length (/32, /128). */
struct op25b_flow {
	enum op25b_side side; /* OP25B_SUBSCRIBER: line to peer; OP25B_UPSTREAM: peer to line */
	struct op25b_prefix line, peer;
	uint16_t line_port, peer_port; /* line_port 0: not known */
};

/**
 * op25b_flow_decide() - decide one flow.
 * @tables:       from op25b_tables_make()
 * @flow:         line and peer may be of different families (a tunnel's outer and inner address)
 * @ret_decision: written; service is an index in the tables (op25b_tables_service())
 *
 * Never fails. Cost: some lookups, no allocation.
 */
void op25b_flow_decide(const struct op25b_tables *tables, const struct op25b_flow *flow,
		       struct op25b_decision *ret_decision);

/* The policy's service of decision->service; NULL for 0. Borrowed from the policy. */
const struct op25b_service *op25b_tables_service(const struct op25b_tables *tables,
						 uint16_t service);
