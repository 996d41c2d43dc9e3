/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chunks for small pieces, a ring of headed blocks for what may grow. The header of a block
 * stands before its bytes, so that a block can be found again from the pointer handed out.
 */
#include "policy/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK ((size_t)256 * 1024)
#define PAGE  ((uintptr_t)4096)
#define HUGE  ((size_t)4 << 20) /* blocks worth huge pages */

struct link {
	struct link *prev, *next;
};

struct block {
	struct link link;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct op25b_arena {
	struct link ring; /* of all chunks and blocks */
	jmp_buf *exhausted;
	unsigned char *at;
	size_t left;
};

struct op25b_arena *op25b_arena_new(void)
{
	struct op25b_arena *arena = calloc(1, sizeof(*arena));

	if (arena)
		arena->ring.prev = arena->ring.next = &arena->ring;
	return arena;
}

void op25b_arena_free(struct op25b_arena **arena)
{
	struct op25b_arena *gone = *arena;

	if (!gone)
		return;
	*arena = NULL;
	for (struct link *at = gone->ring.next; at != &gone->ring;) {
		struct link *next = at->next;

		/* The link is the first member of its block. */
		free(at);
		at = next;
	}
	free(gone);
}

jmp_buf *op25b_arena_on_exhaustion(struct op25b_arena *arena, jmp_buf *place)
{
	jmp_buf *before = arena->exhausted;

	arena->exhausted = place;
	return before;
}

_Noreturn void op25b_arena_exhaust(struct op25b_arena *arena)
{
	assert(arena->exhausted);
	longjmp(*arena->exhausted, 1);
}

static void link_block(struct op25b_arena *arena, struct block *block)
{
	block->link.prev = &arena->ring;
	block->link.next = arena->ring.next;
	block->link.prev->next = &block->link;
	block->link.next->prev = &block->link;
}

/* A million lines touch 40,000 pages; as huge ones they are there in half the time. */
static void want_huge_pages(struct block *block, size_t size)
{
	uintptr_t start = ((uintptr_t)block + PAGE - 1) / PAGE * PAGE;
	uintptr_t end = ((uintptr_t)block + size) / PAGE * PAGE;

	if (size >= HUGE)
		(void)madvise((void *)start, end - start, MADV_HUGEPAGE);
}

static unsigned char *new_block(struct op25b_arena *arena, size_t size)
{
	struct block *block;

	if (size > SIZE_MAX - sizeof(*block))
		op25b_arena_exhaust(arena);
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		op25b_arena_exhaust(arena);
	want_huge_pages(block, size);
	link_block(arena, block);
	return block->bytes;
}

void *op25b_arena_alloc(struct op25b_arena *arena, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	void *piece;

	if (size > CHUNK / 4)
		return new_block(arena, size);
	size = (size + align - 1) / align * align;
	if (size > arena->left) {
		arena->at = new_block(arena, CHUNK);
		arena->left = CHUNK;
	}
	piece = arena->at;
	arena->at += size;
	arena->left -= size;
	return piece;
}

char *op25b_arena_copy(struct op25b_arena *arena, const char *text, size_t len)
{
	char *copy = op25b_arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *op25b_arena_format(struct op25b_arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = op25b_arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return text;
}

void *op25b_arena_resize(struct op25b_arena *arena, void *block, size_t size)
{
	struct block *old, *moved;

	if (!block)
		return new_block(arena, size);
	if (size > SIZE_MAX - sizeof(*old))
		op25b_arena_exhaust(arena);
	old = (struct block *)((unsigned char *)block - offsetof(struct block, bytes));
	old->link.prev->next = old->link.next;
	old->link.next->prev = old->link.prev;
	moved = realloc(old, sizeof(*old) + size);
	if (!moved) {
		link_block(arena, old);
		op25b_arena_exhaust(arena);
	}
	want_huge_pages(moved, size);
	link_block(arena, moved);
	return moved->bytes;
}

void *op25b_arena_grow(struct op25b_arena *arena, void *list, size_t n, size_t size)
{
	const size_t least = 8;

	if (!n)
		return op25b_arena_resize(arena, NULL, least * size);
	if (n >= least && !(n & (n - 1))) {
		list = op25b_arena_resize(arena, list, 2 * n * size);
		memset((unsigned char *)list + n * size, 0, n * size);
	}
	return list;
}
