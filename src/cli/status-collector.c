/* SPDX-License-Identifier: BSD-2-Clause */
/* See status-collector.h. A count of nothing is not printed, but for what a reader looks for. */
#include "cli/status-collector.h"

#include <stdio.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static long long number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

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
		       i ? "" : "listening", text_of(socket, "address"), number_of(socket, "port"),
		       number_of(socket, "dropped"), real_of(socket, "queue_bytes") / 1e6);
	}
}

static void print_store(const json_t *answer)
{
	json_t *store = json_object_get(answer, "store");

	printf("store         %s%s\n", text_of(store, "location"),
	       json_is_true(json_object_get(store, "ok")) ? "" : ": AWAY");
	if (json_is_integer(json_object_get(store, "last")))
		printf("              change %lld at %s; %.1f MB, and %.1f MB of log\n",
		       number_of(store, "last"), text_of(store, "changed_at"),
		       real_of(store, "bytes") / 1e6, real_of(store, "log_bytes") / 1e6);
}

static void print_counts(const json_t *counts)
{
	static const char *const besides[] = { "duplicates", "crowded", "failed" };
	json_t *packets = json_object_get(counts, "packets"), *n;
	const char *name;

	printf("%lld answered", number_of(counts, "answered"));
	json_object_foreach(packets, name, n)
	{
		if (json_integer_value(n))
			printf(", %s %lld", name, (long long)json_integer_value(n));
	}
	for (size_t i = 0; i < sizeof(besides) / sizeof(besides[0]); i++) {
		if (number_of(counts, besides[i]))
			printf(", %s %lld", besides[i], number_of(counts, besides[i]));
	}
	if (json_is_string(json_object_get(counts, "last")))
		printf("; last %s", text_of(counts, "last"));
	putchar('\n');
}

static void print_clients(const json_t *answer)
{
	json_t *list = json_object_get(answer, "clients"), *client;
	size_t i;

	json_array_foreach(list, i, client)
	{
		printf("%-13s %s: ", i ? "" : "clients", text_of(client, "name"));
		print_counts(client);
	}
	if (json_array_size(list) > 1) {
		printf("%-13s ", "all");
		print_counts(json_object_get(answer, "totals"));
	}
	if (number_of(answer, "unknown"))
		printf("unknown       %lld packets of no client's address; last %s\n",
		       number_of(answer, "unknown"), text_of(answer, "unknown_at"));
	if (number_of(answer, "unsent"))
		printf("unsent        %lld answers that the kernel did not take\n",
		       number_of(answer, "unsent"));
}

static void print_records(const json_t *answer)
{
	json_t *records = json_object_get(answer, "records");
	json_t *batches = json_object_get(answer, "batches");

	printf("records       %lld changed something, %lld nothing; late %lld, unusable %lld\n",
	       number_of(records, "changed"), number_of(records, "unchanged"),
	       number_of(records, "late"), number_of(records, "unusable"));
	if (number_of(records, "left_out"))
		printf("              %lld prefixes left out: their session had too many\n",
		       number_of(records, "left_out"));
	printf("commits       %lld, of %.1f records in the mean; last %.1f ms, longest %.1f ms; "
	       "%lld waiting\n",
	       number_of(batches, "count"), real_of(batches, "mean"), real_of(batches, "last_ms"),
	       real_of(batches, "most_ms"), number_of(answer, "waiting"));
}

static void print_nases(const json_t *answer)
{
	json_t *nas;
	size_t i;

	json_array_foreach(json_object_get(answer, "nas"), i, nas) printf(
		"%-13s %s, last %s\n", i ? "" : "NAS", text_of(nas, "name"), text_of(nas, "last"));
}

void op25b_status_collector(const json_t *answer)
{
	json_t *problem;
	size_t i;

	printf("op25b-radiusd %s, pid %lld, since %s\n", text_of(answer, "version"),
	       number_of(answer, "pid"), text_of(answer, "started_at"));
	print_sockets(answer);
	print_store(answer);
	print_clients(answer);
	print_records(answer);
	print_nases(answer);
	json_array_foreach(json_object_get(answer, "problems"), i, problem)
		printf("PROBLEM       %s\n", json_string_value(problem));
	if (json_is_true(json_object_get(answer, "ok")))
		puts("verdict       collecting, no problems");
}
