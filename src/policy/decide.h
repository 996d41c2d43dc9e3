/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The decision as one pure function. The BPF programs and every user-space program compile this
 * very file. No lookup, no I/O, no clock: what it needs was found before.
 */
#pragma once

#include "op25b/abi.h"

/* What is known of one packet (or one question) when the decision is taken. */
struct op25b_facts {
	__u8 upstream; /* 1: the packet comes from port 25 towards the line */
	__u8 hidden;   /* 0, or the reason why the ports can't be seen */
	__u8 flags;    /* enum op25b_exception_flag of the line */
	__u8 hold_how;
	__u8 hold_manner;
	__u16 service;          /* 0: the address is no subscriber's */
	struct op25b_cell cell; /* of (service, class of the peer); unused where service is 0 */
};

/**
 * op25b_decide() - steps 1 to 4.
 * Returns the decision; how is OP25B_HOW_NONE unless refused. Never fails. Cost: a few branches.
 */
static inline __attribute__((always_inline)) struct op25b_decision
op25b_decide(const struct op25b_facts *f)
{
	struct op25b_decision d = { .verdict = OP25B_PASS, .service = f->service };

	if (!f->service) {
		d.reason = OP25B_NOT_A_SUBSCRIBER;
		return d;
	}
	if (f->flags & OP25B_HELD) {
		d.verdict = OP25B_REFUSE;
		d.reason = OP25B_HOLD;
		d.how = f->hold_how;
		d.manner = f->hold_manner;
		goto no_answer_if_unseen;
	}
	if (f->flags & OP25B_EXEMPT) {
		d.reason = OP25B_EXEMPTION;
		return d;
	}
	d.reason = f->cell.reason;
	if (f->cell.action == OP25B_PASS ||
	    (f->cell.reason == OP25B_DESIGNATED_SERVER && !f->hidden))
		return d;

	d.verdict = f->cell.action;
	d.how = f->cell.how;
	d.manner = f->cell.manner;
	if (f->hidden)
		d.reason = f->hidden;
	else if (f->upstream)
		d.reason = OP25B_REVERSE_PATH;

no_answer_if_unseen:
	if (d.verdict != OP25B_REFUSE)
		d.how = OP25B_HOW_NONE;
	else if (f->hidden || f->upstream)
		d.how = OP25B_DROP;
	if (d.how != OP25B_NOTICE)
		d.manner = 0;
	return d;
}
