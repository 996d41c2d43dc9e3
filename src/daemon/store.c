/* SPDX-License-Identifier: BSD-2-Clause */
/* The state folder as files, see store.h; what is in state.json is state.c's. */
#include "daemon/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "daemon/state.h"

#define STATE      "state.json"
#define TAIL       ".broken"
#define BROKEN     STATE TAIL
#define HALF       ".half"
#define REMEDY     "; apply a policy again to replace it"
#define READ_LIMIT ((size_t)512 << 20)
#define NAME_ROOM  64

struct op25b_store {
	int fd;
	bool broken;
	char path[256];
};

static void policy_name(uint64_t number, char name[static NAME_ROOM])
{
	snprintf(name, NAME_ROOM, "policy-%" PRIu64 ".json", number);
}

/* 0 if it is no name of a policy. */
static uint64_t policy_number(const char *name)
{
	static const char begin[] = "policy-";
	char wanted[NAME_ROOM];
	uint64_t number;

	if (strncmp(name, begin, sizeof(begin) - 1))
		return 0;
	number = strtoull(name + sizeof(begin) - 1, NULL, 10);
	policy_name(number, wanted);
	return strcmp(name, wanted) ? 0 : number;
}

static int fail(const struct op25b_store *store, const char *name, const char *verb, int fault,
		struct op25b_error *error)
{
	return op25b_error_set(error, -fault, "%s/%s: can't %s it: %s", store->path, name, verb,
			       strerror(fault));
}

static int out_of_memory(const char *path, struct op25b_error *error)
{
	return op25b_error_set(error, -ENOMEM, "state folder %s: out of memory", path);
}

int op25b_store_open(const char *path, struct op25b_store **ret_store, struct op25b_error *error)
{
	struct op25b_store *store = calloc(1, sizeof(*store));
	int fault = 0;

	if (!store)
		return out_of_memory(path, error);
	snprintf(store->path, sizeof(store->path), "%s", path);
	if (mkdir(path, 0750) < 0 && errno != EEXIST)
		fault = errno;
	store->fd = fault ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->fd < 0)
		fault = fault ? fault : errno;
	else if (flock(store->fd, LOCK_EX | LOCK_NB) < 0)
		fault = errno == EWOULDBLOCK ? EBUSY : errno;
	if (fault) {
		op25b_store_close(&store);
		return op25b_error_set(error, -fault, "state folder %s: %s", path,
				       fault == EBUSY ? "another op25bd holds it" :
							strerror(fault));
	}
	*ret_store = store;
	return 0;
}

