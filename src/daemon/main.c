/* SPDX-License-Identifier: BSD-2-Clause */
/* op25bd: the command line. What it does is run.c's. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "daemon/follower.h"
#include "daemon/gateway.h"
#include "daemon/run.h"
#include "serve/conf.h"
#include "serve/log.h"

enum exit_code { EXIT_YES, EXIT_NO, EXIT_USAGE, EXIT_NOT_PERMITTED = 4 };

enum task { RUN, CHECK, DETACH };

static const char usage[] =
	"usage: op25bd [--gateway FILE] [--check | --detach]\n"
	"\n"
	"Keeps one policy for TCP port 25 enforced on this gateway's interfaces.\n"
	"\n"
	"  --gateway FILE  the gateway file (default " OP25B_GATEWAY_FILE ")\n"
	"  --check         say whether the gateway file is right, and exit\n"
	"  --detach        end enforcement: take every program and pin away, and exit\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"A stopped or killed op25bd leaves enforcement as it is. See op25bd(8).\n";

static int load(const char *path, struct op25b_gateway **ret_gateway)
{
	struct op25b_findings findings;
	int r = op25b_gateway_load(path, ret_gateway, &findings);

	op25b_conf_say(path, r, &findings, stderr);
	op25b_findings_free(&findings);
	return r;
}

static int perform(enum task task, const struct op25b_gateway *gateway, const char *path)
{
	struct op25b_error error = { "" };
	int r = 0;

	if (task == CHECK) {
		printf("%s: valid: %zu interface entries\n", path, gateway->n_interfaces);
		return EXIT_YES;
	}
	r = task == RUN ? op25b_run(gateway, path, &error) : op25b_run_detach(gateway, &error);
	if (!r)
		return EXIT_YES;
	op25b_log(OP25B_LOG_ERROR, "%s", error.text);
	return r == -EPERM || r == -EACCES ? EXIT_NOT_PERMITTED : EXIT_NO;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "gateway", required_argument, NULL, 'g' }, { "check", no_argument, NULL, 'c' },
		{ "detach", no_argument, NULL, 'd' },        { "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },          { NULL, 0, NULL, 0 },
	};
	const char *path = OP25B_GATEWAY_FILE;
	struct op25b_gateway *gateway = NULL;
	enum task task = RUN;
	int option, code;

	if (argc == 2 && !strcmp(argv[1], OP25B_FOLLOWER_OPTION))
		return op25b_follower_main();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'g':
			path = optarg;
			break;
		case 'c':
			task = CHECK;
			break;
		case 'd':
			task = DETACH;
			break;
		case 'v':
			puts("op25bd " OP25B_VERSION);
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
	if (load(path, &gateway))
		return EXIT_NO;
	code = perform(task, gateway, path);
	op25b_gateway_free(&gateway);
	return code;
}
