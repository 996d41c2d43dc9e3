/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b.facts/1: what is known of one line for at most an hour, see answer.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/witness.h"
#include "policy/prefix.h"
#include "policy/words.h"
#include "serve/clock.h"

/* The name of a counter slot; NULL: of none, or of one that is shared. */
static const char *service_of_slot(const struct op25b_daemon *d, uint16_t slot)
{
	const char *id;
	json_t *value;

	if (slot == OP25B_COUNTER_NONE || slot == OP25B_COUNTER_OTHER)
		return NULL;
	json_object_foreach(d->state.slots, id, value)
	{
		if (json_integer_value(value) == slot)
			return id;
	}
	return NULL;
}

/* By the clock on the wall of now, whatever it said then. */
static json_t *describe_last(const struct op25b_daemon *d,
			     const struct op25b_sightings_facts *facts)
{
	char stamp[OP25B_STAMP];

	return json_pack("{s:s, s:s, s:s, s:s?}", "at",
			 op25b_clock_stamp(op25b_clock_wall_at(facts->at), stamp), "reason",
			 op25b_words_name(&op25b_words_reason, facts->reason), "family",
			 op25b_words_name(&op25b_words_family, facts->family), "service",
			 service_of_slot(d, facts->service));
}

static json_t *describe(const struct op25b_daemon *d, const struct op25b_witness_line *line,
			bool kept)
{
	struct op25b_sightings *table = op25b_witness_table(d->witness);
	const uint32_t suspect = d->gateway->facts.suspect;
	const int64_t now = op25b_witness_now();
	struct op25b_sightings_facts facts = { 0 };
	char digest[17], prefix[OP25B_PREFIX_TEXT] = "";
	const bool seen = kept && op25b_sightings_find(table, now, line->key, &facts);

	snprintf(digest, sizeof(digest), "%016" PRIx64, d->enforcer.ruleset.policy->digest);
	if (kept && line->prefix.family)
		op25b_prefix_format(&line->prefix, prefix);
	return json_pack("{s:s, s:b, s:s?, s:s?, s:s?, s:o, s:I, s:I, s:b, s:I, s:I, s:s}",
			 "schema", "op25b.facts/1", "kept", (int)kept, "line",
			 *line->id ? line->id : NULL, "prefix", *prefix ? prefix : NULL, "service",
			 line->service ? line->service->id : NULL, "last",
			 seen ? describe_last(d, &facts) : json_null(), "attempts",
			 (json_int_t)facts.attempts, "destinations", (json_int_t)facts.destinations,
			 "suspect", (int)(seen && facts.destinations >= suspect), "since",
			 (json_int_t)(kept ? op25b_sightings_since(table, now) : 0), "suspect_from",
			 (json_int_t)suspect, "digest", digest);
}

json_t *op25b_answer_facts(const struct op25b_daemon *d, const struct op25b_prefix *address,
			   uint16_t port)
{
	struct op25b_witness_line line = { 0 };
	const bool kept = op25b_witness_line(d->witness, address, port, &line);

	return describe(d, &line, kept);
}

json_t *op25b_answer_facts_of(const struct op25b_daemon *d, const char *name)
{
	struct op25b_witness_line line = { 0 };
	const bool kept = op25b_witness_table(d->witness) &&
			  !op25b_witness_key(d->witness, name, &line.key);

	snprintf(line.id, sizeof(line.id), "%s", name);
	return describe(d, &line, kept);
}