void op25b_store_close(struct op25b_store **store)
{
	if (!*store)
		return;
	op25b_cleanup_close(&(*store)->fd);
	free(*store);
	*store = NULL;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* Give @name the contents of @json, as a whole; durable once the folder is synced. */
static int replace_file(struct op25b_store *store, const char *name, const json_t *json,
			struct op25b_error *error)
{
	OP25B_AUTO_FREE char *text = json_dumps(json, JSON_COMPACT);
	char half[NAME_ROOM + sizeof(HALF)];
	OP25B_AUTO_CLOSE int fd = -1;
	int fault;

	if (!text)
		return out_of_memory(store->path, error);
	snprintf(half, sizeof(half), "%s" HALF, name);
	fd = openat(store->fd, half, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	fault = fd < 0 ? errno : -write_all(fd, text, strlen(text));
	if (!fault && renameat(store->fd, half, store->fd, name) < 0)
		fault = errno;
	if (!fault)
		return 0;
	unlinkat(store->fd, half, 0);
	return fail(store, name, "write", fault, error);
}

static int sync_folder(struct op25b_store *store, const char *name, struct op25b_error *error)
{
	return fsync(store->fd) < 0 ? fail(store, name, "sync the folder of", errno, error) : 0;
}

/* Missing: 0 and NULL. */
static int read_file(struct op25b_store *store, const char *name, json_t **ret_json,
		     struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = openat(store->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	json_error_t fault;
	struct stat info;
	json_t *json;

	if (fd < 0 && errno == ENOENT) {
		*ret_json = NULL;
		return 0;
	}
	if (fd < 0 || fstat(fd, &info) < 0)
		return fail(store, name, "read", errno, error);
	if (!S_ISREG(info.st_mode) || (size_t)info.st_size > READ_LIMIT)
		return fail(store, name, "read", EBADMSG, error);
	json = json_loadfd(fd, JSON_REJECT_DUPLICATES, &fault);
	if (!json)
		return op25b_error_set(error, -EBADMSG, "%s/%s is damaged (%s at byte %d)",
				       store->path, name, fault.text, fault.position);
	*ret_json = json;
	return 0;
}

/* The highest number that any kept policy has. */
uint64_t op25b_store_highest(const struct op25b_store *store)
{
	int fd = openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	uint64_t highest = 0, number;

	if (!folder) {
		op25b_cleanup_close(&fd);
		return 0;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		number = policy_number(entry->d_name);
		if (number > highest)
			highest = number;
	}
	closedir(folder);
	return highest;
}

int op25b_store_read(struct op25b_store *store, struct op25b_state *ret_state,
		     struct op25b_error *error)
{
	struct op25b_state state;
	json_t *json = NULL;
	bool was_there;
	int r = op25b_state_init(&state);

	if (r)
		return out_of_memory(store->path, error);
	r = read_file(store, STATE, &json, error);
	if (!r && json && op25b_state_unpack(json, &state))
		r = op25b_error_set(error, -EBADMSG, "%s/" STATE " isn't what op25bd writes",
				    store->path);
	if (r == -EBADMSG)
		op25b_error_add(error, r, REMEDY);
	was_there = json;
	json_decref(json);
	store->broken = r == -EBADMSG;
	if (!r) {
		uint64_t highest = op25b_store_highest(store);

		state.fresh = !was_there;

		if (state.next <= highest)
			state.next = highest + 1;
		*ret_state = state;
		return 0;
	}
	op25b_state_done(&state);
	return r;
}

int op25b_store_write(struct op25b_store *store, const struct op25b_state *state,
		      struct op25b_error *error)
{
	json_t *json = op25b_state_pack(state);
	int r = json ? 0 : out_of_memory(store->path, error);

	if (!r && store->broken) {
		/* A second name, not another one: there is a state.json at every moment. */
		unlinkat(store->fd, BROKEN, 0);
		if (linkat(store->fd, STATE, store->fd, BROKEN, 0) < 0 && errno != ENOENT)
			r = fail(store, STATE, "set aside", errno, error);
	}
	if (!r)
		r = replace_file(store, STATE, json, error);
	json_decref(json);
	if (r)
		return r;
	store->broken = false;
	/* From here on the new one is read; only a crash may bring the old one back. */
	return sync_folder(store, STATE, error) ? OP25B_STORE_UNSYNCED : 0;
}

int op25b_store_put(struct op25b_store *store, uint64_t number, const json_t *files,
		    struct op25b_error *error)
{
	char name[NAME_ROOM];
	json_t *json = json_pack("{s:s, s:O}", "schema", "op25b.kept-policy/1", "files", files);
	int r;

	policy_name(number, name);
	r = json ? replace_file(store, name, json, error) : out_of_memory(store->path, error);
	json_decref(json);
	return r ? r : sync_folder(store, name, error);
}

int op25b_store_get(struct op25b_store *store, uint64_t number, json_t **ret_files,
		    struct op25b_error *error)
{
	char name[NAME_ROOM];
	json_t *json = NULL, *files;
	int r;

	policy_name(number, name);
	r = read_file(store, name, &json, error);
	if (r)
		return r == -EBADMSG ? op25b_error_add(error, r, REMEDY) : r;
	files = json_object_get(json, "files");
	if (json_is_array(files))
		*ret_files = json_incref(files);
	else
		r = op25b_error_set(error, json ? -EBADMSG : -ENOENT, "%s/%s is %s" REMEDY,
				    store->path, name, json ? "damaged" : "missing");
	json_decref(json);
	return r;
}

int op25b_store_load(struct op25b_store *store, const char *name, json_t **ret_json,
		     struct op25b_error *error)
{
	return read_file(store, name, ret_json, error);
}

int op25b_store_save(struct op25b_store *store, const char *name, const json_t *json,
		     struct op25b_error *error)
{
	int r = replace_file(store, name, json, error);

	return r ? r : sync_folder(store, name, error);
}

int op25b_store_set_aside(struct op25b_store *store, const char *name, struct op25b_error *error)
{
	char broken[NAME_ROOM + sizeof(TAIL)];

	snprintf(broken, sizeof(broken), "%s" TAIL, name);
	if (renameat(store->fd, name, store->fd, broken) < 0)
		return fail(store, name, "set aside", errno, error);
	return 0;
}

void op25b_store_sweep(struct op25b_store *store, uint64_t keep1, uint64_t keep2)
{
	int fd = openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (!folder) {
		op25b_cleanup_close(&fd);
		return;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *tail = strstr(entry->d_name, HALF);
		uint64_t number = policy_number(entry->d_name);

		if ((tail && !tail[strlen(HALF)]) || (number && number != keep1 && number != keep2))
			unlinkat(store->fd, entry->d_name, 0);
	}
	closedir(folder);
}
