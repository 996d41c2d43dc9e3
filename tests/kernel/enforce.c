/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts a policy in force in this process's network namespace and attaches it to interfaces as it
 * is told, line by line, on standard input:
 *
 *   enforce POLICY
 *   attach INTERFACE HOOK     (subscriber side; HOOK: auto, xdp, xdp-generic, tc)
 *   detach INTERFACE
 *
 * Each line is answered with "done ..." or "failed: why". It uses the library that the daemon
 * uses, without the daemon, so that a test can go through many interfaces with one load of the
 * programs. The surprising fact: nothing is pinned; all is gone when it ends.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dataplane/attach.h"
#include "dataplane/generation.h"
#include "dataplane/load.h"
#include "policy/compile.h"
#include "policy/policy.h"

static int put_policy(struct op25b_dataplane *dp, const char *path, struct op25b_error *error)
{
	struct op25b_findings findings = {};
	struct op25b_policy *policy = NULL;
	struct op25b_tables tables = {};
	int64_t now = time(NULL);
	int r;

	r = op25b_policy_load(path, now, &policy, &findings);
	op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	if (r < 0)
		return op25b_error_set(error, r, "%s: %s", path, strerror(-r));
	r = op25b_tables_make(policy, now, NULL, &tables);
	if (r < 0)
		op25b_error_set(error, r, "tables: %s", strerror(-r));
	else
		r = op25b_generation_put(dp, &tables, error);
	op25b_tables_done(&tables);
	op25b_policy_free(&policy);
	return r;
}

static int obey(struct op25b_dataplane *dp, char *line, struct op25b_error *error)
{
	struct op25b_attachment attachment = {};
	char name[IF_NAMESIZE], word[16];
	enum op25b_hook hook;
	int r;

	if (sscanf(line, "attach %15s %15s", name, word) == 2) {
		r = op25b_hook_parse(word, &hook);
		if (r < 0)
			return op25b_error_set(error, r, "%s is no hook", word);
		r = op25b_attach(dp, name, OP25B_SUBSCRIBER, hook, &attachment, error);
		if (r < 0)
			return r;
		printf("done %s layer3=%d notes=%#x\n", op25b_hook_name(attachment.hook),
		       attachment.layer3, attachment.notes);
		return 0;
	}
	if (sscanf(line, "detach %15s", name) == 1) {
		r = op25b_detach(dp, if_nametoindex(name), error);
		if (r == 0)
			puts("done");
		return r;
	}
	return op25b_error_set(error, -EINVAL, "attach INTERFACE HOOK or detach INTERFACE");
}

int main(int argc, char **argv)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	const struct op25b_settings settings = { .answer_rate = 1000, .answer_burst = 1000 };
	struct op25b_dataplane *dp = NULL;
	struct op25b_error error = {};
	char line[128];
	int r;

	if (argc != 2) {
		fprintf(stderr, "usage: enforce POLICY\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	r = op25b_dataplane_open(&options, &dp, &error);
	if (r == 0) {
		op25b_dataplane_set(dp, &settings);
		r = put_policy(dp, argv[1], &error);
	}
	if (r < 0) {
		printf("failed: %s (%s)\n", error.text, strerror(-r));
		op25b_dataplane_close(&dp);
		return 1;
	}
	puts("done");
	while (fgets(line, sizeof(line), stdin)) {
		r = obey(dp, line, &error);
		if (r < 0)
			printf("failed: %s (%s)\n", error.text, strerror(-r));
	}
	op25b_dataplane_close(&dp);
	return 0;
}
