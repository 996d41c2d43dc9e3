/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The doors of the generations that packets may be in: for each text (notice/text.h) a listening
 * socket a family, which stands in the dataplane's table and is handed to the responder. Once it is
 * sent, ours is closed: a door lives as long as the responder holds it, and what comes to a door
 * that is gone is reset by the programs.
 *
 * Made only while a responder is connected. What one of before still holds is not known here, and
 * serves until the next one has taken its place.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "daemon/responder.h"
#include "daemon/route.h"
#include "dataplane/load.h"
#include "policy/compile.h"

struct op25b_door_set;

/* Zeroed but for the first two. */
struct op25b_door_sets {
	struct op25b_dataplane *dp; /* borrowed */
	struct op25b_responder *responder;
	struct op25b_door_set *sets; /* one a generation, the oldest first */
	uint64_t next_id;
	bool all;      /* the responder waits to hear that it was told of all */
	size_t beyond; /* texts of the newest generation that have no door */
};

/**
 * op25b_door_sets_make() - make the doors of a plan's generation, unless it has them.
 * @stands: where marked packets reach this host; in another family no door is put
 *
 * Returns 0; -ENOMEM, -EMFILE or errors of the kernel: it has those that could be made, and the
 * same is returned again until it is forgotten.
 */
int op25b_door_sets_make(struct op25b_door_sets *doors, const struct op25b_plan *plan,
			 const struct op25b_route_stands *stands, struct op25b_error *error);

/**
 * op25b_door_sets_settle() - no packet is in another generation than this: others' doors go.
 * @digest: 0: all go
 */
int op25b_door_sets_settle(struct op25b_door_sets *doors, uint64_t digest,
			   struct op25b_error *error);

/* All that are wanted are made: a responder that is there may close what it has besides. */
void op25b_door_sets_complete(struct op25b_door_sets *doors);

/**
 * op25b_door_sets_tell() - tell the responder what it has not been told; to be called again when it
 * takes messages again. Ends its connection where that fails.
 */
void op25b_door_sets_tell(struct op25b_door_sets *doors);

/* The responder is gone: forget what it was told. What it holds stays in the dataplane's table. */
void op25b_door_sets_forget(struct op25b_door_sets *doors);

/* How many texts have a door. */
size_t op25b_door_sets_texts(const struct op25b_door_sets *doors);
