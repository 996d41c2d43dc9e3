/* SPDX-License-Identifier: BSD-2-Clause */
/* op25bd: the command line. What it does is run.c's. */
#include <stdio.h>
#include <string.h>

#include "daemon/follower.h"
#include "daemon/gateway.h"
#include "daemon/run.h"
#include "serve/conf.h"
#include "serve/options.h"

enum task { RUN = -1, CHECK, DETACH };

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
	int r;

	if (task == CHECK) {
		printf("%s: valid: %zu interface entries\n", path, gateway->n_interfaces);
		return OP25B_DAEMON_YES;
	}
	r = task == RUN ? op25b_run(gateway, path, &error) : op25b_run_detach(gateway, &error);
	return op25b_options_end(r, &error);
}

int main(int argc, char **argv)
{
	static const char *const tasks[] = { [CHECK] = "check", [DETACH] = "detach", NULL };
	struct op25b_options options = {
		.name = "op25bd",
		.usage = usage,
		.settings = "gateway",
		.path = OP25B_GATEWAY_FILE,
		.tasks = tasks,
	};
	struct op25b_gateway *gateway = NULL;
	int code;

	if (argc == 2 && !strcmp(argv[1], OP25B_FOLLOWER_OPTION))
		return op25b_follower_main();
	code = op25b_options_read(&options, argc, argv);
	if (code >= 0)
		return code;
	if (load(options.path, &gateway))
		return OP25B_DAEMON_NO;
	code = perform((enum task)options.task, gateway, options.path);
	op25b_gateway_free(&gateway);
	return code;
}
