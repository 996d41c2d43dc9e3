/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of all sentences: OP25B_PAGE_LINE_TITLE is "line-title". For who says some. */
#pragma once

#include "page-words.h"

enum op25b_page_word {
#define OP25B_PAGE_ENUM(tail, key, en, ja) OP25B_PAGE_##tail,
	OP25B_PAGE_WORDS(OP25B_PAGE_ENUM)
#undef OP25B_PAGE_ENUM
		OP25B_PAGE_WORD_COUNT
};
