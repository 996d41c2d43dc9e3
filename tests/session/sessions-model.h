/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of session/merge.h a second time, over a world so small that sets are bits and tables
 * are arrays: no store, no text, no laziness.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/store.h"

#define MODEL_NAS      3
#define MODEL_SESSIONS 12 /* of each NAS */
#define MODEL_PREFIXES 12 /* the upper half is IPv6 */
#define MODEL_PAST     65536

struct model_event {
	enum op25b_acct_status status;
	int nas, session, user, class_; /* class_ 0: absent */
	int64_t time;
	unsigned int prefixes; /* bits */
	bool has_v4, has_v6;
};

struct model_holder {
	int nas, session, user, class_;
};

struct model_past {
	int prefix, holder;
	int64_t from, until;
};

struct model {
	struct {
		int64_t last, alive_since, epoch, epoch_time;
	} nas[MODEL_NAS];
	struct {
		bool known, lost;
		int holder;
		enum op25b_acct_status by;
		int64_t event, epoch, seen, ended; /* ended INT64_MAX: open */
		unsigned int claims;
	} sessions[MODEL_NAS][MODEL_SESSIONS];
	struct {
		int holder; /* -1: nobody */
		int64_t since;
	} held[MODEL_PREFIXES];
	struct model_holder holders[MODEL_PAST];
	int n_holders;
	struct model_past past[MODEL_PAST];
	int n_past;
};

/* Zeroed memory becomes an empty world. */
void model_init(struct model *model);
/* One packet. */
void model_tell(struct model *model, const struct op25b_sessions_settings *settings,
		const struct model_event *event, int64_t now);
/* All the upkeep that is due. */
void model_sweep(struct model *model, const struct op25b_sessions_settings *settings, int64_t now);
