/* SPDX-License-Identifier: BSD-2-Clause */
/* See reload.h. */
#include "daemon/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "daemon/feed.h"
#include "daemon/monitor.h"
#include "daemon/notice.h"
#include "daemon/witness.h"
#include "serve/conf.h"
#include "serve/log.h"

static void note(struct op25b_daemon *d, const char *text)
{
	snprintf(d->reload_problem, sizeof(d->reload_problem), "%s", text);
	op25b_log(OP25B_LOG_ERROR, "%s", text);
}

/* Each fault a line, in the form of `op25bd --check`. */
static void note_findings(struct op25b_daemon *d, int r, const struct op25b_findings *findings)
{
	OP25B_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		fprintf(out, "the gateway file is wrong, the one before stays in force:\n");
		op25b_conf_say(d->gateway_path, r, findings, out);
		fclose(out);
	}
	if (text && size)
		text[size - 1] = '\0'; /* the last newline */
	note(d, text ? text : "the gateway file can't be read: out of memory");
}

/* What was taken in hand at the start and is held until the end. */
static void note_fixed(struct op25b_daemon *d)
{
	const struct op25b_gateway *old = d->first_gateway, *new = d->gateway;
	const struct op25b_conf_fixed fixed[] = {
		{ "socket", op25b_text_same(old->socket, new->socket) },
		{ "group", op25b_text_same(old->group, new->group) },
		{ "state", op25b_text_same(old->state, new->state) },
		{ "pins", op25b_text_same(old->pins, new->pins) },
		{ "reader", op25b_text_same(old->reader.socket, new->reader.socket) &&
				    op25b_text_same(old->reader.group, new->reader.group) },
	};
	char text[200];

	if (*op25b_conf_differs("gateway", "op25bd", fixed, sizeof(fixed) / sizeof(fixed[0]), text,
				sizeof(text)))
		note(d, text);
}

int op25b_reload(struct op25b_daemon *d)
{
	struct op25b_gateway *gateway = NULL, *old = d->reloaded;
	struct op25b_error error = { "" };
	struct op25b_findings findings;
	int r = op25b_gateway_load(d->gateway_path, &gateway, &findings);

	if (r)
		note_findings(d, r, &findings);
	op25b_findings_free(&findings);
	if (r)
		return r;
	d->reload_problem[0] = '\0';
	d->gateway = d->reloaded = gateway;
	r = op25b_witness_follow(d->witness, old ? old : d->first_gateway, &error);
	/* First: it sets notice_mark, by which attaching knows whether XDP gets a tc half. */
	op25b_monitor_follow(d->monitor, old ? old : d->first_gateway);
	op25b_ports_follow(&d->ports, gateway);
	op25b_feed_reload(d->feed);
	op25b_notice_reload(d->notice, &(old ? old : d->first_gateway)->notice);
	op25b_gateway_free(&old);
	note_fixed(d);
	if (r)
		note(d, error.text);
	return 0;
}

void op25b_reload_done(struct op25b_daemon *d)
{
	op25b_gateway_free(&d->reloaded);
}
