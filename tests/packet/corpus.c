/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet-corpus FOLDER: writes the frame of each packet test as an input of the packet fuzzer, a
 * byte of flags (fuzz-packet.c) before it. Long frames are left out: they are long in their payload
 * only.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/packet/cases.h"
#include "tests/packet/fuzz-input.h"

enum { LONGEST = 400 };

static int write_case(const char *folder, const struct packet_case *c)
{
	static struct frame frame;
	char name[81], path[512];
	FILE *file;
	int short_write, flags = (c->side == OP25B_UPSTREAM ? FUZZ_UPSTREAM : 0) |
				 (c->hooks == ON_TC ? FUZZ_SKB : 0) |
				 (c->one_way ? FUZZ_ONE_WAY : 0);

	frame_build(&frame, c->frame);
	if (frame.length > LONGEST)
		return 0;
	snprintf(name, sizeof(name), "%.80s", c->name);
	for (char *letter = name; *letter; letter++)
		if (!isalnum((unsigned char)*letter))
			*letter = '-';
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file)
		return -1;
	short_write = fputc(flags, file) == EOF ||
		      fwrite(frame.data, 1, frame.length, file) != frame.length;
	return fclose(file) || short_write ? -1 : 0;
}

int main(int argc, char **argv)
{
	static const struct packet_case *const tables[] = {
		cases_ports, cases_policy, cases_upstream, cases_link,  cases_v4,
		cases_v6,    cases_tunnel, cases_silent,   cases_shared
	};

	if (argc != 2) {
		fprintf(stderr, "usage: packet-corpus FOLDER\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct packet_case *c = tables[i]; c->name; c++)
			if (write_case(argv[1], c) < 0) {
				perror(argv[1]);
				return EXIT_FAILURE;
			}
	return EXIT_SUCCESS;
}
