/* SPDX-License-Identifier: BSD-2-Clause */
/* Codes as pages ask for them, see codes.h: what goes wrong is logged once, and is on /ops. */
#include <errno.h>
#include <string.h>

#include "serve/log.h"
#include "webd/policies.h"
#include "webd/webd.h"

/* @r: of what was tried. Returns it. */
static int note(struct op25b_webd *d, int r, const struct op25b_error *error)
{
	if (!r || r == -ENOENT) {
		d->codes_problem[0] = '\0';
	} else if (strcmp(d->codes_problem, error->text) != 0) {
		op25b_log(OP25B_LOG_ERROR, "%s: pages do without codes meanwhile", error->text);
		snprintf(d->codes_problem, sizeof(d->codes_problem), "%s", error->text);
	}
	return r;
}

static int draw_code(void *arg, const struct op25b_page_code *page,
		     char ret[static OP25B_CODE_TEXT])
{
	struct op25b_webd *d = arg;
	struct op25b_error error = { "" };
	struct op25b_page_code of = *page;
	int r;

	if (!d->codes)
		return -EIO;
	of.probe = op25b_probes_word(&d->probe, of.at);
	r = op25b_codes_give(d->codes, &of, ret, &error);
	/* Too many at a time say nothing of the file. */
	return r == -EAGAIN ? r : note(d, r, &error);
}

static int find_code(void *arg, const char *code,
		     void (*fn)(void *fn_arg, const struct op25b_page_code *code), void *fn_arg)
{
	struct op25b_webd *d = arg;
	struct op25b_error error = { "" };
	uint64_t number;

	if (op25b_code_parse(code, &number))
		return -ENOENT;
	if (!d->codes)
		return -EIO;
	return note(d, op25b_codes_find(d->codes, number, fn, fn_arg, &error), &error);
}

/* What codes of kind 1 mean is worked out anew: staff ask seldom. */
static int find_notice(void *arg, const struct op25b_policy *policy, uint64_t code,
		       void (*fn)(void *fn_arg, const struct op25b_notice_of *of), void *fn_arg)
{
	struct op25b_webd *d = arg;
	struct op25b_error error = { "" };
	int r = op25b_policies_find_in(policy, 0, code, fn, fn_arg);

	if (r != -ENOENT || !d->codes)
		return r;
	return note(d, op25b_policies_find(d->codes, code, fn, fn_arg, &error), &error);
}

static int note_staff(void *arg, int64_t now, const char *user, const char *what,
		      const char *reason)
{
	struct op25b_webd *d = arg;
	struct op25b_error error = { "" };

	if (!d->codes)
		return -EIO;
	return note(d, op25b_codes_note_staff(d->codes, now, user, what, reason, &error), &error);
}

static int read_staff(void *arg, int64_t n,
		      void (*fn)(void *fn_arg, const struct op25b_staff_note *note), void *fn_arg)
{
	struct op25b_webd *d = arg;
	struct op25b_error error = { "" };

	if (!d->codes)
		return -EIO;
	return note(d, op25b_codes_read_staff(d->codes, n, fn, fn_arg, &error), &error);
}

void op25b_codes_take_policy(struct op25b_webd *d, int64_t now)
{
	struct op25b_error error = { "" };

	if (d->codes)
		note(d, op25b_policies_keep(d->codes, d->files.policy, now, &error), &error);
}

struct op25b_site_calls op25b_codes_calls(struct op25b_webd *d)
{
	return (struct op25b_site_calls){
		.draw_code = draw_code,
		.find_code = find_code,
		.find_notice = find_notice,
		.note_staff = note_staff,
		.read_staff = read_staff,
		.arg = d,
	};
}
