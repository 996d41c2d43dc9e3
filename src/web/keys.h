/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of all sentences: OP25B_PAGE_LINE_TITLE is "line-title". For who says some. */
#pragma once

#include "page-keys.h"
