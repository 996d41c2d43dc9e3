/* SPDX-License-Identifier: BSD-2-Clause */
/* See reload.h. */
#include "webd/reload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "serve/clock.h"
#include "serve/conf.h"
#include "serve/log.h"
#include "webd/tables.h"
#include "webd/webd.h"

static void note(struct op25b_webd *d, const char *text)
{
	snprintf(d->reload_problem, sizeof(d->reload_problem), "%s", text);
	op25b_log(OP25B_LOG_ERROR, "%s", text);
}

static bool same_listen(const struct op25b_web_listen *a, const struct op25b_web_listen *b)
{
	for (size_t i = 0; i < a->n && a->n == b->n; i++) {
		if (!op25b_endpoint_same(&a->list[i], &b->list[i]))
			return false;
	}
	return a->n == b->n;
}

/* What was taken in hand at the start and is held until the end. */
static void note_fixed(struct op25b_webd *d)
{
	const struct op25b_web_file *old = d->first, *new = d->files.file;
	const struct op25b_conf_fixed fixed[] = {
		{ "listen", same_listen(&old->public_, &new->public_) },
		{ "staff", same_listen(&old->staff, &new->staff) },
		{ "sessions", op25b_text_same(old->sessions, new->sessions) },
		{ "state", op25b_text_same(old->state, new->state) },
		{ "gateway", op25b_text_same(old->gateway, new->gateway) },
		{ "maild", op25b_text_same(old->maild, new->maild) },
		{ "desk", op25b_text_same(old->desk, new->desk) },
		{ "connections", old->connections == new->connections },
		{ "access_log", old->access_log == new->access_log &&op25b_text_same(
							   old->access_path, new->access_path) },
	};
	char text[300];

	if (*op25b_conf_differs("web", "op25b-webd", fixed, sizeof(fixed) / sizeof(fixed[0]), text,
				sizeof(text)))
		note(d, text);
}

/* Takes the files over on success. */
static int follow(struct op25b_webd *d, struct op25b_web_files *files, int64_t now)
{
	struct op25b_web_files before = d->files;
	int r;

	d->files = *files;
	r = op25b_tables_renew(d, now);
	if (r) {
		d->files = before;
		return r;
	}
	*files = before;
	if (files->file == d->first)
		files->file = NULL; /* its strings are used until the end */
	d->files_at = now;
	op25b_codes_take_policy(d, now);
	d->reload_problem[0] = d->proxy_problem[0] = '\0';
	d->proxy_logged = false;
	note_fixed(d);
	return 0;
}

int op25b_webd_reload(struct op25b_webd *d)
{
	OP25B_CLEANUP(op25b_web_files_done) struct op25b_web_files files = { .file = NULL };
	OP25B_AUTO_FREE char *text = NULL;
	const int64_t now = op25b_clock_wall();
	struct op25b_error error = { "" };
	char problem[200];
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int r = -ENOMEM;

	if (out) {
		fprintf(out, "the files are wrong, those before stay in force:\n");
		r = op25b_web_files_read(d->path, now, out, &files);
		if (fclose(out))
			r = -ENOMEM;
	}
	r = r ? r : follow(d, &files, now);
	if (r == -EINVAL) {
		text[size - 1] = '\0'; /* the last newline */
		note(d, text);
	} else if (r) {
		snprintf(problem, sizeof(problem), "the files can't be followed: %s", strerror(-r));
		note(d, problem);
	}
	if (op25b_access_reopen(&d->access, &error))
		op25b_log(OP25B_LOG_ERROR, "%s: going on with the old file", error.text);
	return r;
}
