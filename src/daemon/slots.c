/* SPDX-License-Identifier: BSD-2-Clause */
/* See slots.h. */
#include "daemon/slots.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "op25b/abi.h"

static bool is_named(const struct op25b_policy *policy, const char *id)
{
	for (size_t i = 0; policy && i < policy->n_services; i++) {
		if (!strcmp(policy->services[i].id, id))
			return true;
	}
	return false;
}

/* Forget the services that no policy names, all at once: this is rare. */
static void forget_unnamed(json_t *slots, const struct op25b_policy *policy,
			   const struct op25b_policy *old, bool *used)
{
	const char *id;
	json_t *value;
	void *next;

	json_object_foreach_safe(slots, next, id, value)
	{
		if (is_named(policy, id) || is_named(old, id))
			continue;
		used[json_integer_value(value)] = false;
		json_object_del(slots, id);
	}
}

static uint32_t find_free(const bool *used)
{
	for (uint32_t slot = OP25B_COUNTER_NONE + 1; slot < OP25B_COUNTER_OTHER; slot++) {
		if (!used[slot])
			return slot;
	}
	return OP25B_COUNTER_OTHER;
}

int op25b_slots_assign(json_t *slots, const struct op25b_policy *policy,
		       const struct op25b_policy *old, uint32_t *ret_numbers, uint32_t *ret_fresh,
		       size_t *ret_n_fresh)
{
	bool used[OP25B_COUNTER_SLOTS] = { false }, swept = false;
	size_t n_fresh = 0;
	const char *id;
	json_t *value;

	json_object_foreach(slots, id, value) used[json_integer_value(value)] = true;
	for (size_t i = 0; i < policy->n_services; i++) {
		uint32_t slot;

		id = policy->services[i].id;
		value = json_object_get(slots, id);
		if (value) {
			ret_numbers[i] = (uint32_t)json_integer_value(value);
			continue;
		}
		slot = find_free(used);
		if (slot == OP25B_COUNTER_OTHER && !swept) {
			forget_unnamed(slots, policy, old, used);
			swept = true;
			slot = find_free(used);
		}
		ret_numbers[i] = slot;
		if (slot == OP25B_COUNTER_OTHER)
			continue;
		used[slot] = true;
		ret_fresh[n_fresh++] = slot;
		if (json_object_set_new(slots, id, json_integer(slot)))
			return -ENOMEM;
	}
	*ret_n_fresh = n_fresh;
	return 0;
}
