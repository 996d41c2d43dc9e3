/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which counter slot a service has. A service keeps its slot over applies and restarts, and for as
 * long as there is room also while no policy names it, so that its counters go on when it is back.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

/**
 * op25b_slots_assign() - a slot for each service of a policy.
 * @slots:       object of service id: slot; services without one are given a free slot, that of a
 *               service neither policy names if there is none, or OP25B_COUNTER_OTHER (not entered)
 * @policy:      to be put in force
 * @old:         in force now; may be NULL
 * @ret_numbers: policy->n_services entries
 * @ret_fresh:   OP25B_COUNTER_SLOTS entries: the slots that were given away and so must be cleared
 * @ret_n_fresh: how many
 *
 * Returns 0 or -ENOMEM.
 */
int op25b_slots_assign(json_t *slots, const struct op25b_policy *policy,
		       const struct op25b_policy *old, uint32_t *ret_numbers, uint32_t *ret_fresh,
		       size_t *ret_n_fresh);
