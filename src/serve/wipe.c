/* SPDX-License-Identifier: BSD-2-Clause */
/* See wipe.h. */
#include "serve/wipe.h"

#include <event2/event.h>
#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static void wipe_and_free(void *memory)
{
	if (memory)
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

/* realloc() may leave the old bytes behind where it moves them from. */
static void *move(void *memory, size_t size)
{
	const size_t before = memory ? malloc_usable_size(memory) : 0;
	void *moved = malloc(size ? size : 1);

	if (!moved)
		return NULL;
	if (memory)
		memcpy(moved, memory, before < size ? before : size);
	wipe_and_free(memory);
	return moved;
}

void op25b_wipe_freed(void)
{
	json_set_alloc_funcs(malloc, wipe_and_free);
	event_set_mem_functions(malloc, move, wipe_and_free);
}
