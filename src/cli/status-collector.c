/* SPDX-License-Identifier: BSD-2-Clause */
/* See status-collector.h. A count of nothing is not printed, but for what a reader looks for. */
#include "cli/status-collector.h"

#include <stdio.h>
#include <string.h>

#include "cli/field.h"
#include "cli/status-frame.h"

static double real_of(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void print_sockets(const json_t *answer)
{
	json_t *socket;
	size_t i;

	json_array_foreach(json_object_get(answer, "listen"), i, socket)
	{
		printf("%-13s %s port %lld, %lld dropped by a full queue of %.1f MB\n",
		       i ? "" : "listening", op25b_field_text(socket, "address"),
		       op25b_field_number(socket, "port"), op25b_field_number(socket, "dropped"),
		       real_of(socket, "queue_bytes") / 1e6);
	}
}

static void print_store(const json_t *answer)
{
	json_t *store = json_object_get(answer, "store");

	printf("store         %s%s\n", op25b_field_text(store, "location"),
	       json_is_true(json_object_get(store, "ok")) ? "" : ": AWAY");
	if (json_is_integer(json_object_get(store, "last")))
		printf("              change %lld at %s; %.1f MB, and %.1f MB of log\n",
		       op25b_field_number(store, "last"), op25b_field_text(store, "changed_at"),
		       real_of(store, "bytes") / 1e6, real_of(store, "log_bytes") / 1e6);
}

static void print_counts(const json_t *counts)
{
	static const char *const besides[] = { "duplicates", "crowded", "failed" };
	json_t *packets = json_object_get(counts, "packets"), *n;
	const char *name;

	printf("%lld answered", op25b_field_number(counts, "answered"));
	json_object_foreach(packets, name, n)
	{
		if (json_integer_value(n))
			printf(", %s %lld", name, (long long)json_integer_value(n));
	}
	for (size_t i = 0; i < sizeof(besides) / sizeof(besides[0]); i++) {
		if (op25b_field_number(counts, besides[i]))
			printf(", %s %lld", besides[i], op25b_field_number(counts, besides[i]));
	}
	if (json_is_string(json_object_get(counts, "last")))
		printf("; last %s", op25b_field_text(counts, "last"));
	putchar('\n');
}

static void print_clients(const json_t *answer)
{
	json_t *list = json_object_get(answer, "clients"), *client;
	size_t i;

	json_array_foreach(list, i, client)
	{
		printf("%-13s %s: ", i ? "" : "clients", op25b_field_text(client, "name"));
		print_counts(client);
	}
	if (json_array_size(list) > 1) {
		printf("%-13s ", "all");
		print_counts(json_object_get(answer, "totals"));
	}
	if (op25b_field_number(answer, "unknown"))
		printf("unknown       %lld packets of no client's address; last %s\n",
		       op25b_field_number(answer, "unknown"),
		       op25b_field_text(answer, "unknown_at"));
	if (op25b_field_number(answer, "unsent"))
		printf("unsent        %lld answers that the kernel did not take\n",
		       op25b_field_number(answer, "unsent"));
}

static void print_records(const json_t *answer)
{
	json_t *records = json_object_get(answer, "records");
	json_t *batches = json_object_get(answer, "batches");

	printf("records       %lld changed something, %lld nothing; late %lld, unusable %lld\n",
	       op25b_field_number(records, "changed"), op25b_field_number(records, "unchanged"),
	       op25b_field_number(records, "late"), op25b_field_number(records, "unusable"));
	if (op25b_field_number(records, "left_out"))
		printf("              %lld prefixes left out: their session had too many\n",
		       op25b_field_number(records, "left_out"));
	printf("commits       %lld, of %.1f records in the mean; last %.1f ms, longest %.1f ms; "
	       "%lld waiting\n",
	       op25b_field_number(batches, "count"), real_of(batches, "mean"),
	       real_of(batches, "last_ms"), real_of(batches, "most_ms"),
	       op25b_field_number(answer, "waiting"));
}

static void print_nases(const json_t *answer)
{
	json_t *nas;
	size_t i;

	json_array_foreach(json_object_get(answer, "nas"), i, nas)
		printf("%-13s %s, last %s\n", i ? "" : "NAS", op25b_field_text(nas, "name"),
		       op25b_field_text(nas, "last"));
}

void op25b_status_collector(const json_t *answer)
{
	op25b_status_begin(answer, "op25b-radiusd");
	print_sockets(answer);
	print_store(answer);
	print_clients(answer);
	print_records(answer);
	print_nases(answer);
	op25b_status_end(answer, "collecting");
}
