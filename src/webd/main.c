/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-webd: the command line. What it does is run.c's, and render.c's. */
#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "serve/clock.h"
#include "serve/options.h"
#include "serve/wipe.h"
#include "webd/render.h"
#include "webd/run.h"

static const char usage[] =
	"usage: op25b-webd [--web FILE] [--check]\n"
	"       op25b-webd --render PATH ...\n"
	"\n"
	"Pages that tell customers whether and why they can't send mail, by the policy of op25b.\n"
	"\n"
	"  --web FILE  the web file (default " OP25B_WEB_FILE ")\n"
	"  --check     say whether the web file, its policy and its data are right, and exit\n"
	"  --render    print one page and exit; --render alone says how\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"See op25b-webd(8).\n";

static int begin(const char *path, bool check)
{
	struct op25b_web_files files;
	struct op25b_error error = { "" };

	if (op25b_web_files_read(path, op25b_clock_wall(), stderr, &files))
		return OP25B_DAEMON_NO;
	if (!check)
		return op25b_options_end(op25b_webd_run(path, &files, &error), &error);
	printf("%s: valid: policy %s\n", path, files.file->policy);
	op25b_web_files_done(&files);
	return OP25B_DAEMON_YES;
}

int main(int argc, char **argv)
{
	static const char *const tasks[] = { "check", NULL };
	struct op25b_options options = {
		.name = "op25b-webd",
		.usage = usage,
		.settings = "web",
		.path = OP25B_WEB_FILE,
		.tasks = tasks,
	};
	int code;

	op25b_wipe_freed();
	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "--render", 8))
			return op25b_webd_render(argc, argv);
	}
	code = op25b_options_read(&options, argc, argv);
	if (code >= 0)
		return code;
	if (op25b_zone_keep_place()) {
		perror("op25b-webd");
		return OP25B_DAEMON_NO;
	}
	return begin(options.path, options.task == 0);
}
