/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The place is a row of the state: inode, offset, and a hash of the octets just before the offset
 * (an address may be among them), which tells a file from another that took over its inode, and
 * from itself after it was truncated. Nothing of the place is kept in memory, so that a turn that
 * was not kept takes it back with it.
 *
 * A file that was renamed is read to its end by its descriptor; the next one is begun when
 * something stands in it, because until then the writer may not have moved on.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "mail/maillog-file.h"
#include "mail/state-inside.h"

#define TAIL 64 /* octets before the offset that are hashed, or as many as there are */

struct op25b_maillog_file {
	struct op25b_state *state;
	int fd;           /* of the file that is read; -1: none */
	int notify;       /* inotify, on the folder */
	const char *name; /* the last part of path */
	char *folder;
	char buffer[TAIL + OP25B_MAILLOG_BITE];
	char path[];
};

struct place {
	uint64_t inode; /* 0: of no file yet */
	int64_t offset;
	bool skip; /* what comes up to a newline belongs to a line that was read, or is too long */
	uint64_t tail; /* a hash */
};

const char op25b_maillog_schema[] =
	"CREATE TABLE maillog (path TEXT PRIMARY KEY, inode INTEGER NOT NULL,"
	" offset INTEGER NOT NULL, skip INTEGER NOT NULL, tail INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;";

static const char load_sql[] = "SELECT inode, offset, skip, tail FROM maillog WHERE path = ?1";
static const char store_sql[] = "INSERT OR REPLACE INTO maillog VALUES (?1, ?2, ?3, ?4, ?5)";

/* Returns 1; 0: it was never read. */
static int load_place(struct op25b_maillog_file *file, struct place *ret)
{
	sqlite3_stmt *statement = op25b_state_statement(file->state, load_sql);
	int r;

	sqlite3_bind_text(statement, 1, file->path, -1, SQLITE_STATIC);
	r = op25b_state_step(statement);
	if (r != 1)
		return r;
	*ret = (struct place){ .inode = (uint64_t)sqlite3_column_int64(statement, 0),
			       .offset = sqlite3_column_int64(statement, 1),
			       .skip = sqlite3_column_int(statement, 2) != 0,
			       .tail = (uint64_t)sqlite3_column_int64(statement, 3) };
	sqlite3_reset(statement);
	return ret->offset < 0 ? -EBADMSG : 1;
}

static int store_place(struct op25b_maillog_file *file, const struct place *place)
{
	sqlite3_stmt *statement = op25b_state_statement(file->state, store_sql);

	sqlite3_bind_text(statement, 1, file->path, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, (int64_t)place->inode);
	sqlite3_bind_int64(statement, 3, place->offset);
	sqlite3_bind_int(statement, 4, place->skip);
	sqlite3_bind_int64(statement, 5, (int64_t)place->tail);
	return op25b_state_step(statement);
}

static int open_log(int folder, const char *name)
{
	return openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static bool has_inode(int fd, uint64_t inode)
{
	struct stat info;

	return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_ino == inode;
}

/* The file of that inode, whatever rotation called it. Returns a descriptor or -1. */
static int find_inode(const struct op25b_maillog_file *file, uint64_t inode)
{
	DIR *folder = opendir(file->folder);
	struct dirent *entry;
	int fd = -1;

	while (folder && fd < 0 && (entry = readdir(folder))) {
		if (entry->d_ino != inode ||
		    strncmp(entry->d_name, file->name, strlen(file->name)) != 0)
			continue;
		fd = open_log(dirfd(folder), entry->d_name);
		if (fd >= 0 && !has_inode(fd, inode))
			op25b_cleanup_close(&fd);
	}
	if (folder)
		closedir(folder);
	return fd;
}

/* How many octets before an offset are hashed. */
static size_t tail_size(int64_t offset)
{
	return offset < TAIL ? (size_t)offset : TAIL;
}

static uint64_t hash(const char *octets, size_t size)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	uint64_t found;

	SHA256((const uint8_t *)octets, size, digest);
	memcpy(&found, digest, sizeof(found));
	return found;
}

