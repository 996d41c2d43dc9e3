/* SPDX-License-Identifier: BSD-2-Clause */
/* See options.h. */
#include "serve/options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "serve/log.h"

#define TASKS 4 /* at most */

enum { SETTINGS = 256, VERSION, HELP, TASK };

/* What getopt_long() wants to know. */
static void list(const struct op25b_options *options, struct option ret[static TASKS + 4])
{
	size_t n = 0;

	ret[n++] = (struct option){ options->settings, required_argument, NULL, SETTINGS };
	ret[n++] = (struct option){ "version", no_argument, NULL, VERSION };
	ret[n++] = (struct option){ "help", no_argument, NULL, HELP };
	for (int i = 0; options->tasks && options->tasks[i]; i++) {
		assert(i < TASKS);
		ret[n++] = (struct option){ options->tasks[i], no_argument, NULL, TASK + i };
	}
	ret[n] = (struct option){ NULL, 0, NULL, 0 };
}

int op25b_options_read(struct op25b_options *options, int argc, char **argv)
{
	struct option known[TASKS + 4];
	int option;

	list(options, known);
	options->task = -1;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == SETTINGS) {
			options->path = optarg;
		} else if (option >= TASK) {
			options->task = option - TASK;
		} else if (option == VERSION) {
			printf("%s " OP25B_VERSION "\n", options->name);
			return OP25B_DAEMON_YES;
		} else if (option == HELP) {
			fputs(options->usage, stdout);
			return OP25B_DAEMON_YES;
		} else {
			break;
		}
	}
	if (option == -1 && optind == argc)
		return -1;
	fputs(options->usage, stderr);
	return OP25B_DAEMON_USAGE;
}

int op25b_options_end(int r, const struct op25b_error *error)
{
	if (!r)
		return OP25B_DAEMON_YES;
	op25b_log(OP25B_LOG_ERROR, "%s", error->text);
	return r == -EPERM || r == -EACCES ? OP25B_DAEMON_NOT_PERMITTED : OP25B_DAEMON_NO;
}
