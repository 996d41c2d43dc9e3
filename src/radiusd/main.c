/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-radiusd: the command line. What it does is run.c's. */
#include <stdio.h>

#include "radiusd/reload.h"
#include "radiusd/run.h"
#include "serve/options.h"

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

	if (check) {
		printf("%s: valid: %zu clients, %zu prefixes\n", path, collector->n_clients,
		       collector->n_senders);
		return OP25B_DAEMON_YES;
	}
	return op25b_options_end(op25b_collect(collector, path, &error), &error);
}

int main(int argc, char **argv)
{
	static const char *const tasks[] = { "check", NULL };
	struct op25b_options options = {
		.name = "op25b-radiusd",
		.usage = usage,
		.settings = "collector",
		.path = OP25B_COLLECTOR_FILE,
		.tasks = tasks,
	};
	struct op25b_collector *collector = NULL;
	int code = op25b_options_read(&options, argc, argv);

	if (code >= 0)
		return code;
	if (op25b_reload_read(options.path, stderr, &collector))
		return OP25B_DAEMON_NO;
	code = perform(options.task == 0, collector, options.path);
	op25b_collector_free(&collector);
	return code;
}
