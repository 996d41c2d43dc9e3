/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b.counters/1, see answer.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/answer.h"
#include "dataplane/counters.h"
#include "policy/words.h"

bool op25b_answer_limits(enum op25b_reason reason)
{
	switch (reason) {
	case OP25B_HOLD:
	case OP25B_DESIGNATED_SERVER_CLOSED:
	case OP25B_FOREIGN_SERVER:
	case OP25B_REVERSE_PATH:
	case OP25B_SHORT_FRAGMENT:
	case OP25B_HIDDEN_TRANSPORT:
		return true;
	default:
		return false;
	}
}

/* What a counter of a reason counts; a reason has one verdict, but for rules that only count. */
static const char *verdict_name(bool counted, enum op25b_reason reason)
{
	return !op25b_answer_limits(reason) ? "pass" : counted ? "count" : "refuse";
}

static void add_rows(json_t *rows, const char *service, const struct op25b_counter *counter)
{
	for (unsigned int i = 0; i < OP25B_FAMILY_COUNT * 2 * OP25B_REASON_COUNT; i++) {
		unsigned int reason = i % OP25B_REASON_COUNT, rest = i / OP25B_REASON_COUNT;
		uint64_t packets = counter->packets[rest / 2][rest % 2][reason];

		if (!packets)
			continue;
		json_array_append_new(
			rows,
			json_pack("{s:s?, s:s, s:s, s:s?, s:I}", "service", service, "verdict",
				  verdict_name(rest % 2, (enum op25b_reason)reason), "reason",
				  op25b_words_name(&op25b_words_reason, reason), "family",
				  op25b_words_name(&op25b_words_family, rest / 2), "packets",
				  (json_int_t)packets));
	}
}

static json_t *answer_rows(const struct op25b_daemon *d)
{
	static const struct {
		enum op25b_answer answer;
		const char *word;
	} words[] = {
		{ OP25B_ANSWERED, "answered" },
		{ OP25B_ANSWER_LIMITED, "limited" },
		{ OP25B_ANSWER_NOT_DUE, "not_due" },
		{ OP25B_ANSWER_FAILED, "failed" },
		{ OP25B_EVENT_LOST, "events_lost" },
		{ OP25B_NOTICED, "noticed" },
		{ OP25B_NOTICE_CARRIED, "notice_carried" },
		{ OP25B_NOTICE_LIMITED, "notice_limited" },
		{ OP25B_NOTICE_AWAY, "notice_away" },
		{ OP25B_NOTICE_FULL, "notice_full" },
		{ OP25B_NOTICE_UNFIT, "notice_unfit" },
	};
	uint64_t sums[OP25B_ANSWER_COUNT];
	json_t *json = json_object();

	if (op25b_counters_answers(d->dp, sums))
		return json;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		json_object_set_new(json, words[i].word,
				    json_integer((json_int_t)sums[words[i].answer]));
	return json;
}

int op25b_answer_counters(const struct op25b_daemon *d, json_t **ret, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_counter *all = calloc(OP25B_COUNTER_SLOTS, sizeof(*all));
	json_t *rows, *value;
	const char *id;
	int r;

	if (!all)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	r = op25b_counters_read(d->dp, 0, OP25B_COUNTER_SLOTS, all);
	if (r)
		return op25b_error_set(error, r, "can't read the counters: %s", strerror(-r));
	rows = json_array();
	add_rows(rows, NULL, &all[OP25B_COUNTER_NONE]);
	json_object_foreach(d->state.slots, id, value)
		add_rows(rows, id, &all[json_integer_value(value)]);
	add_rows(rows, "(other)", &all[OP25B_COUNTER_OTHER]);
	*ret = json_pack("{s:s, s:o, s:o}", "schema", "op25b.counters/1", "counters", rows,
			 "answers", answer_rows(d));
	return 0;
}