/* A file that nobody read yet: from its end; a line that is half there is not ours. */
static int begin_at_end(struct op25b_maillog_file *file, struct place *ret)
{
	OP25B_AUTO_CLOSE int fd = open_log(AT_FDCWD, file->path);
	struct stat info;
	size_t size;

	*ret = (struct place){ 0 };
	if (fd < 0 || fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))
		return 0;
	ret->inode = info.st_ino;
	ret->offset = info.st_size;
	size = tail_size(ret->offset);
	if (pread(fd, file->buffer, size, ret->offset - (off_t)size) != (ssize_t)size)
		return -EIO;
	ret->tail = hash(file->buffer, size);
	ret->skip = size > 0 && file->buffer[size - 1] != '\n';
	return 0;
}

static int begin(struct op25b_maillog_file *file, struct op25b_error *error)
{
	struct place place;
	int r = op25b_state_begin(file->state, error);

	if (r == 0)
		r = load_place(file, &place);
	if (r == 0) {
		r = begin_at_end(file, &place);
		if (r == 0)
			r = store_place(file, &place);
	}
	if (r >= 0)
		return op25b_state_commit(file->state, error);
	op25b_state_rollback(file->state);
	return op25b_error_set(error, r, "%s: %s", file->path, strerror(-r));
}

