/* SPDX-License-Identifier: BSD-2-Clause */
/* Sorting a million records by the bytes of a key, without comparing any two. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define OP25B_SORT_KEY_MAX 18U

/**
 * op25b_sort() - order records bytewise; equal ones stay in the order they had.
 * @list:  @n records of @size bytes each; @n below 2^32
 * @key:   where the bytes of the key stand in a record, @n_key of them, at most
 *         OP25B_SORT_KEY_MAX, the most significant first
 *
 * Returns 0, or -ENOMEM with the list unchanged. Cost: linear; each byte of the key that is not the
 * same in all records moves every record once. Takes as much memory as the list for the while.
 */
int op25b_sort(void *list, size_t n, size_t size, const uint8_t *key, size_t n_key);
