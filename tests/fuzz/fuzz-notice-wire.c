/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a message between op25bd and the responder. What must hold: one that is taken is the
 * same after another encoding; a door's texts refuse, in SMTP; and nothing crashes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "notice/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_door(const struct op25b_wire_door *door)
{
	static const char *const first[] = { "5", "421", "220" };

	assert(door->manner <= OP25B_HELO && door->v6_len && door->v6_len <= 128);
	assert(!strncmp(door->replies[OP25B_WIRE_FIRST], first[door->manner],
			strlen(first[door->manner])));
	assert(*door->replies[OP25B_WIRE_OTHER] == '5');
	assert(!*door->replies[OP25B_WIRE_HELO] || *door->replies[OP25B_WIRE_HELO] == '5');
	assert(!strncmp(door->replies[OP25B_WIRE_BYE], "221", 3));
	assert(!strncmp(door->replies[OP25B_WIRE_LATE], "421", 3));
	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		size_t n = strlen(door->replies[i]);

		assert(!n || !strcmp(door->replies[i] + n - 2, "\r\n"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[OP25B_WIRE_SIZE], *copy = malloc(size ? size : 1);
	struct op25b_wire_message message;
	struct op25b_error error = { "" };
	int r;

	assert(copy);
	if (size)
		memcpy(copy, data, size);
	r = op25b_wire_decode(copy, size, &message, &error);
	if (r) {
		assert(*error.text);
		free(copy);
		return 0;
	}
	if (message.kind == OP25B_WIRE_DOOR)
		check_door(&message.door);
	r = op25b_wire_encode(&message, bytes, &error);
	assert(r == (int)size && !memcmp(bytes, copy, size));
	free(copy);
	return 0;
}
