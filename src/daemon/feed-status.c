/* SPDX-License-Identifier: BSD-2-Clause */
/* What status says of the store that is followed, see feed.h. */
#include <inttypes.h>
#include <stdio.h>

#include "daemon/feed-state.h"
#include "serve/clock.h"

#define NSEC        1000000000LL
#define SILENT      3  /* seconds: health comes every second */
#define LAG_SECONDS 30 /* from here on it is a problem */

static const char *state_word(const struct op25b_feed *feed)
{
	if (feed->order.snapshot)
		return "snapshot";
	if (!feed->order.known)
		return "waiting";
	return feed->healthy ? "following" : "interrupted";
}

static json_t *stamp(int64_t wall)
{
	char text[OP25B_STAMP];

	return wall <= 0 ? json_null() : json_string(op25b_clock_stamp(wall, text));
}

/* Changes that the store has and packets do not meet yet; -1: not known. */
static int64_t changes_behind(const struct op25b_feed *feed)
{
	const struct op25b_position *last = &feed->health.last, *at = &feed->order.position;
	int64_t newest, in_force = feed->d->enforcer.rebuild ? feed->waiting_seq : at->seq;

	if (!feed->order.known || !feed->heard_ns || last->origin != at->origin)
		return -1;
	/* Health is of up to a second ago. */
	newest = last->seq > at->seq ? last->seq : at->seq;
	return newest > in_force ? newest - in_force : 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * How old what is in force may be: by the log, since nothing was heard, or since a change waits to
 * be put in force. -1: not known.
 */
static int64_t seconds_behind(const struct op25b_feed *feed)
{
	int64_t changes = changes_behind(feed), silence, by_log = 0, waiting = 0;
	int64_t now = op25b_clock_boot_ns();

	if (changes < 0)
		return -1;
	silence = (now - feed->heard_ns) / NSEC;
	if (changes && feed->applied_at && feed->health.changed_at > feed->applied_at)
		by_log = feed->health.changed_at - feed->applied_at;
	if (changes && feed->d->enforcer.rebuild)
		waiting = (now - feed->waiting_ns) / NSEC;
	return later(silence < SILENT ? 0 : silence, later(by_log, waiting));
}

static json_t *number_or_null(int64_t number)
{
	return number < 0 ? json_null() : json_integer(number);
}

static json_t *describe_nas(const struct op25b_feed *feed)
{
	json_t *list = json_array();

	for (size_t i = 0; i < feed->nas.n; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:o}", "name", feed->nas.list[i].name,
						"last_packet", stamp(feed->nas.list[i].last)));
	return list;
}

static json_t *describe_size(const struct op25b_feed *feed)
{
	struct op25b_live_size size;

	if (!feed->d->enforcer.live)
		return json_null();
	size = op25b_live_size(feed->d->enforcer.live);
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "prefixes", (json_int_t)size.prefixes, "v4",
			 (json_int_t)size.v4, "v6", (json_int_t)size.v6, "holders",
			 (json_int_t)size.holders, "memory", (json_int_t)size.bytes);
}

static json_t *describe_position(const struct op25b_position *position)
{
	return json_pack("{s:I, s:I}", "origin", (json_int_t)position->origin, "seq",
			 (json_int_t)position->seq);
}

json_t *op25b_feed_status(const struct op25b_feed *feed)
{
	struct op25b_position last = feed->health.last;
	const char *problem = *feed->problem ? feed->problem : feed->put_problem;
	const bool heard = feed->heard_ns != 0;

	if (!feed->store)
		return json_null();
	/* Health is of up to a second ago. */
	if (last.origin == feed->order.position.origin && last.seq < feed->order.position.seq)
		last.seq = feed->order.position.seq;
	return json_pack(
		"{s:s, s:s, s:s?, s:o, s:o, s:{s:o, s:o}, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:I}",
		"store", feed->shown, "state", state_word(feed), "problem",
		*problem ? problem : NULL, "position",
		feed->order.known ? describe_position(&feed->order.position) : json_null(), "last",
		heard ? describe_position(&last) : json_null(), "lag", "changes",
		number_or_null(changes_behind(feed)), "seconds",
		number_or_null(seconds_behind(feed)), "held", describe_size(feed), "snapshots",
		(json_int_t)feed->n_snapshots, "last_snapshot", stamp(feed->snapshot_at),
		"last_change", heard ? stamp(feed->health.changed_at) : json_null(), "bytes",
		heard ? json_integer(feed->health.bytes) : json_null(), "log_bytes",
		heard ? json_integer(feed->health.log_bytes) : json_null(), "nas",
		describe_nas(feed), "followers", (json_int_t)feed->n_started);
}

const char *op25b_feed_problem(const struct op25b_feed *feed, char buffer[static OP25B_PROBLEM])
{
	int64_t behind = seconds_behind(feed);

	buffer[0] = '\0';
	if (!feed->store)
		snprintf(buffer, OP25B_PROBLEM, "%s", feed->put_problem);
	else if (*feed->problem || *feed->put_problem)
		snprintf(buffer, OP25B_PROBLEM, "%.900s; %s",
			 *feed->problem ? feed->problem : feed->put_problem,
			 feed->order.known ? "the last known sessions stay in force" :
					     "no session is known yet");
	else if (behind > LAG_SECONDS)
		snprintf(buffer, OP25B_PROBLEM,
			 "sessions: what is in force is %" PRId64 " s behind the store", behind);
	return buffer;
}

const char *op25b_feed_wide(const struct op25b_feed *feed, char buffer[static OP25B_PROBLEM])
{
	uint64_t n = feed->wide ? op25b_live_size(feed->wide).prefixes : 0;

	buffer[0] = '\0';
	if (feed->store && n)
		snprintf(buffer, OP25B_PROBLEM,
			 "sessions: %" PRIu64 " prefixes are not in force: wider than a line has "
			 "(IPv4 /%d, IPv6 /%d); look at what that NAS reports",
			 n, OP25B_FEED_WIDEST_V4, OP25B_FEED_WIDEST_V6);
	return buffer;
}
