/* SPDX-License-Identifier: BSD-2-Clause */
/* A state in a folder of its own, which ends with the test. */
#pragma once

#include "tests/unit/test.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mail/state.h"

struct fixture {
	char folder[40], file[80];
	struct op25b_state *state;
	struct op25b_error error;
};

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/op25b-mail-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->file, sizeof(f->file), "%s/state", f->folder);
	if (op25b_state_open(f->file, &f->state, &f->error) < 0)
		fail_msg("%s", f->error.text);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	struct dirent *entry;
	DIR *folder;

	op25b_state_close(&f->state);
	folder = opendir(f->folder);
	assert_non_null(folder);
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	assert_int_equal(rmdir(f->folder), 0);
	free(f);
	return 0;
}

static inline void begin(struct fixture *f)
{
	if (op25b_state_begin(f->state, &f->error) < 0)
		fail_msg("%s", f->error.text);
}

static inline void commit(struct fixture *f)
{
	if (op25b_state_commit(f->state, &f->error) < 0)
		fail_msg("%s", f->error.text);
}

/* As after kill -9: what was not committed is gone. */
static inline void reopen(struct fixture *f)
{
	op25b_state_close(&f->state);
	if (op25b_state_open(f->file, &f->state, &f->error) < 0)
		fail_msg("%s", f->error.text);
}
