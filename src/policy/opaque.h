/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Hides from the compiler what it could prove of a value. clang 14 drops `& 31` where it knows the
 * value is small, and the verifier, which does not know, rejects the load with "unbounded memory
 * access"; and a value it knows on every path is stored anew on every path.
 */
#pragma once

#define OP25B_OPAQUE(v) __asm__ volatile("" : "+r"(v))
