/* SPDX-License-Identifier: BSD-2-Clause */
/* See replies.h. */
#include "notice/replies.h"

#include <stdlib.h>
#include <string.h>

struct op25b_replies *op25b_replies_new(const struct op25b_wire_door *door)
{
	struct op25b_replies *replies;
	size_t size = 0;
	char *at;

	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++)
		size += strlen(door->replies[i]) + 1;
	replies = malloc(sizeof(*replies) + size);
	if (!replies)
		return NULL;
	replies->users = 1;
	replies->manner = door->manner;
	at = replies->bytes;
	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		size_t n = strlen(door->replies[i]);

		memcpy(at, door->replies[i], n + 1);
		replies->reply[i].text = at;
		replies->reply[i].size = n;
		at += n + 1;
	}
	return replies;
}

struct op25b_replies *op25b_replies_keep(struct op25b_replies *replies)
{
	replies->users++;
	return replies;
}

void op25b_replies_drop(struct op25b_replies **replies)
{
	if (*replies && !--(*replies)->users)
		free(*replies);
	*replies = NULL;
}
