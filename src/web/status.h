/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Outages and maintenance: the operator's files status/NAME.yaml, and what the provider's own
 * probes saw. Pure; `now` is passed in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/data.h"
#include "web/facts.h"

/* Older than this a probe says nothing. */
#define OP25B_PROBE_FRESH 300

/* What is out of order; bits. X(TAIL, word) */
#define OP25B_AFFECTS(X) \
	X(25, "25") X(465, "465") X(587, "587") X(POP, "pop") X(IMAP, "imap") X(WEB, "web")

enum op25b_affects_bit {
#define OP25B_AFFECTS_ENUM(tail, word) OP25B_AFFECTS_BIT_##tail,
	OP25B_AFFECTS(OP25B_AFFECTS_ENUM)
#undef OP25B_AFFECTS_ENUM
		OP25B_AFFECTS_COUNT
};

extern const struct op25b_words op25b_words_affects; /* by bit */

struct op25b_status_entry {
	const char *id;
	bool planned;          /* maintenance; else an outage */
	int64_t from, until;   /* INT64_MAX: nobody knows yet */
	int64_t next_update;   /* 0: not said */
	uint32_t affects;      /* bits of enum op25b_affects_bit; 0: not said, all of mail */
	const char **services; /* ids; n 0: every one */
	size_t n_services;
	const char *text[OP25B_LANGS];
	struct op25b_place place;
};

struct op25b_status_data {
	struct op25b_status_entry *list; /* in the order of their begin, the latest first */
	size_t n;
};

enum op25b_status_when { OP25B_STATUS_OVER, OP25B_STATUS_NOW, OP25B_STATUS_COMING };

/* Whether it is over, holds now, or is to come. */
enum op25b_status_when op25b_status_when(const struct op25b_status_entry *entry, int64_t now);

/* The ports that a provider's customers send on now, as bits of OP25B_AFFECTS_BIT_465 and _587:
 * of its settings, where it has some; else both. */
uint32_t op25b_status_ways(const struct op25b_policy *policy, uint32_t tenant, int64_t now);

/* The entry that says why mail can't be sent now: it has all of @ways, or says nothing of ports.
 * NULL: none does. @data may be NULL. */
const struct op25b_status_entry *op25b_status_outage(const struct op25b_status_data *data,
						     uint32_t ways,
						     const struct op25b_service *service,
						     int64_t now);

/* The first that is about sending on some ports only: what a visitor has may be another's cause. */
const struct op25b_status_entry *op25b_status_partly(const struct op25b_status_data *data,
						     uint32_t ways,
						     const struct op25b_service *service,
						     int64_t now);

/* The same of fetching mail, by POP or IMAP. */
const struct op25b_status_entry *op25b_status_receiving(const struct op25b_status_data *data,
							const struct op25b_service *service,
							int64_t now);

/**
 * op25b_status_sending() - what the probes say of sending by 465 and 587.
 * GOOD: what was asked works; PARTLY: one of both; BAD: none; UNKNOWN: not asked in the last
 * OP25B_PROBE_FRESH seconds, or asked from a clock of the future.
 */
enum op25b_probed op25b_status_sending(const struct op25b_probe_facts *probe, int64_t now);

/* Reader and check of data-kinds.c. */
void op25b_status_read(struct op25b_data_load *load, const struct op25b_node *root);
void op25b_status_check(struct op25b_data_load *load);
