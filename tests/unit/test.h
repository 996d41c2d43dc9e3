/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmocka with the headers it wants before it. Test functions are named as sentences; the
 * name is what ./check prints.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
