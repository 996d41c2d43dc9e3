/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What notices need of the host's routing, in each family: one rule, `fwmark MARK lookup TABLE`,
 * and one route in that table, `local default dev lo`. With it the host takes a marked packet to a
 * foreign address as its own, and its TCP finds the socket that the program assigned.
 *
 * Ours are told by a protocol number of their own, OP25B_ROUTE_PROTOCOL; what isn't ours is never
 * changed. All calls ask the kernel anew, in the network namespace of the caller, and are
 * idempotent. What a killed process leaves stands as it is.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "op25b/abi.h"

/* Of rules and routes; none that the kernel or a routing daemon has. */
#define OP25B_ROUTE_PROTOCOL 25U

struct op25b_route {
	uint32_t mark, table, priority;
};

/* Where marked packets reach the host: by family, enum op25b_family. */
struct op25b_route_stands {
	bool in[OP25B_FAMILY_COUNT];
};

/* By family: a rule of somebody else may take some marked packets before ours, at this priority. */
struct op25b_route_before {
	bool in[OP25B_FAMILY_COUNT];
	uint32_t priority[OP25B_FAMILY_COUNT];
};

/**
 * op25b_route_set() - make sure that rule and route stand; others of ours go.
 * @stands: as known before; written where the kernel can be asked
 * @ret_before: none in a family where marked packets do not reach the host
 *
 * Where IPv6 is not in the kernel, or off on lo, that family stands nowhere, which is no error.
 * Returns 0; -EEXIST: the table holds routes of somebody else, and nothing was added; -EBUSY: a
 * rule that comes before leads elsewhere; -ENOTSUP: a setting of the host would silence the
 * answers; errors of the kernel. The first error is returned, and what can be done in the other
 * family is.
 */
int op25b_route_set(const struct op25b_route *want, struct op25b_route_stands *stands,
		    struct op25b_route_before *ret_before, struct op25b_error *error);

/**
 * op25b_route_clear() - take out every rule of ours, and every route of ours in their tables.
 * @table: another table that may hold a route of ours; 0: none
 *
 * Returns 0 or the first error of the kernel; what could be taken out is.
 */
int op25b_route_clear(uint32_t table, struct op25b_error *error);
