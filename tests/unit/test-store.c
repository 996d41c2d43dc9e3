/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state folder: what is written comes back, damage is told, one process at a time. fsync and
 * calloc are wrapped by the linker in this program's own code, and fail on demand.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "daemon/store.h"

struct fixture {
	char folder[40], file[80];
	struct op25b_store *store;
	struct op25b_error error;
};

static bool no_sync_of_files, no_sync_of_folders, no_memory;

int __real_fsync(int fd);
int __wrap_fsync(int fd);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

int __wrap_fsync(int fd)
{
	struct stat info;

	assert_int_equal(fstat(fd, &info), 0);
	if (S_ISDIR(info.st_mode) ? no_sync_of_folders : no_sync_of_files) {
		errno = EIO;
		return -1;
	}
	return __real_fsync(fd);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return no_memory ? NULL : __real_calloc(n, size);
}

static void *allocate_nothing(size_t size)
{
	(void)size;
	return NULL;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/op25b-store-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	assert_int_equal(op25b_store_open(f->folder, &f->store, &f->error), 0);
	*state = f;
	return 0;
}

static int take_away(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	op25b_store_close(&f->store);
	assert_int_equal(nftw(f->folder, take_away, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(f);
	return 0;
}

static const char *in_folder(struct fixture *f, const char *name)
{
	snprintf(f->file, sizeof(f->file), "%s/%s", f->folder, name);
	return f->file;
}

static void put(struct fixture *f, const char *name, const char *text)
{
	OP25B_AUTO_CLOSE int fd = open(in_folder(f, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void a_state_comes_back_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct op25b_state written, read;

	assert_int_equal(op25b_store_read(f->store, &written, &f->error), 0);
	assert_true(written.fresh);
	assert_int_equal(written.current, 0);
	written.current = 3;
	written.previous = 2;
	written.next = 4;
	written.pending = true;
	written.confirm_seconds = 600;
	written.deadline_wall = 1800000600;
	written.deadline_boot_ns = 77;
	strcpy(written.boot_id, "x");
	json_object_set_new(written.slots, "a", json_integer(5));
	assert_int_equal(op25b_store_write(f->store, &written, &f->error), 0);
	assert_int_equal(op25b_store_read(f->store, &read, &f->error), 0);
	assert_false(read.fresh);
	assert_int_equal(read.current, 3);
	assert_int_equal(read.previous, 2);
	assert_true(read.pending);
	assert_int_equal(read.deadline_boot_ns, 77);
	assert_string_equal(read.boot_id, "x");
	assert_int_equal(json_integer_value(json_object_get(read.slots, "a")), 5);
	op25b_state_done(&written);
	op25b_state_done(&read);
}

static void damage_is_told_and_kept_for_a_person(void **state)
{
	static const char *const damaged[] = {
		"",
		"{",
		"[]",
		"{\"schema\":\"op25b.state/1\"}",
		"{\"schema\":\"op25b.state/1\",\"current\":5,\"previous\":0,\"next\":2,"
		"\"applied_at\":0,\"pending\":null,\"slots\":{}}",
		"{\"schema\":\"op25b.state/1\",\"current\":1,\"previous\":0,\"next\":2,"
		"\"applied_at\":0,\"pending\":null,\"slots\":{\"a\":1,\"b\":1}}",
		"{\"schema\":\"op25b.state/1\",\"current\":1,\"previous\":0,\"next\":2,"
		"\"applied_at\":0,\"pending\":{\"seconds\":0},\"slots\":{}}",
		"{\"schema\":\"op25b.state/1\",\"current\":1,\"previous\":0,\"next\":2,"
		"\"applied_at\":0,\"pending\":null,\"slots\":{\"a\":5000000000}}",
	};
	struct fixture *f = *state;
	struct op25b_state read;

	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		put(f, "state.json", damaged[i]);
		assert_int_equal(op25b_store_read(f->store, &read, &f->error), -EBADMSG);
		assert_non_null(strstr(f->error.text, "state.json"));
		assert_int_equal(op25b_state_init(&read), 0);
		assert_int_equal(op25b_store_write(f->store, &read, &f->error), 0);
		op25b_state_done(&read);
		assert_int_equal(access(in_folder(f, "state.json.broken"), F_OK), 0);
		assert_int_equal(op25b_store_read(f->store, &read, &f->error), 0);
		op25b_state_done(&read);
	}
}

static void policies_are_kept_until_they_are_swept(void **state)
{
	struct fixture *f = *state;
	json_t *files = json_pack("[{s:s, s:s}]", "name", "p", "text", "t"), *read = NULL;

	for (uint64_t number = 1; number <= 3; number++)
		assert_int_equal(op25b_store_put(f->store, number, files, &f->error), 0);
	put(f, "policy-9.json.half", "x");
	put(f, "notes", "a person's");
	op25b_store_sweep(f->store, 3, 2);
	assert_int_equal(op25b_store_get(f->store, 1, &read, &f->error), -ENOENT);
	assert_int_equal(op25b_store_get(f->store, 2, &read, &f->error), 0);
	assert_true(json_equal(read, files));
	json_decref(read);
	assert_int_not_equal(access(in_folder(f, "policy-9.json.half"), F_OK), 0);
	assert_int_equal(access(in_folder(f, "notes"), F_OK), 0);
	put(f, "policy-3.json", "{\"files\":7}");
	assert_int_equal(op25b_store_get(f->store, 3, &read, &f->error), -EBADMSG);
	json_decref(files);
}

/* A process killed between the policy's copy and state.json must not reuse the number. */
static void numbers_of_kept_policies_are_not_given_again(void **state)
{
	struct fixture *f = *state;
	json_t *files = json_pack("[{s:s, s:s}]", "name", "p", "text", "t");
	struct op25b_state read;

	assert_int_equal(op25b_store_put(f->store, 41, files, &f->error), 0);
	assert_int_equal(op25b_store_read(f->store, &read, &f->error), 0);
	assert_int_equal(read.next, 42);
	op25b_state_done(&read);
	json_decref(files);
}

static void a_second_process_is_refused(void **state)
{
	struct fixture *f = *state;
	struct op25b_store *second = NULL;

	assert_int_equal(op25b_store_open(f->folder, &second, &f->error), -EBUSY);
	assert_null(second);
	assert_non_null(strstr(f->error.text, "another op25bd"));
}

static uint64_t current_on_disk(struct fixture *f)
{
	struct op25b_state read;
	uint64_t current;

	assert_int_equal(op25b_store_read(f->store, &read, &f->error), 0);
	current = read.current;
	op25b_state_done(&read);
	return current;
}

/* What is renamed is read by everybody, so it must not pass for "the one before stands". */
static void a_folder_that_can_not_be_synced_is_told_apart(void **state)
{
	struct fixture *f = *state;
	json_t *files = json_pack("[{s:s, s:s}]", "name", "p", "text", "t");
	struct op25b_state written;

	assert_int_equal(op25b_state_init(&written), 0);
	written.current = 1;
	written.next = 3;
	assert_int_equal(op25b_store_write(f->store, &written, &f->error), 0);
	written.current = 2;
	no_sync_of_files = true;
	assert_int_equal(op25b_store_write(f->store, &written, &f->error), -EIO);
	assert_int_equal(op25b_store_put(f->store, 3, files, &f->error), -EIO);
	no_sync_of_files = false;
	assert_int_equal(current_on_disk(f), 1);
	no_sync_of_folders = true;
	f->error.text[0] = '\0';
	assert_int_equal(op25b_store_write(f->store, &written, &f->error), OP25B_STORE_UNSYNCED);
	assert_non_null(strstr(f->error.text, "state.json"));
	assert_int_equal(op25b_store_put(f->store, 3, files, &f->error), -EIO);
	no_sync_of_folders = false;
	assert_int_equal(current_on_disk(f), 2);
	op25b_state_done(&written);
	json_decref(files);
}

static void the_history_comes_back_and_stays_short(void **state)
{
	static const char before[] = "{\"schema\":\"op25b.state/1\",\"current\":1,\"previous\":0,"
				     "\"next\":2,\"applied_at\":0,\"pending\":null,\"slots\":{}";
	struct fixture *f = *state;
	struct op25b_state written, read;
	char text[400];
	json_t *last;

	assert_int_equal(op25b_state_init(&written), 0);
	for (written.current = 1; written.current <= OP25B_STATE_HISTORY + 3; written.current++)
		op25b_state_note(&written, "applied", written.current == 1 ? 0 : 0xab,
				 1000 + (int64_t)written.current);
	written.next = ++written.current;
	written.next++;
	assert_int_equal(op25b_store_write(f->store, &written, &f->error), 0);
	assert_int_equal(op25b_store_read(f->store, &read, &f->error), 0);
	assert_true(json_equal(read.history, written.history));
	assert_int_equal(json_array_size(read.history), OP25B_STATE_HISTORY);
	last = json_array_get(read.history, OP25B_STATE_HISTORY - 1);
	assert_int_equal(json_integer_value(json_object_get(last, "number")),
			 OP25B_STATE_HISTORY + 3);
	assert_string_equal(json_string_value(json_object_get(last, "digest")), "00000000000000ab");
	op25b_state_done(&read);
	op25b_state_done(&written);
	/* Written before there was one; with entries that are none. */
	snprintf(text, sizeof(text), "%s}", before);
	put(f, "state.json", text);
	assert_int_equal(op25b_store_read(f->store, &read, &f->error), 0);
	assert_int_equal(json_array_size(read.history), 0);
	op25b_state_done(&read);
	snprintf(text, sizeof(text),
		 "%s,\"history\":[7,{\"number\":\"x\"},{\"number\":1,\"at\":2,\"digest\":\"\","
		 "\"what\":\"applied\"}]}",
		 before);
	put(f, "state.json", text);
	assert_int_equal(op25b_store_read(f->store, &read, &f->error), 0);
	assert_int_equal(json_array_size(read.history), 1);
	op25b_state_done(&read);
}

static void running_out_of_memory_is_said(void **state)
{
	struct fixture *f = *state;
	json_t *files = json_pack("[{s:s, s:s}]", "name", "p", "text", "t");
	struct op25b_store *second = NULL;
	struct op25b_state written;
	struct op25b_error error[4] = { 0 };
	int r[4];

	assert_int_equal(op25b_state_init(&written), 0);
	no_memory = true;
	r[0] = op25b_store_open(f->folder, &second, &error[0]);
	no_memory = false;
	json_set_alloc_funcs(allocate_nothing, free);
	r[1] = op25b_store_write(f->store, &written, &error[1]);
	r[2] = op25b_store_put(f->store, 1, files, &error[2]);
	r[3] = op25b_store_read(f->store, &written, &error[3]);
	json_set_alloc_funcs(malloc, free);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(r[i], -ENOMEM);
		assert_non_null(strstr(error[i].text, "out of memory"));
	}
	op25b_state_done(&written);
	json_decref(files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_state_comes_back_as_it_was_written, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(damage_is_told_and_kept_for_a_person, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(policies_are_kept_until_they_are_swept, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(numbers_of_kept_policies_are_not_given_again,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_second_process_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_folder_that_can_not_be_synced_is_told_apart,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_history_comes_back_and_stays_short, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(running_out_of_memory_is_said, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
