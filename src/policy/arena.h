/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that is freed as a whole: small pieces one after another, and large blocks that may
 * grow. Nothing is freed singly.
 *
 * Running out of memory does not return: it jumps to the place the owner set, which frees the
 * arena. So no caller checks for NULL, and whoever allocates between setting and clearing that
 * place keeps everything it owns reachable from there.
 */
#pragma once

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

struct op25b_arena;

/* An empty arena, or NULL if there is no memory. */
struct op25b_arena *op25b_arena_new(void);

/* NULL-safe; frees all that was allocated and sets *arena to NULL. */
void op25b_arena_free(struct op25b_arena **arena);

/*
 * Where to go when memory runs out; nothing may be allocated before it is set. Returns the place
 * before. Borrowed.
 */
jmp_buf *op25b_arena_on_exhaustion(struct op25b_arena *arena, jmp_buf *place);

/* Go there now: for who took the place to free something of its own first. */
_Noreturn void op25b_arena_exhaust(struct op25b_arena *arena);

/* @size zeroed bytes, aligned for any type; size 0 gives a valid pointer. Never NULL. */
void *op25b_arena_alloc(struct op25b_arena *arena, size_t size);

/* A NUL-terminated copy of @len bytes of @text. */
char *op25b_arena_copy(struct op25b_arena *arena, const char *text, size_t len);

/* printf into the arena. */
char *op25b_arena_format(struct op25b_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * op25b_arena_resize() - realloc: a block of its own, contents kept, new bytes not zeroed.
 * @block: NULL or from this function, never from op25b_arena_alloc()
 */
void *op25b_arena_resize(struct op25b_arena *arena, void *block, size_t size);

/* Room for element @n of a list that only OP25B_PUSH makes longer; the element is zeroed. */
void *op25b_arena_grow(struct op25b_arena *arena, void *list, size_t n, size_t size);

/* Appends a zeroed element to list[0..n-1] and gives its address; amortised constant cost. */
#define OP25B_PUSH(arena, list, n)                                                \
	({                                                                        \
		(list) = op25b_arena_grow((arena), (list), (n), sizeof(*(list))); \
		&(list)[(n)++];                                                   \
	})
