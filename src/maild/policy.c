/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See policy.h. Nothing is to be done at the date of a stage: each decision is asked with the time
 * it is made at, and takes the stage in force then.
 */
#include "maild/policy.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "maild/maild.h"
#include "serve/clock.h"
#include "serve/conf.h"
#include "serve/log.h"

static int find_tenant(const struct op25b_maild_file *file, const struct op25b_policy *policy,
		       FILE *out, uint32_t *ret)
{
	const char *wanted = file->tenant ? file->tenant : "";

	for (size_t i = 0; i < policy->n_tenants; i++) {
		if (strcmp(policy->tenants[i].id, wanted) != 0)
			continue;
		if (!policy->tenants[i].mail) {
			fprintf(out,
				"%s: %s%s has no 'mail' section: no mail could enter; write one, "
				"or name its tenant in the maild file\n",
				file->policy, *wanted ? "tenant " : "the provider", wanted);
			return -EINVAL;
		}
		*ret = (uint32_t)i;
		return 0;
	}
	fprintf(out, "%s: has no tenant '%s', which the maild file names\n", file->policy, wanted);
	return -EINVAL;
}

static int read_policy(const struct op25b_maild_file *file, FILE *out,
		       struct op25b_policy **ret_policy, uint32_t *ret_tenant)
{
	OP25B_CLEANUP(op25b_policy_free) struct op25b_policy *policy = NULL;
	struct op25b_findings findings;
	int r = op25b_policy_load(file->policy, op25b_clock_wall(), &policy, &findings);

	/* Warnings are the matter of whoever applies the policy. */
	if (r)
		op25b_findings_print(&findings, out);
	if (r && !findings.n_errors)
		fprintf(out, "%s: %s\n", file->policy, strerror(-r));
	op25b_findings_free(&findings);
	r = r ? r : find_tenant(file, policy, out, ret_tenant);
	if (!r)
		*ret_policy = OP25B_TAKE_PTR(policy);
	return r;
}

int op25b_maild_read(const char *path, FILE *out, struct op25b_maild_file **ret_file,
		     struct op25b_policy **ret_policy, uint32_t *ret_tenant)
{
	OP25B_CLEANUP(op25b_maild_free) struct op25b_maild_file *file = NULL;
	struct op25b_findings findings;
	int r = op25b_maild_load(path, &file, &findings);

	op25b_conf_say(path, r, &findings, out);
	op25b_findings_free(&findings);
	r = r ? r : read_policy(file, out, ret_policy, ret_tenant);
	if (!r)
		*ret_file = OP25B_TAKE_PTR(file);
	return r;
}

static void note(struct op25b_maild *d, const char *text)
{
	snprintf(d->reload_problem, sizeof(d->reload_problem), "%s", text);
	op25b_log(OP25B_LOG_ERROR, "%s", text);
}

static bool same_listen(const struct op25b_maild_file *a, const struct op25b_maild_file *b)
{
	for (int s = 0; s < OP25B_MAILD_SERVICES; s++) {
		if (a->listen[s].n != b->listen[s].n)
			return false;
		for (size_t i = 0; i < a->listen[s].n; i++) {
			if (!op25b_endpoint_same(&a->listen[s].list[i], &b->listen[s].list[i]))
				return false;
		}
	}
	return true;
}

static bool same_logs(const struct op25b_maild_file *a, const struct op25b_maild_file *b)
{
	for (size_t i = 0; i < a->n_logs && a->n_logs == b->n_logs; i++) {
		if (strcmp(a->logs[i], b->logs[i]) != 0)
			return false;
	}
	return a->n_logs == b->n_logs;
}

/* What was taken in hand at the start and is held until the end. */
static void note_fixed(struct op25b_maild *d)
{
	const struct op25b_maild_file *old = d->first, *new = d->file;
	const struct op25b_conf_fixed fixed[] = {
		{ "sessions", op25b_text_same(old->sessions, new->sessions) },
		{ "accounts", op25b_text_same(old->accounts, new->accounts) },
		{ "state", op25b_text_same(old->state, new->state) },
		{ "folder", op25b_text_same(old->folder, new->folder) },
		{ "group", op25b_text_same(old->group, new->group) },
		{ "listen", same_listen(old, new) },
		{ "logs", same_logs(old, new) },
		{ "mail_host", op25b_text_same(old->mail_host, new->mail_host) &&
				       old->mail_port == new->mail_port },
		{ "letters_from", op25b_text_same(old->letters_from, new->letters_from) },
		{ "socket", op25b_text_same(old->socket, new->socket) },
		{ "control_group", op25b_text_same(old->control_group, new->control_group) },
		{ "echo", op25b_text_same(old->echo.socket, new->echo.socket) &&
				  op25b_text_same(old->echo.group, new->echo.group) },
		{ "reader", op25b_text_same(old->reader.socket, new->reader.socket) &&
				    op25b_text_same(old->reader.group, new->reader.group) },
		{ "desk", op25b_text_same(old->desk.socket, new->desk.socket) &&
				  op25b_text_same(old->desk.group, new->desk.group) },
	};
	char text[300];

	if (*op25b_conf_differs("maild", "op25b-maild", fixed, sizeof(fixed) / sizeof(fixed[0]),
				text, sizeof(text)))
		note(d, text);
}

/* Takes over both on success; the policy in any case. */
static int follow(struct op25b_maild *d, struct op25b_maild_file **file,
		  struct op25b_policy *policy, uint32_t tenant)
{
	struct op25b_maild_file *before = d->reloaded;
	struct op25b_error error = { "" };
	int r = op25b_people_policy(d->people, policy, tenant, &error);

	if (r) {
		note(d, *error.text ? error.text : strerror(-r));
		return r;
	}
	d->file = d->reloaded = OP25B_TAKE_PTR(*file);
	op25b_maild_free(&before);
	d->policy_at = op25b_clock_wall();
	d->reload_problem[0] = '\0';
	note_fixed(d);
	return 0;
}

int op25b_maild_reload(struct op25b_maild *d)
{
	OP25B_CLEANUP(op25b_maild_free) struct op25b_maild_file *file = NULL;
	OP25B_AUTO_FREE char *text = NULL;
	struct op25b_policy *policy = NULL;
	uint32_t tenant = 0;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int r = -ENOMEM;

	if (out) {
		fprintf(out, "the files are wrong, those before stay in force:\n");
		r = op25b_maild_read(d->path, out, &file, &policy, &tenant);
		if (fclose(out)) {
			op25b_policy_free(&policy);
			r = -ENOMEM;
		}
	}
	if (!r)
		return follow(d, &file, policy, tenant);
	if (r == -ENOMEM) {
		note(d, "the files can't be read: out of memory");
	} else {
		text[size - 1] = '\0'; /* the last newline */
		note(d, text);
	}
	return r;
}
