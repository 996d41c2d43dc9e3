/* SPDX-License-Identifier: BSD-2-Clause */
/* See files.h. */
#include "web/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "serve/conf.h"

static int read_file(const char *path, FILE *out, struct op25b_web_file **ret)
{
	struct op25b_findings findings;
	int r = op25b_web_file_load(path, ret, &findings);

	op25b_conf_say(path, r, &findings, out);
	op25b_findings_free(&findings);
	return r;
}

/* Warnings are the matter of whoever applies the policy. */
static int read_policy(const char *path, int64_t now, FILE *out, struct op25b_policy **ret)
{
	struct op25b_findings findings;
	int r = op25b_policy_load(path, now, ret, &findings);

	if (r)
		op25b_conf_say(path, r, &findings, out);
	op25b_findings_free(&findings);
	return r;
}

static int read_data(const struct op25b_web_files *files, FILE *out, struct op25b_web_data **ret)
{
	struct op25b_findings findings;
	const char *folder = files->file->data;
	int r = op25b_web_data_load(folder, files->policy, ret, &findings);

	op25b_conf_say(folder ? folder : "built in data", r, &findings, out);
	op25b_findings_free(&findings);
	return r;
}

static int make_wall(const struct op25b_policy *policy, FILE *out, struct op25b_wall **ret)
{
	struct op25b_wall *wall = malloc(sizeof(*wall));
	int r = wall ? op25b_wall_make(policy->timezone, wall) : -ENOMEM;

	if (r) {
		fprintf(out, "can't use the policy's timezone '%s': %s\n", policy->timezone,
			strerror(-r));
		free(wall);
		return r;
	}
	*ret = wall;
	return 0;
}

int op25b_web_files_read(const char *path, int64_t now, FILE *out, struct op25b_web_files *ret)
{
	struct op25b_web_files files = { .file = NULL };
	int r = read_file(path, out, &files.file);

	r = r ? r : read_policy(files.file->policy, now, out, &files.policy);
	r = r ? r : op25b_web_file_join(files.file, path, files.policy, out);
	r = r ? r : read_data(&files, out, &files.data);
	r = r ? r : op25b_owner_index_make(files.policy, &files.owners);
	r = r ? r : make_wall(files.policy, out, &files.wall);
	if (r)
		op25b_web_files_done(&files);
	else
		*ret = files;
	return r;
}

void op25b_web_files_done(struct op25b_web_files *files)
{
	if (!files)
		return;
	free(files->wall);
	op25b_owner_index_done(&files->owners);
	op25b_web_data_free(&files->data);
	op25b_policy_free(&files->policy);
	op25b_web_file_free(&files->file);
	files->wall = NULL;
}
