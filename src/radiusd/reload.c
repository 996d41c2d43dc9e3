/* SPDX-License-Identifier: BSD-2-Clause */
/* See reload.h. */
#include "radiusd/reload.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "serve/clock.h"
#include "serve/conf.h"
#include "serve/log.h"

static int read_retention(const char *path, FILE *out, int64_t *ret_seconds)
{
	struct op25b_policy *policy = NULL;
	struct op25b_findings findings;
	int r = op25b_policy_load(path, op25b_clock_wall(), &policy, &findings);

	/* Warnings are the matter of whoever applies the policy. */
	if (r)
		op25b_findings_print(&findings, out);
	else
		*ret_seconds = policy->retention.lines;
	op25b_findings_free(&findings);
	op25b_policy_free(&policy);
	return r;
}

int op25b_reload_read(const char *path, FILE *out, struct op25b_collector **ret_collector)
{
	OP25B_CLEANUP(op25b_collector_free) struct op25b_collector *collector = NULL;
	struct op25b_findings findings;
	int r = op25b_collector_load(path, &collector, &findings);

	op25b_conf_say(path, r, &findings, out);
	op25b_findings_free(&findings);
	if (!r && collector->policy)
		r = read_retention(collector->policy, out, &collector->settings.keep_history);
	if (!r)
		*ret_collector = OP25B_TAKE_PTR(collector);
	return r;
}

static void note(struct op25b_radiusd *d, const char *text)
{
	snprintf(d->reload_problem, sizeof(d->reload_problem), "%s", text);
	op25b_log(OP25B_LOG_ERROR, "%s", text);
}

static bool same_listen(const struct op25b_collector *a, const struct op25b_collector *b)
{
	for (size_t i = 0; i < a->n_listen && a->n_listen == b->n_listen; i++) {
		if (!op25b_endpoint_same(&a->listen[i], &b->listen[i]))
			return false;
	}
	return a->n_listen == b->n_listen;
}

/* What was taken in hand at the start and is held until the end. */
static void note_fixed(struct op25b_radiusd *d)
{
	const struct op25b_collector *old = d->first, *new = d->collector;
	const struct op25b_conf_fixed fixed[] = {
		{ "listen", same_listen(old, new) },
		{ "store", op25b_text_same(old->store, new->store) },
		{ "socket", op25b_text_same(old->socket, new->socket) },
		{ "group", op25b_text_same(old->group, new->group) },
	};
	char text[200];

	if (*op25b_conf_differs("collector", "op25b-radiusd", fixed,
				sizeof(fixed) / sizeof(fixed[0]), text, sizeof(text)))
		note(d, text);
}

/* What was counted of a client stays with its name. */
static void move_counts(const struct op25b_radiusd *d, const struct op25b_collector *to,
			struct op25b_counts *counts)
{
	for (size_t i = 0; i < to->n_clients; i++) {
		for (size_t j = 0; j < d->collector->n_clients; j++) {
			if (!strcmp(to->clients[i].name, d->collector->clients[j].name))
				counts[i] = d->counts[j];
		}
	}
}

static bool same_settings(const struct op25b_sessions_settings *a,
			  const struct op25b_sessions_settings *b)
{
	return a->seen_every == b->seen_every && a->stale_after == b->stale_after &&
	       a->forget_after == b->forget_after && a->keep_history == b->keep_history &&
	       a->keep_changes == b->keep_changes;
}

/* Takes over *@collector on success. */
static int follow(struct op25b_radiusd *d, struct op25b_collector **collector)
{
	struct op25b_counts *counts = calloc((*collector)->n_clients, sizeof(*counts));
	struct op25b_collector *before = d->reloaded;

	if (!counts)
		return -ENOMEM;
	move_counts(d, *collector, counts);
	free(d->counts);
	d->counts = counts;
	d->open_due |= !same_settings(&(*collector)->settings, &d->collector->settings);
	d->collector = d->reloaded = OP25B_TAKE_PTR(*collector);
	op25b_collector_free(&before);
	return 0;
}

int op25b_reload(struct op25b_radiusd *d)
{
	OP25B_CLEANUP(op25b_collector_free) struct op25b_collector *collector = NULL;
	OP25B_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int r = -ENOMEM;

	if (out) {
		fprintf(out, "the collector file is wrong, the one before stays in force:\n");
		r = op25b_reload_read(d->path, out, &collector);
		if (fclose(out))
			r = -ENOMEM;
	}
	if (!r)
		r = follow(d, &collector);
	if (r == -ENOMEM) {
		note(d, "the collector file can't be read: out of memory");
	} else if (r) {
		text[size - 1] = '\0'; /* the last newline */
		note(d, text);
	}
	if (r)
		return r;
	d->reload_problem[0] = '\0';
	note_fixed(d);
	return 0;
}
