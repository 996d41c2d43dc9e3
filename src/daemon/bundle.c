/* SPDX-License-Identifier: BSD-2-Clause */
/* See bundle.h. */
#include "daemon/bundle.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

#define FILES_MAX 10001

static int read_files(const json_t *files, struct op25b_policy_file *ret_list)
{
	size_t i;
	json_t *item;

	json_array_foreach(files, i, item)
	{
		json_t *name = json_object_get(item, "name"), *text = json_object_get(item, "text");

		if (!json_is_string(name) || !json_is_string(text))
			return -EBADMSG;
		ret_list[i].name = json_string_value(name);
		ret_list[i].data = json_string_value(text);
		ret_list[i].size = json_string_length(text);
	}
	return 0;
}

/* As many lines as the text holds. */
static void say_findings(const struct op25b_findings *findings, struct op25b_error *error)
{
	op25b_error_set(error, 0, "the policy has errors");
	for (size_t i = 0; i < findings->n; i++) {
		const struct op25b_finding *f = &findings->list[i];

		if (f->severity == OP25B_ERROR)
			op25b_error_add(error, 0, "\n%s:%u:%u: error: %s", f->file, f->line,
					f->column, f->text);
	}
}

int op25b_bundle_load(const json_t *files, int64_t now, struct op25b_policy **ret_policy,
		      struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_policy_file *list = NULL;
	struct op25b_findings findings = { 0 };
	size_t n = json_array_size(files);
	int r;

	if (!n || n > FILES_MAX)
		return op25b_error_set(error, -EBADMSG, "files: not an array of 1 to %d files",
				       FILES_MAX);
	list = calloc(n, sizeof(*list));
	if (!list)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	if (read_files(files, list))
		return op25b_error_set(error, -EBADMSG, "files: each needs a name and a text");
	r = op25b_policy_load_files(list, n, now, ret_policy, &findings);
	if (r == -EINVAL)
		say_findings(&findings, error);
	else if (r)
		op25b_error_set(error, r, "out of memory");
	op25b_findings_free(&findings);
	return r;
}
