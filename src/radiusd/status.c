/* SPDX-License-Identifier: BSD-2-Clause */
/* See status.h. */
#include "radiusd/status.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/prefix.h"
#include "serve/clock.h"

static json_t *stamp(int64_t wall)
{
	char text[OP25B_STAMP];

	return wall <= 0 || wall == INT64_MAX ? json_null() :
						json_string(op25b_clock_stamp(wall, text));
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *describe_store(const struct op25b_radiusd *d)
{
	const struct op25b_sessions_health *h = &d->health;
	json_t *json = json_pack("{s:s, s:b}", "location", d->first->store_shown, "ok",
				 (int)!op25b_store_away(d));

	if (!d->known)
		return json;
	json_object_set_new(json, "origin", json_integer(h->last.origin));
	json_object_set_new(json, "last", json_integer(h->last.seq));
	json_object_set_new(json, "trimmed", json_integer(h->trimmed));
	json_object_set_new(json, "changed_at", stamp(h->changed_at));
	json_object_set_new(json, "bytes", json_integer(h->bytes));
	json_object_set_new(json, "log_bytes", json_integer(h->log_bytes));
	return json;
}

static json_t *describe_results(const struct op25b_counts *counts)
{
	json_t *json = json_object();

	for (int i = 0; i < OP25B_RADIUS_RESULT_COUNT; i++)
		json_object_set_new(json, op25b_radius_result_name((enum op25b_radius_result)i),
				    number(counts->results[i]));
	return json;
}

static json_t *describe_counts(const struct op25b_counts *counts)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "packets", describe_results(counts),
			 "duplicates", number(counts->duplicates), "crowded",
			 number(counts->crowded), "failed", number(counts->failed), "answered",
			 number(counts->answered), "last", stamp(counts->last));
}

static json_t *describe_clients(const struct op25b_radiusd *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->collector->n_clients; i++) {
		json_t *json = describe_counts(&d->counts[i]);

		json_object_set_new(json, "name", json_string(d->collector->clients[i].name));
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *describe_totals(const struct op25b_radiusd *d)
{
	struct op25b_counts all = { .last = 0 };

	for (size_t i = 0; i < d->collector->n_clients; i++) {
		const struct op25b_counts *one = &d->counts[i];

		for (int j = 0; j < OP25B_RADIUS_RESULT_COUNT; j++)
			all.results[j] += one->results[j];
		all.duplicates += one->duplicates;
		all.crowded += one->crowded;
		all.failed += one->failed;
		all.answered += one->answered;
		all.last = one->last > all.last ? one->last : all.last;
	}
	return describe_counts(&all);
}

static json_t *describe_records(const struct op25b_radiusd *d)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "changed", number(d->tally.changed),
			 "unchanged", number(d->tally.unchanged), "late", number(d->tally.late),
			 "unusable", number(d->tally.unusable), "left_out",
			 number(d->tally.left_out));
}

static json_t *describe_batches(const struct op25b_radiusd *d)
{
	return json_pack("{s:o, s:f, s:f, s:f}", "count", number(d->batches), "mean",
			 d->batches ? (double)d->batched / (double)d->batches : 0.0, "last_ms",
			 (double)d->commit_last_ns / 1e6, "most_ms",
			 (double)d->commit_most_ns / 1e6);
}

static json_t *describe_sockets(const struct op25b_radiusd *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_sockets; i++) {
		const struct op25b_endpoint *listen = &d->first->listen[i];
		char text[OP25B_PREFIX_TEXT];

		op25b_address_format(listen->address.family, listen->address.addr, text);
		json_array_append_new(list, json_pack("{s:s, s:i, s:i, s:o}", "address", text,
						      "port", (int)listen->port, "queue_bytes",
						      d->sockets[i].room, "dropped",
						      number(op25b_udp_dropped(&d->sockets[i]))));
	}
	return list;
}

static json_t *describe_nases(const struct op25b_radiusd *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_nases; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "name", d->nases[i].name,
						      "last", stamp(d->nases[i].last)));
	return list;
}

static void add_problem(json_t *list, const char *text)
{
	if (*text)
		json_array_append_new(list, json_string(text));
}

static json_t *describe_problems(const struct op25b_radiusd *d)
{
	json_t *list = json_array();
	char text[200];

	add_problem(list, d->store_problem);
	add_problem(list, d->damage);
	add_problem(list, d->reload_problem);
	if (d->known && d->health.checkpoint) {
		snprintf(text, sizeof(text),
			 "the store's log can't be carried over into its database, and grows: %s",
			 strerror(-d->health.checkpoint));
		add_problem(list, text);
	}
	return list;
}

json_t *op25b_collector_status(const struct op25b_radiusd *d)
{
	json_t *problems = describe_problems(d);

	return json_pack("{s:s, s:b, s:o, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o}",
			 "schema", "op25b.collector/1", "ok", (int)(json_array_size(problems) == 0),
			 "problems", problems, "version", OP25B_VERSION, "pid", (int)getpid(),
			 "started_at", stamp(d->started_at), "listen", describe_sockets(d), "store",
			 describe_store(d), "clients", describe_clients(d), "totals",
			 describe_totals(d), "unknown", number(d->unknown), "unknown_at",
			 stamp(d->unknown_at), "unsent", number(d->unsent), "waiting",
			 number(op25b_queue_waiting(d->queue)), "records", describe_records(d),
			 "batches", describe_batches(d), "nas", describe_nases(d));
}

static void on_line(struct op25b_client *client, const char *line, size_t size, void *context)
{
	json_t *request = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	const char *op = json_string_value(json_object_get(request, "op"));

	if (op && !strcmp(op, "status"))
		op25b_client_send(client, op25b_collector_status(context));
	else
		op25b_client_fail(client, "bad-request",
				  "op25b-radiusd answers {\"op\":\"status\"} and nothing else");
	json_decref(request);
}

const struct op25b_control_calls op25b_collector_calls = { .line = on_line };
