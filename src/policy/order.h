/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From network order to the machine's, and back; as macros, so that constants stay constants. */
#pragma once

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define op25b_host16(v) __builtin_bswap16(v)
#define op25b_host32(v) __builtin_bswap32(v)
#define op25b_host64(v) __builtin_bswap64(v)
#else
#define op25b_host16(v) (v)
#define op25b_host32(v) (v)
#define op25b_host64(v) (v)
#endif
