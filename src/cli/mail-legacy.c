/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b mail legacy`: who still sends by a way that the policy only counts, as a list for letters.
 * Asked of op25b-maild, page by page: it holds its state's file for itself alone.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/input.h"
#include "cli/mail.h"

enum { BEFORE, MAILD, SOCKET, CSV, JSON };

static const struct op25b_option options[] = {
	[BEFORE] = { "before", "DATE", "only whose way the policy closes before the end of DATE" },
	[MAILD] = OP25B_MAIL_MAILD,
	[SOCKET] = { "socket", "PATH", "op25b-maild's control socket (default: as the file says)" },
	[CSV] = { "csv", NULL, "comma-separated values (RFC 4180), with a head" },
	[JSON] = { "json", NULL, "JSON: op25b.mail-legacy/1 a line" },
	{ 0 },
};

struct listing {
	const struct op25b_command *self;
	int64_t before; /* INT64_MAX: all */
	bool csv, json;
	unsigned long n;
};

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

static int64_t time_of(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

/* A day is what a letter names. */
static const char *day_of(const json_t *row, const char *key, char ret[static OP25B_INPUT_DATE])
{
	*ret = '\0';
	if (json_is_integer(json_object_get(row, key)))
		op25b_input_date(time_of(row, key), ret);
	ret[strcspn(ret, "T")] = '\0';
	return ret;
}

/* What spreadsheets compute, those of Japan too; "'" so that ours can be taken away again. */
static bool is_formula(const char *text)
{
	static const char *const wide[] = { "＝", "＋", "－", "＠" };

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (!strncmp(text, wide[i], strlen(wide[i])))
			return true;
	}
	return *text && ((unsigned char)*text < ' ' || strchr("=+-@'", *text));
}

/* An id is somebody's word: a line's may be a RADIUS User-Name. */
static void print_field(const char *text, char end)
{
	const char *before = is_formula(text) ? "'" : "";

	if (!strpbrk(text, ",\"\r\n")) {
		printf("%s%s%c", before, text, end);
		return;
	}
	printf("\"%s", before);
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	printf("\"%c", end);
}

static void print_csv(const json_t *row)
{
	static const char *const keys[] = { "way", "service", "account", "line" };
	char date[OP25B_INPUT_DATE];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		print_field(text_of(row, keys[i]), ',');
	print_field(day_of(row, "first", date), ',');
	print_field(day_of(row, "last", date), ',');
	printf("%" PRId64 ",", time_of(row, "times"));
	print_field(day_of(row, "closes", date), '\n');
}

static void print_row(const json_t *row)
{
	const char *account = text_of(row, "account");
	char last[OP25B_INPUT_DATE], closes[OP25B_INPUT_DATE];

	day_of(row, "last", last);
	if (!*day_of(row, "closes", closes))
		snprintf(closes, sizeof(closes), "no date");
	printf("%-8s %-20s %-32s %-10s %8" PRId64 "  %s\n", text_of(row, "way"),
	       text_of(row, "service"), *account ? account : text_of(row, "line"), last,
	       time_of(row, "times"), closes);
}

static int date_json(json_t *row, const char *key)
{
	char date[OP25B_INPUT_DATE];

	if (!json_is_integer(json_object_get(row, key)))
		return 0;
	return json_object_set_new(row, key,
				   json_string(op25b_input_date(time_of(row, key), date)));
}

/* @row is taken; NULL is no memory. */
static int print_json(json_t *row)
{
	int r = json_object_set_new(row, "schema", json_string("op25b.mail-legacy/1")) ||
		date_json(row, "first") || date_json(row, "last") || date_json(row, "closes");

	if (!r)
		op25b_client_print(row);
	json_decref(row);
	return r ? -ENOMEM : 0;
}

static void print_head(const struct listing *listing)
{
	if (listing->csv)
		printf("way,service,account,line,first,last,times,closes\n");
	else if (!listing->json)
		printf("%-8s %-20s %-32s %-10s %8s  %s\n", "way", "service", "account or line",
		       "last", "mails", "closes");
}

static int show(struct listing *listing, const json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const json_t *closes = json_object_get(row, "closes");

		if (listing->before != INT64_MAX &&
		    (!json_is_integer(closes) || json_integer_value(closes) >= listing->before))
			continue;
		listing->n++;
		if (listing->csv)
			print_csv(row);
		else if (!listing->json)
			print_row(row);
		else if (print_json(json_deep_copy(row)))
			return -ENOMEM;
	}
	return 0;
}

static int walk(struct listing *listing, struct op25b_client *client)
{
	json_t *after = json_null(), *answer = NULL;
	bool more = true;
	int code, r;

	while (more) {
		json_t *request = json_pack("{s:s, s:o}", "op", "legacy", "after", after);

		after = NULL;
		if (op25b_client_request(client, request, &code) ||
		    op25b_client_receive(client, &answer, &code))
			return code;
		r = show(listing, json_object_get(answer, "rows"));
		more = json_is_true(json_object_get(answer, "more"));
		if (more) {
			const json_t *rows = json_object_get(answer, "rows");

			after = json_incref(json_array_get(rows, json_array_size(rows) - 1));
		}
		json_decref(answer);
		if (r) {
			json_decref(after);
			op25b_say(listing->self, "%s", strerror(-r));
			return OP25B_EXIT_PARTLY;
		}
	}
	return OP25B_EXIT_YES;
}

static int list(struct listing *listing, const char *socket)
{
	struct op25b_client *client = NULL;
	int code;

	if (op25b_client_open(listing->self, socket, &client, &code))
		return code;
	print_head(listing);
	code = walk(listing, client);
	op25b_client_close(&client);
	if (code == OP25B_EXIT_YES && !listing->csv && !listing->json)
		printf("%lu in all\n", listing->n);
	return op25b_finish(listing->self, code);
}

/* The policy's zone is that of the dates, those that are read and those that are shown. */
static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_mail_legacy;
	struct listing listing = { .self = self, .before = INT64_MAX };
	struct op25b_maild_file *file = NULL;
	struct op25b_input input = { 0 };
	struct op25b_args args;
	int code;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	listing.csv = args.values[CSV];
	listing.json = args.values[JSON];
	if (listing.csv && listing.json)
		return op25b_usage_error(self, "--csv or --json, not both");
	if (!op25b_mail_file(args.values[MAILD], &file, &code))
		return code;
	if (!op25b_input_policy(self, file->policy, NULL, &input, &code) &&
	    (!args.values[BEFORE] || !op25b_input_time(self, "before", args.values[BEFORE],
						       input.policy, true, &listing.before, &code)))
		code = list(&listing, args.values[SOCKET] ? args.values[SOCKET] : file->socket);
	op25b_input_done(&input);
	op25b_maild_free(&file);
	return code;
}

const struct op25b_command op25b_command_mail_legacy = {
	.name = "mail legacy",
	.run = run,
	.usage = "[--before DATE] [--csv | --json]",
	.help = "List who sends by a way that is only counted, and must move before it closes",
	.options = options,
	.more = "An account, or where nobody logged in a line, with the last mail, how many there\n"
		"were, and when the policy closes the way. Who was not seen for as long as\n"
		"retention.mail_log (90 days) is forgotten.",
};
