/* SPDX-License-Identifier: BSD-2-Clause */
/* See lines.h. */
#include "notice/lines.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>

#include "policy/prefix.h"

struct line {
	struct op25b_exception_key key;
	uint32_t open;
};

void op25b_lines_init(struct op25b_lines *lines)
{
	*lines = (struct op25b_lines){ .table = { .record = sizeof(struct line) } };
}

void op25b_lines_done(struct op25b_lines *lines)
{
	op25b_prefix_table_done(&lines->table);
}

struct op25b_exception_key op25b_lines_key(const struct sockaddr_storage *peer, uint8_t v6_len)
{
	struct op25b_prefix prefix = { .family = OP25B_V4, .len = 32 };

	if (peer->ss_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)peer;

		prefix.family = OP25B_V6;
		memcpy(prefix.addr, &v6->sin6_addr, 16);
		op25b_prefix_cut(&prefix, v6_len);
	} else {
		memcpy(prefix.addr, &((const struct sockaddr_in *)peer)->sin_addr, 4);
	}
	return op25b_prefix_key(&prefix);
}

int op25b_lines_enter(struct op25b_lines *lines, const struct op25b_exception_key *key)
{
	struct line *line = op25b_prefix_table_find(&lines->table, key);

	if ((line ? line->open : 0) >= lines->most)
		return -EBUSY;
	line = line ? line : op25b_prefix_table_add(&lines->table, key);
	if (!line)
		return -ENOMEM;
	line->open++;
	return 0;
}

void op25b_lines_leave(struct op25b_lines *lines, const struct op25b_exception_key *key)
{
	struct line *line = op25b_prefix_table_find(&lines->table, key);

	assert(line && line->open);
	if (!--line->open)
		op25b_prefix_table_remove(&lines->table, line);
}
