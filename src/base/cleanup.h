/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ownership by scope: a variable marked with one of these attributes is released when it goes
 * out of scope, and leaves the scope alive only through OP25B_TAKE_PTR or OP25B_TAKE_FD.
 *
 * Every releaser accepts the empty value (NULL, -1), keeps errno and leaves the variable
 * empty, so it may also be called by hand at any moment. An fd starts at -1, never at 0.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#define OP25B_CLEANUP(fn) __attribute__((cleanup(fn)))
#define OP25B_AUTO_FREE   OP25B_CLEANUP(op25b_cleanup_free)
#define OP25B_AUTO_CLOSE  OP25B_CLEANUP(op25b_cleanup_close)
#define OP25B_AUTO_FCLOSE OP25B_CLEANUP(op25b_cleanup_fclose)

#define OP25B_TAKE_PTR(ptr)                      \
	({                                       \
		__typeof__(ptr) *_slot = &(ptr); \
		__typeof__(ptr) _taken = *_slot; \
		*_slot = NULL;                   \
		_taken;                          \
	})

#define OP25B_TAKE_FD(fd)            \
	({                           \
		int *_slot = &(fd);  \
		int _taken = *_slot; \
		*_slot = -1;         \
		_taken;              \
	})

/**
 * op25b_cleanup_free() - free what a pointer variable owns and make it NULL.
 * @ptr: address of the pointer variable, of any object pointer type
 */
void op25b_cleanup_free(void *ptr);

/**
 * op25b_cleanup_close() - close a file descriptor unless it is negative, and make it -1.
 * @fd: address of the descriptor
 *
 * close() is not repeated on EINTR: Linux has released the number by then.
 */
void op25b_cleanup_close(int *fd);

/**
 * op25b_cleanup_fclose() - close a stream unless it is NULL, and make it NULL.
 * @file: address of the stream
 *
 * A failed flush goes unnoticed: a writer who cares calls fclose() on the taken stream.
 */
void op25b_cleanup_fclose(FILE **file);
