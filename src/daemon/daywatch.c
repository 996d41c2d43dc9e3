/* SPDX-License-Identifier: BSD-2-Clause */
/* See daywatch.h. */
#include "daemon/daywatch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/answer.h"
#include "daemon/days.h"
#include "dataplane/counters.h"
#include "serve/log.h"

#define FILE_NAME "days.json"

struct op25b_daywatch {
	struct op25b_daemon *d;
	struct op25b_days days;
	struct op25b_wall wall;
	char *zone; /* of the wall; NULL: UTC */
	bool walled, changed;
	char problem[OP25B_PROBLEM]; /* as it was logged; "" */
};

static void tell(struct op25b_daywatch *watch, const char *what, const struct op25b_error *error)
{
	char text[OP25B_PROBLEM];

	snprintf(text, sizeof(text), "%s: %.900s", what, error->text);
	if (strcmp(watch->problem, text) != 0)
		op25b_log(OP25B_LOG_ERROR, "%s", text);
	memcpy(watch->problem, text, sizeof(text));
}

static int take_up(struct op25b_daywatch *watch)
{
	struct op25b_error error = { "" };
	json_t *json = NULL;
	int r = op25b_store_load(watch->d->store, FILE_NAME, &json, &error);

	if (!r && json) {
		r = op25b_days_unpack(json, &watch->days);
		if (r == -EBADMSG)
			op25b_error_set(&error, r, FILE_NAME " isn't what op25bd writes");
	}
	json_decref(json);
	if (!r || r == -ENOMEM)
		return r;
	op25b_log(OP25B_LOG_ERROR,
		  "%s: it is set aside as " FILE_NAME ".broken, and attempts are counted by day "
		  "anew",
		  error.text);
	if (op25b_store_set_aside(watch->d->store, FILE_NAME, &error))
		op25b_log(OP25B_LOG_ERROR, "%s", error.text);
	return 0;
}

