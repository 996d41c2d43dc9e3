/* SPDX-License-Identifier: BSD-2-Clause */
/* See codes-lab.h. */
#include "tests/unit/codes-lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char folder[] = "/tmp/op25b-codes-XXXXXX", path[64];
struct op25b_codes *codes;
struct op25b_error error;

int codes_lab_setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/state.db", folder);
	return op25b_codes_open(path, &codes, &error);
}

int codes_lab_teardown(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	(void)state;
	op25b_codes_close(&codes);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char name[80];

		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	return rmdir(folder);
}

void codes_lab_reopen(void)
{
	op25b_codes_close(&codes);
	if (op25b_codes_open(path, &codes, &error))
		fail_msg("%s", error.text);
}
