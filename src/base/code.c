/* SPDX-License-Identifier: BSD-2-Clause */
/* See code.h. */
#include "base/code.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/damm.h"

#define DIGITS 10

uint64_t op25b_code_of(enum op25b_code_kind kind, uint32_t number)
{
	char digits[2 * DIGITS];

	snprintf(digits, sizeof(digits), "%u%08" PRIu32, (unsigned int)kind,
		 number % OP25B_CODE_NUMBERS);
	return strtoull(digits, NULL, 10) * 10 + op25b_damm(digits, DIGITS - 1);
}

int op25b_code_draw(enum op25b_code_kind kind, uint64_t *ret_code)
{
	uint32_t number;

	do {
		if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
			return -EIO;
	} while (number >= UINT32_MAX / OP25B_CODE_NUMBERS * OP25B_CODE_NUMBERS);
	*ret_code = op25b_code_of(kind, number % OP25B_CODE_NUMBERS);
	return 0;
}

const char *op25b_code_format(uint64_t code, char text[static OP25B_CODE_TEXT])
{
	snprintf(text, OP25B_CODE_TEXT, "%04u-%03u-%03u", (unsigned int)(code / 1000000 % 10000),
		 (unsigned int)(code / 1000 % 1000), (unsigned int)(code % 1000));
	return text;
}

int op25b_code_parse(const char *text, uint64_t *ret_code)
{
	char digits[DIGITS + 1] = "";
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (*text < '0' || *text > '9' || n == DIGITS)
			return -EINVAL;
		digits[n++] = *text;
	}
	if (n != DIGITS)
		return -EINVAL;
	if (op25b_damm(digits, DIGITS))
		return -EBADMSG;
	*ret_code = strtoull(digits, NULL, 10);
	return 0;
}