int op25b_daywatch_open(struct op25b_daemon *d, struct op25b_daywatch **ret_watch)
{
	struct op25b_daywatch *watch = calloc(1, sizeof(*watch));
	int r = watch ? op25b_days_init(&watch->days) : -ENOMEM;

	if (!r) {
		watch->d = d;
		r = take_up(watch);
	}
	if (r) {
		op25b_daywatch_close(&watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void op25b_daywatch_close(struct op25b_daywatch **watch)
{
	if (!*watch)
		return;
	op25b_days_done(&(*watch)->days);
	free((*watch)->zone);
	free(*watch);
	*watch = NULL;
}

/* The clocks of the policy in force; without one those of before stay. */
static int follow_zone(struct op25b_daywatch *watch)
{
	const struct op25b_policy *policy = watch->d->enforcer.ruleset.policy;
	const char *zone = policy ? policy->timezone : watch->zone;
	char *copy;
	int r;

	if (watch->walled &&
	    (zone == watch->zone || (zone && watch->zone && !strcmp(zone, watch->zone))))
		return 0;
	copy = zone ? strdup(zone) : NULL;
	r = zone && !copy ? -ENOMEM : op25b_wall_make(zone, &watch->wall);
	if (r) {
		free(copy);
		return r;
	}
	free(watch->zone);
	watch->zone = copy;
	watch->walled = true;
	return 0;
}

static bool is_limited(const struct op25b_plan *plan, uint32_t service)
{
	const struct op25b_cell *cells = &plan->cells[(size_t)service * plan->head.n_classes];

	for (uint32_t i = 0; i < plan->head.n_classes; i++) {
		if (cells[i].action != OP25B_PASS)
			return true;
	}
	return false;
}

/* Which slots have a service that a rule in force refuses or counts. */
static void find_limited(const struct op25b_enforcer *e, bool ret[static OP25B_COUNTER_SLOTS])
{
	const struct op25b_plan *plan = &e->gen.tables.plan;

	for (uint32_t i = 1; e->ruleset.policy && i <= plan->head.n_services; i++) {
		const uint32_t slot = e->ruleset.slots[plan->services[i]];

		ret[slot] = ret[slot] || is_limited(plan, i);
	}
	ret[OP25B_COUNTER_OTHER] = false; /* of many services: only what came of them is told */
}

static struct op25b_days_counter add_up(const char *service, const struct op25b_counter *counter,
					bool limited)
{
	struct op25b_days_counter sum = { .service = service, .limited = limited };

	for (size_t family = 0; family < OP25B_FAMILY_COUNT; family++) {
		for (size_t reason = 0; reason < OP25B_REASON_COUNT; reason++) {
			if (!op25b_answer_limits((enum op25b_reason)reason))
				continue;
			sum.refused += counter->packets[family][0][reason];
			sum.counted += counter->packets[family][1][reason];
		}
	}
	return sum;
}

/* @list: OP25B_COUNTER_SLOTS entries. Returns how many there are, or -errno. */
static int read_counters(const struct op25b_daemon *d, struct op25b_days_counter *list)
{
	OP25B_AUTO_FREE struct op25b_counter *all = calloc(OP25B_COUNTER_SLOTS, sizeof(*all));
	bool limited[OP25B_COUNTER_SLOTS] = { false };
	int r = all ? op25b_counters_read(d->dp, 0, OP25B_COUNTER_SLOTS, all) : -ENOMEM, n = 0;
	const char *id;
	json_t *value;

	if (r)
		return r;
	find_limited(&d->enforcer, limited);
	list[n++] = add_up(OP25B_DAYS_NONE, &all[OP25B_COUNTER_NONE], false);
	json_object_foreach(d->state.slots, id, value)
	{
		const json_int_t slot = json_integer_value(value);

		list[n++] = add_up(id, &all[slot], limited[slot]);
	}
	list[n++] = add_up(OP25B_DAYS_OTHER, &all[OP25B_COUNTER_OTHER], false);
	return n;
}

static int look(struct op25b_daywatch *watch, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_days_counter *list =
		calloc(OP25B_COUNTER_SLOTS, sizeof(*list));
	struct op25b_days_reading reading = { .wall = &watch->wall, .list = list };
	char boot_id[OP25B_BOOT_ID];
	int r = list ? follow_zone(watch) : -ENOMEM;

	r = r ? r : read_counters(watch->d, list);
	if (r >= 0) {
		op25b_clock_boot_id(boot_id);
		reading.boot_id = boot_id;
		reading.now = op25b_clock_wall();
		reading.n = (size_t)r;
		r = op25b_days_take(&watch->days, &reading);
	}
	if (r < 0)
		return op25b_error_set(error, r, "can't read the counters: %s", strerror(-r));
	watch->changed = watch->changed || r;
	return 0;
}

void op25b_daywatch_look(struct op25b_daywatch *watch)
{
	struct op25b_error error = { "" };

	if (look(watch, &error))
		tell(watch, "attempts are not counted by day", &error);
}

void op25b_daywatch_keep(struct op25b_daywatch *watch)
{
	struct op25b_error error = { "" };
	json_t *json;
	int r;

	if (!watch)
		return;
	op25b_daywatch_look(watch);
	if (!watch->changed)
		return;
	json = op25b_days_pack(&watch->days);
	r = json ? op25b_store_save(watch->d->store, FILE_NAME, json, &error) :
		   op25b_error_set(&error, -ENOMEM, "out of memory");
	json_decref(json);
	if (r) {
		tell(watch, "attempts by day are not kept", &error);
		return;
	}
	watch->changed = false;
	watch->problem[0] = '\0';
}

int op25b_daywatch_answer(struct op25b_daywatch *watch, unsigned int n, bool services, json_t **ret,
			  struct op25b_error *error)
{
	struct op25b_days_question question = {
		.wall = &watch->wall, .now = op25b_clock_wall(), .n = n, .services = services
	};
	int r = look(watch, error);

	if (r)
		return r;
	question.policy = watch->d->enforcer.ruleset.policy;
	*ret = op25b_days_answer(&watch->days, &question);
	return *ret ? 0 : op25b_error_set(error, -ENOMEM, "out of memory");
}
