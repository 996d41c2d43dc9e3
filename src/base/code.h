/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Codes that a customer reads out to support. Ten digits, KNNN-NNN-NNC: K says who gave it, C is a
 * check digit (damm.h). Digits, because letters are misheard on the telephone.
 */
#pragma once

#include <stdint.h>

#define OP25B_CODE_TEXT    13         /* "KNNN-NNN-NNC" and the final NUL */
#define OP25B_CODE_NUMBERS 100000000U /* between the kind and the check digit */

enum op25b_code_kind {
	OP25B_CODE_NOTICE = 1, /* a refusal by op25b-noticed */
	OP25B_CODE_PAGE = 2,
	OP25B_CODE_MAIL = 3, /* a refusal by op25b-maild */
	OP25B_CODE_ECHO = 4,
};

/* Of a code that op25b_code_parse() gave; none of the enum's where nobody gives such. */
static inline unsigned int op25b_code_kind(uint64_t code)
{
	return (unsigned int)(code / (10 * (uint64_t)OP25B_CODE_NUMBERS));
}

/* The code of a number below OP25B_CODE_NUMBERS. */
uint64_t op25b_code_of(enum op25b_code_kind kind, uint32_t number);

/* A code of a kind, each as likely as any other. -EIO: the kernel gives no random bytes. */
int op25b_code_draw(enum op25b_code_kind kind, uint64_t *ret_code);

/* Writes "KNNN-NNN-NNC"; returns @text. */
const char *op25b_code_format(uint64_t code, char text[static OP25B_CODE_TEXT]);

/**
 * op25b_code_parse() - ten digits, with or without '-' and blanks between them.
 *
 * Returns 0; -EINVAL: not ten digits; -EBADMSG: the check digit says that one is wrong.
 */
int op25b_code_parse(const char *text, uint64_t *ret_code);
