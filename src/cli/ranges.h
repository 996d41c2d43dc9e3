/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address space cut at every edge of some prefixes: within one range no prefix begins or ends,
 * so that one address stands for all of it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

/* An address as a number; a v4 one has 32 bits. */
typedef unsigned __int128 op25b_number;

struct op25b_range {
	op25b_number first, last;
};

/* Prefixes of one family while they are collected. */
struct op25b_edges {
	uint8_t family;
	op25b_number *list;
	size_t n, max;
};

/* First address of a prefix, and last. */
op25b_number op25b_range_first(const struct op25b_prefix *prefix);
op25b_number op25b_range_last(const struct op25b_prefix *prefix);

/* The address as a prefix of whole length. */
struct op25b_prefix op25b_range_address(uint8_t family, op25b_number number);

/**
 * op25b_edges_add() - note both edges of a prefix; one of another family is left out.
 * Returns 0 or -ENOMEM.
 */
int op25b_edges_add(struct op25b_edges *edges, const struct op25b_prefix *prefix);

/**
 * op25b_edges_ranges() - the ranges between the edges, in order, from the first address of the
 * family to its last.
 * @ret_ranges: free() it; not empty
 *
 * Returns 0 or -ENOMEM. Sorts the edges.
 */
int op25b_edges_ranges(struct op25b_edges *edges, struct op25b_range **ret_ranges, size_t *ret_n);

/**
 * op25b_edges_done() - free the list.
 */
void op25b_edges_done(struct op25b_edges *edges);

/* Prefixes with something attached, to be asked in ascending order of addresses. */
struct op25b_sweep_item {
	op25b_number first, last;
	uint8_t len;
	const void *owner;
};

struct op25b_sweep {
	uint8_t family;
	struct op25b_sweep_item *items;
	size_t n, max, at;
	const struct op25b_sweep_item *open[130]; /* those that hold the address, longest last */
	size_t n_open;
};

/**
 * op25b_sweep_add() - before the first op25b_sweep_sort(). Returns 0 or -ENOMEM.
 */
int op25b_sweep_add(struct op25b_sweep *sweep, const struct op25b_prefix *prefix,
		    const void *owner);

/**
 * op25b_sweep_sort() - get ready to be asked.
 */
void op25b_sweep_sort(struct op25b_sweep *sweep);

/**
 * op25b_sweep_find() - the longest prefix that holds an address; NULL if none.
 * @address: not below the one asked before
 */
const struct op25b_sweep_item *op25b_sweep_find(struct op25b_sweep *sweep, op25b_number address);

/**
 * op25b_sweep_done() - free the items.
 */
void op25b_sweep_done(struct op25b_sweep *sweep);
