/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See live-holders.h. Holders stand in an array, so that a binding names one in four bytes; an
 * index by their id is half full at most.
 */
#include "session/live-holders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 64U
#define TEXTS 6

static size_t place_of(const struct op25b_live_holders *h, int64_t id)
{
	uint64_t x = (uint64_t)id * 0x9e3779b97f4a7c15;

	return (size_t)(x ^ x >> 32) & (h->index_size - 1);
}

/* Where the id stands in the index, or would. */
static size_t probe(const struct op25b_live_holders *h, int64_t id)
{
	size_t at = place_of(h, id);

	while (h->index[at] && h->list[h->index[at] - 1].id != id)
		at = (at + 1) & (h->index_size - 1);
	return at;
}

static int grow_index(struct op25b_live_holders *h)
{
	struct op25b_live_holders larger = *h;

	if (2 * (h->used + 1) <= h->index_size)
		return 0;
	larger.index_size = h->index_size ? 2 * h->index_size : 2 * (size_t)FIRST;
	larger.index = calloc(larger.index_size, sizeof(*larger.index));
	if (!larger.index)
		return -ENOMEM;
	for (uint32_t i = 0; i < h->n; i++) {
		if (h->list[i].id)
			larger.index[probe(&larger, h->list[i].id)] = i + 1;
	}
	free(h->index);
	*h = larger;
	return 0;
}

static int grow_list(struct op25b_live_holders *h)
{
	uint32_t max = h->max ? 2 * h->max : FIRST;
	struct op25b_live_holder *list;

	if (h->free || h->n < h->max)
		return 0;
	if (max < h->max)
		return -ENOMEM;
	list = reallocarray(h->list, max, sizeof(*list));
	if (!list)
		return -ENOMEM;
	h->list = list;
	h->max = max;
	return 0;
}

static size_t texts_size(const char *texts)
{
	size_t n = 0;

	for (int i = 0; i < TEXTS; i++)
		n += strlen(texts + n) + 1;
	return n;
}

static char *join_texts(const struct op25b_holder *from, size_t *ret_bytes)
{
	const char *const parts[TEXTS] = { from->nas,       from->user_name,   from->class_,
					   from->filter_id, from->framed_pool, from->session };
	size_t bytes = 0, at = 0;
	char *texts;

	for (size_t i = 0; i < TEXTS; i++)
		bytes += strlen(parts[i]) + 1;
	texts = malloc(bytes);
	for (size_t i = 0; texts && i < TEXTS; i++) {
		size_t n = strlen(parts[i]) + 1;

		memcpy(texts + at, parts[i], n);
		at += n;
	}
	*ret_bytes = bytes;
	return texts;
}

/* The range of an Event-Timestamp. */
static uint32_t short_time(int64_t at)
{
	return at < 0 || at > UINT32_MAX ? 0 : (uint32_t)at;
}

static uint32_t new_place(struct op25b_live_holders *h)
{
	uint32_t number = h->free;

	if (!number)
		return h->n++;
	h->free = h->list[number - 1].held;
	return number - 1;
}

static int add(struct op25b_live_holders *h, const struct op25b_holder *from, uint32_t *ret_number)
{
	size_t bytes;
	char *texts;

	if (grow_index(h) < 0 || grow_list(h) < 0)
		return -ENOMEM;
	texts = join_texts(from, &bytes);
	if (!texts)
		return -ENOMEM;
	*ret_number = new_place(h);
	h->index[probe(h, from->id)] = *ret_number + 1;
	h->list[*ret_number] = (struct op25b_live_holder){
		.id = from->id, .held = 1, .first = short_time(from->first), .texts = texts
	};
	h->used++;
	h->bytes += bytes;
	return 0;
}

int op25b_live_holders_take(struct op25b_live_holders *h, const struct op25b_holder *from,
			    uint32_t *ret_number)
{
	uint32_t known = h->index_size ? h->index[probe(h, from->id)] : 0;

	if (!known)
		return add(h, from, ret_number);
	h->list[known - 1].held++;
	*ret_number = known - 1;
	return 0;
}

/* Takes the slot out of the index; those behind move up. */
static void unindex(struct op25b_live_holders *h, size_t hole)
{
	size_t mask = h->index_size - 1;

	for (size_t at = (hole + 1) & mask; h->index[at]; at = (at + 1) & mask) {
		size_t own = place_of(h, h->list[h->index[at] - 1].id);

		if (((at - own) & mask) < ((at - hole) & mask))
			continue;
		h->index[hole] = h->index[at];
		hole = at;
	}
	h->index[hole] = 0;
}

void op25b_live_holders_leave(struct op25b_live_holders *h, uint32_t number)
{
	struct op25b_live_holder *holder = &h->list[number];

	if (--holder->held)
		return;
	unindex(h, probe(h, holder->id));
	h->bytes -= texts_size(holder->texts);
	free(holder->texts);
	*holder = (struct op25b_live_holder){ .held = h->free };
	h->free = number + 1;
	h->used--;
}

void op25b_live_holders_tell(const struct op25b_live_holders *h, uint32_t number,
			     struct op25b_session_facts *facts)
{
	const char **const parts[] = { &facts->nas, &facts->user_name, &facts->class_,
				       &facts->filter_id, &facts->framed_pool };
	const char *at = h->list[number].texts;

	for (size_t i = 0; i < TEXTS - 1; i++) {
		*parts[i] = at;
		at += strlen(at) + 1;
	}
	facts->session = at;
	facts->since = h->list[number].first;
}

void op25b_live_holders_done(struct op25b_live_holders *h)
{
	for (uint32_t i = 0; i < h->n; i++)
		free(h->list[i].texts);
	free(h->list);
	free(h->index);
	*h = (struct op25b_live_holders){ 0 };
}
