/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doors and ports: single entries of two maps. A port's word has two writers in this folder, each
 * with a bit of its own.
 */
#include "dataplane/notice.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "dataplane/notice-port.h"
#include "dataplane/state.h"

int op25b_door_put(struct op25b_dataplane *dp, const struct op25b_door_key *key, int fd, bool over,
		   struct op25b_error *error)
{
	uint64_t socket = (uint64_t)fd;
	uint32_t ours = 1;

	/* First: no connection may be accepted without it. */
	if (bpf_map_update_elem(op25b_dataplane_map_fd(dp, "door_children"), &fd, &ours, BPF_ANY) <
		    0 ||
	    (bpf_map_update_elem(op25b_dataplane_map_fd(dp, "doors"), key, &socket,
				 over ? BPF_ANY : BPF_NOEXIST) < 0 &&
	     (over || errno != EEXIST)))
		return op25b_error_set(error, -errno, "a door of the responder: %s",
				       strerror(errno));
	return 0;
}

static bool is_kept(uint64_t digest, const uint64_t *digests, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (digests[i] == digest)
			return true;
	return false;
}

/*
 * Deletes while it walks: the next key is asked for before this one goes. A door that vanishes
 * meanwhile has the walk begin again.
 */
static int walk_doors(const struct op25b_dataplane *dp, const uint64_t *digests, size_t n,
		      bool take_out, size_t *ret_n)
{
	int fd = op25b_dataplane_map_fd(dp, "doors"), code;
	struct op25b_door_key key, next;
	size_t found = 0;

	code = bpf_map_get_next_key(fd, NULL, &next);
	while (code == 0) {
		key = next;
		found++;
		code = bpf_map_get_next_key(fd, &key, &next);
		if (take_out && !is_kept(key.digest, digests, n) &&
		    bpf_map_delete_elem(fd, &key) < 0 && errno != ENOENT)
			return -errno;
	}
	*ret_n = found;
	return code == -ENOENT ? 0 : code;
}

int op25b_door_keep(struct op25b_dataplane *dp, const uint64_t *digests, size_t n,
		    struct op25b_error *error)
{
	size_t found;
	int code = walk_doors(dp, digests, n, true, &found);

	return code < 0 ? op25b_error_set(error, code, "doors of before: %s", strerror(-code)) : 0;
}

int op25b_door_count(struct op25b_dataplane *dp, size_t *ret_n, struct op25b_error *error)
{
	int code = walk_doors(dp, NULL, 0, false, ret_n);

	return code < 0 ? op25b_error_set(error, code, "counting doors: %s", strerror(-code)) : 0;
}

int op25b_notice_port_change(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t bit,
			     bool set)
{
	int fd = op25b_dataplane_map_fd(dp, "notice_ports");
	uint32_t there = 0, wanted;

	if (bpf_map_lookup_elem(fd, &ifindex, &there) < 0 && errno != ENOENT)
		return -errno;
	wanted = set ? there | bit : there & ~bit;
	if (wanted == there)
		return 0;
	if (wanted)
		return bpf_map_update_elem(fd, &ifindex, &wanted, BPF_ANY) < 0 ? -errno : 0;
	return bpf_map_delete_elem(fd, &ifindex) < 0 && errno != ENOENT ? -errno : 0;
}

bool op25b_notice_port_has(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t bit)
{
	uint32_t there = 0;

	return bpf_map_lookup_elem(op25b_dataplane_map_fd(dp, "notice_ports"), &ifindex, &there) ==
		       0 &&
	       there & bit;
}

int op25b_notice_port_set(struct op25b_dataplane *dp, unsigned int ifindex, bool barred,
			  struct op25b_error *error)
{
	int code = op25b_notice_port_change(dp, ifindex, OP25B_NOTICE_BARRED, barred);

	return code < 0 ? op25b_error_set(error, code, "notices on interface %u: %s", ifindex,
					  strerror(-code)) :
			  0;
}

void op25b_notice_port_forget(struct op25b_dataplane *dp, unsigned int ifindex)
{
	(void)bpf_map_delete_elem(op25b_dataplane_map_fd(dp, "notice_ports"), &ifindex);
}

int op25b_notice_page(const struct op25b_dataplane *dp)
{
	return op25b_dataplane_map_fd(dp, "notice_page");
}
