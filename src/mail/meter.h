/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The migration meter (design 4b.4, 3): who still uses a way that a stage only counts, by account
 * or line, when last, how often. Inside a turn of the state.
 */
#pragma once

#include "mail/state.h"
#include "policy/mail.h"

struct op25b_meter_row {
	enum op25b_mail_way way;
	const char *service; /* id, or "elsewhere" */
	const char *account; /* "" where nobody logged in */
	const char *line;    /* "" where none is known */
	int64_t first, last;
	uint64_t times;
};

typedef int (*op25b_meter_fn)(void *arg, const struct op25b_meter_row *row);

/* One mail more of somebody. .first, .last and .times are not looked at. */
int op25b_meter_count(struct op25b_state *state, int64_t now, const struct op25b_meter_row *row);

/**
 * op25b_meter_list() - rows by way, service, account and line.
 * @after: the row after which to begin; NULL: at the first
 * @most:  so many at most
 * Returns 0; what @fn returned, if not 0; -errno.
 */
int op25b_meter_list(struct op25b_state *state, const struct op25b_meter_row *after, uint32_t most,
		     op25b_meter_fn fn, void *arg);

/**
 * op25b_meter_sums() - how many mails came by each way that is counted, by way and service.
 *
 * Of a row .way, .service and .times are set; counted since the state was made, whoever is
 * forgotten. Returns 0; what @fn returned, if not 0; -errno.
 */
int op25b_meter_sums(struct op25b_state *state, op25b_meter_fn fn, void *arg);

/**
 * op25b_meter_closes() - when a way that is counted now is first refused to a service's lines.
 * @service: id, or "elsewhere"
 * Returns seconds UTC; INT64_MAX: no date is known. Pure.
 */
int64_t op25b_meter_closes(const struct op25b_policy *policy, const struct op25b_mail *mail,
			   enum op25b_mail_way way, const char *service, int64_t now);

/* Forget who was not seen since @before. */
int op25b_meter_sweep(struct op25b_state *state, int64_t before);
