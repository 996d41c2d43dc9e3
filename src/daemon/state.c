/* SPDX-License-Identifier: BSD-2-Clause */
/* See state.h. Whatever a disk may hold is looked at before it is believed. */
#include "daemon/state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "op25b/abi.h"

#define SCHEMA "op25b.state/1"

int op25b_state_init(struct op25b_state *ret_state)
{
	json_t *slots = json_object(), *history = json_array();

	if (!slots || !history) {
		json_decref(slots);
		json_decref(history);
		return -ENOMEM;
	}
	*ret_state = (struct op25b_state){ .next = 1, .slots = slots, .history = history };
	return 0;
}

int op25b_state_copy(const struct op25b_state *state, struct op25b_state *ret_state)
{
	json_t *slots = json_deep_copy(state->slots);
	json_t *history = json_deep_copy(state->history);

	if (!slots || !history) {
		json_decref(slots);
		json_decref(history);
		return -ENOMEM;
	}
	*ret_state = *state;
	ret_state->slots = slots;
	ret_state->history = history;
	return 0;
}

void op25b_state_note(struct op25b_state *state, const char *what, uint64_t digest, int64_t at)
{
	char text[17] = "";

	if (digest)
		snprintf(text, sizeof(text), "%016" PRIx64, digest);
	json_array_append_new(state->history,
			      json_pack("{s:I, s:I, s:s, s:s}", "number",
					(json_int_t)state->current, "at", (json_int_t)at, "digest",
					text, "what", what));
	while (json_array_size(state->history) > OP25B_STATE_HISTORY)
		json_array_remove(state->history, 0);
}

void op25b_state_done(struct op25b_state *state)
{
	if (!state)
		return;
	json_decref(state->slots);
	json_decref(state->history);
	*state = (struct op25b_state){ 0 };
}

static json_t *pack_pending(const struct op25b_state *state)
{
	if (!state->pending)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:s}", "seconds", (json_int_t)state->confirm_seconds,
			 "deadline_wall", (json_int_t)state->deadline_wall, "deadline_boot_ns",
			 (json_int_t)state->deadline_boot_ns, "boot_id", state->boot_id);
}

json_t *op25b_state_pack(const struct op25b_state *state)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:O, s:O}", "schema", SCHEMA, "current",
			 (json_int_t)state->current, "previous", (json_int_t)state->previous,
			 "next", (json_int_t)state->next, "applied_at",
			 (json_int_t)state->applied_at, "pending", pack_pending(state), "slots",
			 state->slots, "history", state->history);
}

static bool good_slots(json_t *slots)
{
	bool used[OP25B_COUNTER_SLOTS] = { false };
	const char *id;
	json_t *value;

	json_object_foreach(slots, id, value)
	{
		json_int_t slot = json_integer_value(value);

		if (slot <= OP25B_COUNTER_NONE || slot >= OP25B_COUNTER_OTHER || used[slot])
			return false;
		used[slot] = true;
	}
	return true;
}

/* Of a state that an op25bd without history wrote there is none. */
static json_t *unpack_history(const json_t *list)
{
	json_t *history = json_array(), *one;
	const char *digest, *what;
	json_int_t number, at;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (i < OP25B_STATE_HISTORY &&
		    !json_unpack(one, "{s:I, s:I, s:s, s:s}", "number", &number, "at", &at,
				 "digest", &digest, "what", &what))
			json_array_append(history, one);
	}
	return history;
}

static int unpack_pending(json_t *json, struct op25b_state *state)
{
	json_int_t seconds, wall, boot;
	const char *boot_id;

	if (json_is_null(json))
		return 0;
	if (json_unpack(json, "{s:I, s:I, s:I, s:s}", "seconds", &seconds, "deadline_wall", &wall,
			"deadline_boot_ns", &boot, "boot_id", &boot_id) ||
	    seconds <= 0 || strlen(boot_id) >= OP25B_BOOT_ID)
		return -EBADMSG;
	state->pending = true;
	state->confirm_seconds = seconds;
	state->deadline_wall = wall;
	state->deadline_boot_ns = boot;
	snprintf(state->boot_id, sizeof(state->boot_id), "%s", boot_id);
	return 0;
}

int op25b_state_unpack(json_t *json, struct op25b_state *state)
{
	json_int_t current, previous, next, applied_at;
	struct op25b_state read = { 0 };
	json_t *pending, *slots;
	const char *schema;

	if (json_unpack(json, "{s:s, s:I, s:I, s:I, s:I, s:o, s:o}", "schema", &schema, "current",
			&current, "previous", &previous, "next", &next, "applied_at", &applied_at,
			"pending", &pending, "slots", &slots) ||
	    strcmp(schema, SCHEMA) != 0 || current < 0 || previous < 0 || next <= current ||
	    next <= previous || !json_is_object(slots) || !good_slots(slots) ||
	    unpack_pending(pending, &read))
		return -EBADMSG;
	read.current = (uint64_t)current;
	read.previous = (uint64_t)previous;
	read.next = (uint64_t)next;
	read.applied_at = applied_at;
	read.history = unpack_history(json_object_get(json, "history"));
	if (!read.history)
		return -ENOMEM;
	read.slots = json_incref(slots);
	op25b_state_done(state);
	*state = read;
	return 0;
}
