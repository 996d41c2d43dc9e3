/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Damm's check digit: finds every single wrong digit and every swap of two neighbours, and needs
 * no sign besides the ten digits. H. Michael Damm, Total anti-symmetrische Quasigruppen, thesis,
 * Marburg 2004, the quasigroup of order 10 on page 111 with its rows in the order that makes the
 * diagonal zero.
 */
#pragma once

#include <stddef.h>

/**
 * op25b_damm() - the check digit of decimal digits; of digits that end with theirs it is 0.
 * @digits: @n of '0' to '9'
 * Returns 0 to 9.
 */
unsigned int op25b_damm(const char *digits, size_t n);
