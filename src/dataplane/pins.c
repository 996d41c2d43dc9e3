/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of pinned maps, see pins.h. A set is built under `making` and renamed, so a process killed
 * at any moment leaves complete sets only; what stays under `making` is nobody's and is cleared.
 */
#include "dataplane/pins.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/log.h"
#include "dataplane/state.h"

#define MAKING "making"

const char *const op25b_pinned_maps[OP25B_PINNED_MAPS] = {
	"control", "fronts", "images", "prefixes",     "exceptions",  "counters",      "answers",
	"events",  "rates",  "doors",  "notice_ports", "notice_page", "door_children",
};

int op25b_pins_lock(const char *folder, int *ret_fd, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	bool made = mkdir(folder, 0700) == 0;
	struct statfs fs;
	int code;

	if (!made && errno != EEXIST) {
		code = -errno;
		return op25b_error_set(error, code, "pin folder %s: %s%s", folder, strerror(-code),
				       code == -ENOENT ? "; is a bpf file system mounted there?" :
							 "");
	}
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0) {
		code = -errno;
		return op25b_error_set(error, code, "pin folder %s: %s", folder, strerror(-code));
	}
	if (fs.f_type != BPF_FS_MAGIC) {
		if (made)
			rmdir(folder);
		return op25b_error_set(error, -ENOTSUP,
				       "pin folder %s is not on a bpf file system; mount one with "
				       "`mount -t bpf bpf /sys/fs/bpf`",
				       folder);
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		code = errno == EWOULDBLOCK ? -EBUSY : -errno;
		return op25b_error_set(error, code, "pin folder %s: %s", folder,
				       code == -EBUSY ? "another op25b process holds it" :
							strerror(-code));
	}
	*ret_fd = OP25B_TAKE_FD(fd);
	return 0;
}

static bool fits(const char *path, const struct bpf_map *map)
{
	OP25B_AUTO_CLOSE int fd = bpf_obj_get(path);
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return false;
	return info.type == bpf_map__type(map) && info.key_size == bpf_map__key_size(map) &&
	       info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map) &&
	       info.map_flags == bpf_map__map_flags(map);
}

/* The first word of the control map is the version in every ABI; its size need not be ours. */
static int read_control(const char *path, struct op25b_pin_set *set)
{
	OP25B_AUTO_CLOSE int fd = bpf_obj_get(path);
	OP25B_AUTO_FREE uint32_t *value = NULL;
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info), key = 0;

	if (fd < 0)
		return -errno;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return -errno;
	value = calloc(1, info.value_size + sizeof(*value));
	if (!value)
		return -ENOMEM;
	if (bpf_map_lookup_elem(fd, &key, value) < 0)
		return -errno;
	set->abi = value[0];
	set->control_id = info.id;
	return 0;
}

int op25b_pins_look(const char *folder, const char *set, struct bpf_object *object,
		    struct op25b_pin_set *ret_set, struct op25b_error *error)
{
	struct op25b_pin_set found = { 0 };
	char path[OP25B_PIN_PATH];
	struct bpf_map *map;
	int code;

	snprintf(path, sizeof(path), "%s/%s/control", folder, set);
	if (access(path, F_OK) < 0) {
		*ret_set = found;
		return 0;
	}
	code = read_control(path, &found);
	if (code < 0)
		return op25b_error_set(error, code, "pinned map %s: %s", path, strerror(-code));
	found.present = true;
	found.usable = found.abi == OP25B_ABI;
	for (size_t i = 0; found.usable && i < OP25B_PINNED_MAPS; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", folder, set, op25b_pinned_maps[i]);
		map = bpf_object__find_map_by_name(object, op25b_pinned_maps[i]);
		found.usable = map && fits(path, map);
	}
	*ret_set = found;
	return 0;
}

int op25b_pins_reuse(const char *folder, const char *set, struct bpf_object *object,
		     struct op25b_error *error)
{
	char path[OP25B_PIN_PATH];
	int code;

	for (size_t i = 0; i < OP25B_PINNED_MAPS; i++) {
		OP25B_AUTO_CLOSE int fd = -1;

		snprintf(path, sizeof(path), "%s/%s/%s", folder, set, op25b_pinned_maps[i]);
		fd = bpf_obj_get(path);
		if (fd < 0) {
			code = -errno;
			return op25b_error_set(error, code, "pinned map %s: %s", path,
					       strerror(-code));
		}
		code = bpf_map__reuse_fd(bpf_object__find_map_by_name(object, op25b_pinned_maps[i]),
					 fd);
		if (code < 0)
			return op25b_log_error(error, code, "pinned map %s: %s", path,
					       strerror(-code));
	}
	return 0;
}

int op25b_pins_write(const char *folder, const char *set, struct bpf_object *object,
		     struct op25b_error *error)
{
	char making[OP25B_PIN_PATH], path[OP25B_PIN_PATH + 32];
	struct bpf_map *map;
	int code;

	code = op25b_pins_clear(folder, MAKING, error);
	if (code < 0)
		return code;
	snprintf(making, sizeof(making), "%s/" MAKING, folder);
	if (mkdir(making, 0700) < 0)
		return op25b_error_set(error, -errno, "%s: %s", making, strerror(errno));
	for (size_t i = 0; i < OP25B_PINNED_MAPS; i++) {
		snprintf(path, sizeof(path), "%s/%s", making, op25b_pinned_maps[i]);
		map = bpf_object__find_map_by_name(object, op25b_pinned_maps[i]);
		if (bpf_obj_pin(bpf_map__fd(map), path) < 0) {
			code = -errno;
			return op25b_error_set(error, code, "%s: %s", path, strerror(-code));
		}
	}
	snprintf(path, sizeof(path), "%s/%s", folder, set);
	if (rename(making, path) < 0)
		return op25b_error_set(error, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

int op25b_pins_clear(const char *folder, const char *set, struct op25b_error *error)
{
	char path[OP25B_PIN_PATH];
	struct dirent *entry;
	int code = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", folder, set);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ?
			       0 :
			       op25b_error_set(error, -errno, "%s: %s", path, strerror(errno));
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0))
			code = -errno;
	}
	closedir(dir);
	if (rmdir(path) < 0)
		code = -errno;
	return code ? op25b_error_set(error, code, "%s: %s", path, strerror(-code)) : 0;
}
