/* SPDX-License-Identifier: BSD-2-Clause */
/* struct op25b_state as JSON: what stands in state.json. Only the store includes it. */
#pragma once

#include "daemon/store.h"

/**
 * op25b_state_pack() - NULL if there is no memory; free with json_decref().
 */
json_t *op25b_state_pack(const struct op25b_state *state);

/**
 * op25b_state_unpack() - into a state from op25b_state_init().
 * Returns 0; -EBADMSG: not what op25b_state_pack() makes, and *state is as it was.
 */
int op25b_state_unpack(json_t *json, struct op25b_state *state);
