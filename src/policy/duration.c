/* SPDX-License-Identifier: BSD-2-Clause */
/* See duration.h. */
#include "policy/duration.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int op25b_duration_parse(const char *text, int64_t *ret)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t digits = strspn(text, "0123456789");
	int64_t value = digits < 10 ? strtol(text, NULL, 10) : 0;

	if (!digits || value < 1 || !text[digits] || text[digits + 1])
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (text[digits] != units[i].unit)
			continue;
		*ret = value * units[i].seconds;
		return 0;
	}
	return -EINVAL;
}
