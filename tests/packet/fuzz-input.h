/* SPDX-License-Identifier: BSD-2-Clause */
/* An input of the packet fuzzer: one byte of these flags, then the frame. */
#pragma once

enum { FUZZ_UPSTREAM = 1, FUZZ_SKB = 2, FUZZ_ONE_WAY = 4 };
