/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-radiusd: the command line. What it does is run.c's. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "radiusd/reload.h"
#include "radiusd/run.h"
#include "serve/log.h"

enum exit_code { EXIT_YES, EXIT_NO, EXIT_USAGE, EXIT_NOT_PERMITTED = 4 };

static const char usage[] =
	"usage: op25b-radiusd [--collector FILE] [--check]\n"
	"\n"
	"Collects RADIUS accounting: who holds which address, for every gateway of op25b.\n"
	"\n"
	"  --collector FILE  the collector file (default " OP25B_COLLECTOR_FILE ")\n"
	"  --check           say whether the collector file is right, and exit\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"What was answered is kept, whenever it is stopped or killed. See op25b-radiusd(8).\n";

static int perform(bool check, const struct op25b_collector *collector, const char *path)
{
	struct op25b_error error = { "" };
	int r;

	if (check) {
		printf("%s: valid: %zu clients, %zu prefixes\n", path, collector->n_clients,
		       collector->n_senders);
		return EXIT_YES;
	}
	r = op25b_collect(collector, path, &error);
	if (!r)
		return EXIT_YES;
	op25b_log(OP25B_LOG_ERROR, "%s", error.text);
	return r == -EPERM || r == -EACCES ? EXIT_NOT_PERMITTED : EXIT_NO;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "collector", required_argument, NULL, 'f' },
		{ "check", no_argument, NULL, 'c' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = OP25B_COLLECTOR_FILE;
	struct op25b_collector *collector = NULL;
	bool check = false;
	int option, code;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			path = optarg;
			break;
		case 'c':
			check = true;
			break;
		case 'v':
			puts("op25b-radiusd " OP25B_VERSION);
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
	if (op25b_reload_read(path, stderr, &collector))
		return EXIT_NO;
	code = perform(check, collector, path);
	op25b_collector_free(&collector);
	return code;
}