int op25b_maillog_file_open(const char *path, struct op25b_state *state,
			    struct op25b_maillog_file **ret, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_maillog_file_close) struct op25b_maillog_file *file = NULL;
	const size_t size = strlen(path) + 1;
	const char *slash = strrchr(path, '/');
	int r;

	file = calloc(1, sizeof(*file) + size);
	if (!file)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", path);
	file->state = state;
	file->fd = file->notify = -1;
	memcpy(file->path, path, size);
	file->name = slash ? file->path + (slash - path) + 1 : file->path;
	file->folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	if (!file->folder)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", path);
	file->notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (file->notify < 0 ||
	    inotify_add_watch(file->notify, file->folder, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
		return op25b_error_set(error, -errno, "%s: can't watch its folder: %s", path,
				       strerror(errno));
	r = begin(file, error);
	if (r == 0)
		*ret = OP25B_TAKE_PTR(file);
	return r;
}

void op25b_maillog_file_close(struct op25b_maillog_file **file)
{
	if (!*file)
		return;
	op25b_cleanup_close(&(*file)->fd);
	op25b_cleanup_close(&(*file)->notify);
	free((*file)->folder);
	free(*file);
	*file = NULL;
}

int op25b_maillog_file_descriptor(const struct op25b_maillog_file *file)
{
	return file->notify;
}

/* What happened in the folder is not looked at: looking at the file tells more. */
static void drain_notify(struct op25b_maillog_file *file)
{
	char events[4096];

	while (read(file->notify, events, sizeof(events)) > 0)
		;
}

/* Have fd be the file that the place is in. Returns 0, also where there is none; -errno. */
static int find_file(struct op25b_maillog_file *file, struct place *place)
{
	struct stat info;

	if (file->fd >= 0 && has_inode(file->fd, place->inode))
		return 0;
	op25b_cleanup_close(&file->fd);
	if (place->inode != 0)
		file->fd = find_inode(file, place->inode);
	if (file->fd >= 0)
		return 0;
	/* It is gone, or was never there: the one of the name from its beginning. */
	file->fd = open_log(AT_FDCWD, file->path);
	if (file->fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(file->fd, &info) < 0 || !S_ISREG(info.st_mode)) {
		op25b_cleanup_close(&file->fd);
		return -EINVAL;
	}
	*place = (struct place){ .inode = info.st_ino };
	return 0;
}

/* At the end of the file: whether another has its name by now, and is written to. */
static bool has_successor(struct op25b_maillog_file *file, const struct place *place)
{
	struct stat info;

	return stat(file->path, &info) == 0 && S_ISREG(info.st_mode) &&
	       info.st_ino != place->inode && info.st_size > 0;
}

/*
 * The octets from the place on, if those before it are what they were; else it is another file, and
 * read from the beginning. Returns how many; 0: none; -errno.
 */
static ssize_t read_on(struct op25b_maillog_file *file, struct place *place, char **ret)
{
	const size_t tail = tail_size(place->offset);
	ssize_t size = pread(file->fd, file->buffer, tail + OP25B_MAILLOG_BITE,
			     place->offset - (int64_t)tail);

	if (size < 0)
		return -errno;
	if ((size_t)size < tail || (tail != 0 && hash(file->buffer, tail) != place->tail)) {
		*place = (struct place){ .inode = place->inode };
		size = pread(file->fd, file->buffer, OP25B_MAILLOG_BITE, 0);
		*ret = file->buffer;
		return size < 0 ? -errno : size;
	}
	*ret = file->buffer + tail;
	return size - (ssize_t)tail;
}

static int hand_out(const char *line, size_t size, op25b_maillog_fn fn, void *arg)
{
	struct op25b_maillog_event event;

	op25b_maillog_read(line, size < OP25B_MAILLOG_LINE ? size : OP25B_MAILLOG_LINE, &event);
	return event.kind == OP25B_MAILLOG_NOTHING ? 0 : fn(arg, &event);
}

/*
 * Every whole line; of one that is longer than a bite its beginning. Moves the place on. What is
 * hashed of the octets before @data stands before them in memory too.
 */
static int hand_out_lines(struct place *place, const char *data, size_t size, op25b_maillog_fn fn,
			  void *arg)
{
	const char *p = data, *const end = data + size, *newline;
	int r = 0;

	while (r == 0 && p < end && (newline = memchr(p, '\n', (size_t)(end - p)))) {
		if (!place->skip)
			r = hand_out(p, (size_t)(newline - p), fn, arg);
		place->skip = false;
		p = newline + 1;
	}
	if (r == 0 && p == data && size == OP25B_MAILLOG_BITE) {
		if (!place->skip)
			r = hand_out(p, size, fn, arg);
		place->skip = true;
		p = end;
	} else if (r == 0 && place->skip) {
		p = end;
	}
	place->offset += p - data;
	place->tail = hash(p - tail_size(place->offset), tail_size(place->offset));
	return r;
}

int op25b_maillog_file_read(struct op25b_maillog_file *file, op25b_maillog_fn fn, void *arg,
			    struct op25b_error *error)
{
	struct place place = { 0 }, before;
	char *data = file->buffer;
	bool successor;
	ssize_t size;
	int r;

	drain_notify(file);
	r = load_place(file, &place);
	if (r != 1)
		return op25b_error_set(error, r < 0 ? r : -EIO, "%s: its place is not known",
				       file->path);
	before = place;
	r = find_file(file, &place);
	if (r < 0)
		return op25b_error_set(error, r, "%s: %s", file->path, strerror(-r));
	if (file->fd < 0)
		return 0;
	/* Asked before the reading: what the writer wrote before it moved on is read then. */
	successor = has_successor(file, &place);
	size = read_on(file, &place, &data);
	if (size < 0)
		return op25b_error_set(error, (int)size, "%s: %s", file->path,
				       strerror((int)-size));
	r = hand_out_lines(&place, data, (size_t)size, fn, arg);
	if (r != 0)
		return r;
	if (place.offset == before.offset && place.inode == before.inode && successor)
		place = (struct place){ 0 };
	if (place.offset != before.offset || place.inode != before.inode ||
	    place.skip != before.skip)
		r = store_place(file, &place);
	if (r < 0)
		return op25b_error_set(error, r, "%s: its place can't be kept", file->path);
	return size == OP25B_MAILLOG_BITE || successor;
}
