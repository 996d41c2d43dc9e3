/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store-feed LOCATION [SETTING=NUMBER...]: accounting written down as text, applied to a session
 * store with the text's clock. For tests that need a store with known content.
 *
 *   TIME start|interim|stop NAS SESSION [KEY=VALUE...] [PREFIX...]
 *   TIME on|off NAS
 *   TIME sweep                   all the upkeep that is due then
 *
 * TIME is when the packet arrives: seconds, or 2020-05-01T09:00:00Z. Keys: user_name, class,
 * filter_id, framed_pool, event (the packet's own time, if another), tells (both, v4, v6, none:
 * the families of which the packet tells all; both unless said). Words have no blanks; a line that
 * begins with "#" is for the reader. Settings are the members of struct op25b_sessions_settings.
 *
 * Each line is one batch. Its number is printed once it is durable, so that a test can wait for it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/date.h"
#include "policy/prefix.h"
#include "session/store.h"

static unsigned int number; /* of the line */

static void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void give_up(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fprintf(stderr, "store-feed: line %u: ", number);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	exit(2);
}

static int64_t read_number(const char *text)
{
	char *end = NULL;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		give_up("'%s' is no number", text);
	return value;
}

static int64_t read_time(const char *text)
{
	int64_t at;

	if (!text)
		give_up("TIME is missing");
	if (op25b_date_parse(text, NULL, false, &at) == OP25B_DATE_FINE)
		return at;
	return read_number(text);
}

static void read_setting(struct op25b_sessions_settings *settings, char *pair)
{
	const struct {
		const char *name;
		int64_t *value;
	} known[] = {
		{ "seen_every", &settings->seen_every },
		{ "stale_after", &settings->stale_after },
		{ "forget_after", &settings->forget_after },
		{ "keep_history", &settings->keep_history },
		{ "keep_changes", &settings->keep_changes },
	};
	char *value = strchr(pair, '=');

	if (!value)
		give_up("'%s' has no '='", pair);
	*value++ = '\0';
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, pair) != 0)
			continue;
		*known[i].value = read_number(value);
		return;
	}
	give_up("there is no setting '%s'", pair);
}

static bool read_status(const char *word, enum op25b_acct_status *ret)
{
	static const struct {
		const char *word;
		enum op25b_acct_status status;
	} known[] = {
		{ "start", OP25B_ACCT_START }, { "interim", OP25B_ACCT_INTERIM },
		{ "stop", OP25B_ACCT_STOP },   { "on", OP25B_ACCT_ON },
		{ "off", OP25B_ACCT_OFF },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].word, word) != 0)
			continue;
		*ret = known[i].status;
		return true;
	}
	return false;
}

static void keep_text(char to[static OP25B_ACCT_TEXT], const char *text)
{
	if (strlen(text) >= OP25B_ACCT_TEXT)
		give_up("'%s' is too long", text);
	snprintf(to, OP25B_ACCT_TEXT, "%s", text);
}

static void read_tells(struct op25b_acct *acct, const char *value)
{
	const bool both = strcmp(value, "both") == 0;

	acct->has_v4 = both || strcmp(value, "v4") == 0;
	acct->has_v6 = both || strcmp(value, "v6") == 0;
	if (!acct->has_v4 && !acct->has_v6 && strcmp(value, "none") != 0)
		give_up("tells=%s: both, v4, v6 or none", value);
}

static void read_pair(struct op25b_acct *acct, char *key, const char *value)
{
	const struct {
		const char *name;
		char *text;
	} texts[] = {
		{ "user_name", acct->user_name },
		{ "class", acct->class_ },
		{ "filter_id", acct->filter_id },
		{ "framed_pool", acct->framed_pool },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].name, key) != 0)
			continue;
		keep_text(texts[i].text, value);
		return;
	}
	if (strcmp(key, "event") == 0)
		acct->event_time = read_time(value);
	else if (strcmp(key, "tells") == 0)
		read_tells(acct, value);
	else
		give_up("there is no key '%s'", key);
}

/* Sorted, as the decoder gives them. */
static void add_prefix(struct op25b_acct *acct, const char *text)
{
	struct op25b_prefix prefix;
	size_t at = acct->n_prefixes;

	if (op25b_prefix_parse(text, &prefix) != OP25B_PREFIX_FINE)
		give_up("'%s' is no prefix", text);
	if (at == OP25B_ACCT_PREFIXES)
		give_up("more than %d prefixes", OP25B_ACCT_PREFIXES);
	for (; at && op25b_prefix_compare(&acct->prefixes[at - 1], &prefix) > 0; at--)
		acct->prefixes[at] = acct->prefixes[at - 1];
	acct->prefixes[at] = prefix;
	acct->n_prefixes++;
}

static void read_packet(char *rest, struct op25b_acct *acct)
{
	const bool of_session = acct->status <= OP25B_ACCT_INTERIM;
	char *word = strsep(&rest, " ");

	if (!word)
		give_up("NAS is missing");
	keep_text(acct->nas, word);
	word = of_session ? strsep(&rest, " ") : NULL;
	if (of_session && !word)
		give_up("SESSION is missing");
	if (word)
		keep_text(acct->session, word);
	while ((word = strsep(&rest, " ")) != NULL) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		if (value)
			read_pair(acct, word, value);
		else if (*word)
			add_prefix(acct, word);
	}
}

static void follow_line(struct op25b_sessions *store, char *line)
{
	struct op25b_acct acct = { .has_v4 = true, .has_v6 = true };
	struct op25b_error error = { .text = "" };
	const char *word;
	int64_t now;
	int r;

	now = read_time(strsep(&line, " "));
	acct.event_time = now;
	word = line ? strsep(&line, " ") : "";
	if (strcmp(word, "sweep") == 0) {
		/* Twice around: what one walk lets go of, the next one forgets. */
		for (int round = 0; round < 2; round++) {
			do
				r = op25b_sessions_sweep(store, now, 10000, &error);
			while (r > 0);
		}
	} else if (read_status(word, &acct.status)) {
		read_packet(line, &acct);
		r = op25b_sessions_apply(store, &acct, 1, now, NULL, &error);
	} else {
		give_up("'%s': start, interim, stop, on, off or sweep", word);
	}
	if (r < 0)
		give_up("%s", error.text);
}

int main(int argc, char **argv)
{
	struct op25b_sessions_settings settings = OP25B_SESSIONS_DEFAULTS;
	struct op25b_sessions *store = NULL;
	struct op25b_error error;
	OP25B_AUTO_FREE char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (argc < 2)
		give_up("usage: store-feed LOCATION [SETTING=NUMBER...] < TEXT");
	for (int i = 2; i < argc; i++)
		read_setting(&settings, argv[i]);
	if (op25b_sessions_open(argv[1], OP25B_SESSIONS_WRITE, &settings, &store, &error) < 0)
		give_up("%s", error.text);
	while ((n = getline(&line, &room, stdin)) > 0) {
		number++;
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (*line && *line != '#')
			follow_line(store, line);
		printf("%u\n", number);
		fflush(stdout);
	}
	op25b_sessions_close(&store);
	return 0;
}
