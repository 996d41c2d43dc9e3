/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-maild: the command line. What it does is run.c's. */
#include <stdio.h>

#include "base/zone.h"
#include "maild/policy.h"
#include "maild/run.h"
#include "serve/options.h"
#include "serve/wipe.h"

static const char usage[] =
	"usage: op25b-maild [--maild FILE] [--check]\n"
	"\n"
	"Tells Postfix and Dovecot which mail may enter, by the policy of op25b.\n"
	"\n"
	"  --maild FILE  the maild file (default " OP25B_MAILD_FILE ")\n"
	"  --check       say whether the maild file and its policy are right, and exit\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"While it does not answer Postfix says 451, and nothing is lost or opened. See\n"
	"op25b-maild(8).\n";

static int perform(const struct op25b_maild_file *file, const char *path,
		   struct op25b_policy *policy, uint32_t tenant)
{
	struct op25b_error error = { "" };

	return op25b_options_end(op25b_maild_run(file, path, policy, tenant, &error), &error);
}

static int begin(const char *path, bool check)
{
	struct op25b_maild_file *file = NULL;
	struct op25b_policy *policy = NULL;
	uint32_t tenant = 0;
	int code = OP25B_DAEMON_YES;

	if (op25b_maild_read(path, stderr, &file, &policy, &tenant))
		return OP25B_DAEMON_NO;
	if (check) {
		printf("%s: valid: policy %s\n", path, file->policy);
		op25b_policy_free(&policy);
	} else {
		code = perform(file, path, policy, tenant);
	}
	op25b_maild_free(&file);
	return code;
}

int main(int argc, char **argv)
{
	static const char *const tasks[] = { "check", NULL };
	struct op25b_options options = {
		.name = "op25b-maild",
		.usage = usage,
		.settings = "maild",
		.path = OP25B_MAILD_FILE,
		.tasks = tasks,
	};
	int code;

	op25b_wipe_freed();
	code = op25b_options_read(&options, argc, argv);
	if (code >= 0)
		return code;
	if (op25b_zone_keep_place()) {
		perror("op25b-maild");
		return OP25B_DAEMON_NO;
	}
	return begin(options.path, options.task == 0);
}
