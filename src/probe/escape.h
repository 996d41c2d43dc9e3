/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What strangers say, so that it can be shown: printable ASCII stays, anything else becomes \xNN,
 * a backslash two. No terminal does anything for it, and JSON can hold it.
 */
#pragma once

#include <stddef.h>

/**
 * op25b_probe_escape() - @size bytes as text.
 * @room: of @ret with its NUL, at least 8; what does not fit ends with "..."
 * Returns @ret.
 */
const char *op25b_probe_escape(const void *bytes, size_t size, char *ret, size_t room);
