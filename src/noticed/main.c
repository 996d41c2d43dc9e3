/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-noticed: the command line. What it does is run.c's. */
#include <getopt.h>
#include <stdio.h>

#include "notice/wire.h"
#include "noticed/run.h"
#include "serve/log.h"

enum exit_code { EXIT_YES, EXIT_NO, EXIT_USAGE };

static const char usage[] =
	"usage: op25b-noticed [--socket PATH]\n"
	"\n"
	"Tells clients whose connection to port 25 is refused why, in SMTP. Accepts no mail and\n"
	"keeps nothing of what it is sent.\n"
	"\n"
	"  --socket PATH  where op25bd listens for it (default " OP25B_WIRE_SOCKET ")\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"It needs no privileges. See op25b-noticed(8).\n";

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = OP25B_WIRE_SOCKET;
	struct op25b_error error = { "" };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 's':
			path = optarg;
			break;
		case 'v':
			puts("op25b-noticed " OP25B_VERSION);
			return EXIT_YES;
		case 'h':
			fputs(usage, stdout);
			return EXIT_YES;
		default:
			fputs(usage, stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (!op25b_notice_run(path, &error))
		return EXIT_YES;
	op25b_log(OP25B_LOG_ERROR, "%s", error.text);
	return EXIT_NO;
}
