/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /metrics: what the daemons count, for Prometheus. OpenMetrics 1.0 where it is asked for, else the
 * text format 0.0.4; they differ in a counter's name, in units and in the end. No label holds an
 * address, a line or an account: labels are services, reasons and words of ours.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "web/route.h"

struct metrics {
	struct op25b_html *h;
	bool open; /* OpenMetrics */
};

enum kind { COUNTER, GAUGE, INFO };

static void begin(const struct metrics *m, const char *name, enum kind kind, const char *unit,
		  const char *help)
{
	static const char *const kinds[] = { "counter", "gauge", "info" };
	const char *tail = m->open ? "" : kind == COUNTER ? "_total" : kind == INFO ? "_info" : "";
	const char *word = !m->open && kind == INFO ? "gauge" : kinds[kind];

	op25b_html_rawf(m->h, "# HELP %s%s %s\n", name, tail, help);
	op25b_html_rawf(m->h, "# TYPE %s%s %s\n", name, tail, word);
	if (m->open && *unit)
		op25b_html_rawf(m->h, "# UNIT %s %s\n", name, unit);
}

/* The value of a label: backslash, quote and newline are escaped. */
static void label(const struct metrics *m, const char *between, const char *name, const char *value)
{
	op25b_html_rawf(m->h, "%s%s=\"", between, name);
	for (; *value; value++) {
		char c[3] = { *value, '\0', '\0' };

		if (*value == '\\' || *value == '"') {
			c[0] = '\\';
			c[1] = *value;
		} else if (*value == '\n') {
			memcpy(c, "\\n", 3);
		}
		op25b_html_raw(m->h, c);
	}
	op25b_html_raw(m->h, "\"");
}

static void plain(const struct metrics *m, const char *name, enum kind kind, json_int_t value)
{
	op25b_html_rawf(m->h, "%s%s %" JSON_INTEGER_FORMAT "\n", name,
			kind == COUNTER ? "_total" : "", value);
}

static void labelled(const struct metrics *m, const char *name, enum kind kind, const char *key,
		     const char *word, json_int_t value)
{
	op25b_html_rawf(m->h, "%s%s", name, kind == COUNTER ? "_total" : "");
	label(m, "{", key, word);
	op25b_html_rawf(m->h, "} %" JSON_INTEGER_FORMAT "\n", value);
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

/* A counter of rows, each with a number under @unit, labelled by its words of @keys; NULL ends. */
static void write_rows(const struct metrics *m, const char *name, const char *unit,
		       const char *const *keys, const json_t *rows)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		op25b_html_rawf(m->h, "%s_total", name);
		for (size_t k = 0; keys[k]; k++)
			label(m, k ? "," : "{", keys[k], text(row, keys[k]));
		op25b_html_rawf(m->h, "} %" JSON_INTEGER_FORMAT "\n", number(row, unit));
	}
}

static void write_packets(const struct metrics *m, const json_t *counters)
{
	static const char *const keys[] = { "service", "verdict", "reason", "family", NULL };

	begin(m, "op25b_packets", COUNTER, "packets",
	      "Packets to TCP port 25 that were judged, by service, verdict, reason and family.");
	write_rows(m, "op25b_packets", "packets", keys, json_object_get(counters, "counters"));
}

static void write_answers(const struct metrics *m, const json_t *counters)
{
	const json_t *value;
	const char *key;

	begin(m, "op25b_answers", COUNTER, "", "What became of answers to refused packets.");
	json_object_foreach((json_t *)json_object_get(counters, "answers"), key, value)
		labelled(m, "op25b_answers", COUNTER, "result", key, json_integer_value(value));
}

static void write_lag(const struct metrics *m, const json_t *sessions)
{
	const json_t *lag = json_object_get(sessions, "lag");
	const json_t *changes = json_object_get(lag, "changes"), *seconds;

	seconds = json_object_get(lag, "seconds");
	if (json_is_integer(changes)) {
		begin(m, "op25b_sessions_lag_changes", GAUGE, "changes",
		      "Changes of the session store that are not in force yet.");
		plain(m, "op25b_sessions_lag_changes", GAUGE, json_integer_value(changes));
	}
	if (json_is_integer(seconds)) {
		begin(m, "op25b_sessions_lag_seconds", GAUGE, "seconds",
		      "How old the oldest change is that is not in force yet.");
		plain(m, "op25b_sessions_lag_seconds", GAUGE, json_integer_value(seconds));
	}
	begin(m, "op25b_sessions_held_prefixes", GAUGE, "prefixes",
	      "Prefixes that live sessions hold on the gateway.");
	plain(m, "op25b_sessions_held_prefixes", GAUGE,
	      number(json_object_get(sessions, "held"), "prefixes"));
}

static void write_gateway(const struct metrics *m, const struct op25b_status_facts *status)
{
	const json_t *sessions = json_object_get(status->gateway, "sessions");
	const json_t *pending = json_object_get(status->gateway, "pending");

	if (json_is_object(sessions))
		write_lag(m, sessions);
	if (status->gateway) {
		begin(m, "op25b_commit_confirm_left_seconds", GAUGE, "seconds",
		      "Until a policy that waits to be confirmed is taken back; -1: none waits.");
		plain(m, "op25b_commit_confirm_left_seconds", GAUGE,
		      json_is_object(pending) ? number(pending, "seconds_left") : -1);
	}
	if (status->counters) {
		write_packets(m, status->counters);
		write_answers(m, status->counters);
	}
}

static void write_daemons(const struct metrics *m, const struct op25b_status_facts *status)
{
	/* One that the web file doesn't name is not asked, and so not missed. */
	const struct {
		const char *name;
		const json_t *status;
		bool asked;
	} daemons[] = { { "op25bd", status->gateway,
			  json_is_object(json_object_get(status->self, "gateway")) },
			{ "op25b-maild", status->maild,
			  json_is_object(json_object_get(status->self, "maild")) },
			{ "op25b-webd", status->self, true } };

	begin(m, "op25b_up", GAUGE, "", "Whether a daemon answered this scrape.");
	for (size_t i = 0; i < 3; i++) {
		if (daemons[i].asked)
			labelled(m, "op25b_up", GAUGE, "daemon", daemons[i].name,
				 daemons[i].status != NULL);
	}
	begin(m, "op25b_problems", GAUGE, "", "What a daemon says is not as it should be.");
	for (size_t i = 0; i < 3; i++) {
		if (daemons[i].status)
			labelled(m, "op25b_problems", GAUGE, "daemon", daemons[i].name,
				 (json_int_t)json_array_size(
					 json_object_get(daemons[i].status, "problems")));
	}
}

/* Of all sockets of a service: it has one in the file system and others by TCP. */
static json_int_t answered(const json_t *sockets, const char *service, size_t *ret_first)
{
	json_int_t sum = 0;

	for (size_t i = json_array_size(sockets); i-- > 0;) {
		const json_t *row = json_array_get(sockets, i);

		if (strcmp(text(row, "service"), service) != 0)
			continue;
		sum += number(row, "answered");
		*ret_first = i;
	}
	return sum;
}

static void write_legacy(const struct metrics *m, const json_t *maild)
{
	static const char *const keys[] = { "way", "service", NULL };

	begin(m, "op25b_mail_legacy_mails", COUNTER, "mails",
	      "Mails that came by a way that the policy only counts, by way and service.");
	write_rows(m, "op25b_mail_legacy_mails", "mails", keys, json_object_get(maild, "counted"));
}

static void write_mail(const struct metrics *m, const json_t *maild)
{
	const json_t *sockets = json_object_get(maild, "sockets"), *row;
	size_t i, first = 0;

	begin(m, "op25b_mail_questions", COUNTER, "",
	      "Questions of Postfix and Dovecot that were answered, by what they were about.");
	json_array_foreach(sockets, i, row)
	{
		const char *service = text(row, "service");
		json_int_t sum = answered(sockets, service, &first);

		if (first == i)
			labelled(m, "op25b_mail_questions", COUNTER, "service", service, sum);
	}
}

static void write_probe(const struct metrics *m, const struct op25b_probe_facts *probe)
{
	const struct {
		const char *port;
		enum op25b_probed seen;
	} ports[] = { { "465", probe->port465 },
		      { "587", probe->port587 },
		      { "25", probe->port25 } };

	if (!probe->at)
		return;
	begin(m, "op25b_probe_timestamp_seconds", GAUGE, "seconds",
	      "When the probe last ran, seconds since 1970.");
	plain(m, "op25b_probe_timestamp_seconds", GAUGE, probe->at);
	begin(m, "op25b_probe_success", GAUGE, "",
	      "Whether our own servers took a mail program's connection, by port.");
	for (size_t i = 0; i < 3; i++) {
		if (ports[i].seen != OP25B_PROBE_UNKNOWN)
			labelled(m, "op25b_probe_success", GAUGE, "port", ports[i].port,
				 ports[i].seen == OP25B_PROBE_GOOD);
	}
}

static void write_pages(const struct metrics *m, const struct op25b_page *page)
{
	const json_t *self = page->facts->status.self, *value;
	const struct op25b_policy *policy = page->site->judge.policy;
	uint64_t enforced = page->facts->line.digest;
	const char *key;

	begin(m, "op25b_web_requests", COUNTER, "", "Requests for pages, by what became of them.");
	json_object_foreach((json_t *)json_object_get(self, "requests"), key, value) labelled(
		m, "op25b_web_requests", COUNTER, "result", key, json_integer_value(value));
	begin(m, "op25b_web_connections", GAUGE, "", "Connections now.");
	plain(m, "op25b_web_connections", GAUGE,
	      number(json_object_get(self, "connections"), "now"));
	if (enforced) {
		begin(m, "op25b_policy_in_sync", GAUGE, "",
		      "Whether pages show the policy that op25bd enforces.");
		plain(m, "op25b_policy_in_sync", GAUGE, enforced == policy->digest);
	}
	begin(m, "op25b_policy_lines", GAUGE, "", "Lines that the policy names.");
	plain(m, "op25b_policy_lines", GAUGE, (json_int_t)policy->n_line_ids);
	begin(m, "op25b_policy_exemptions", GAUGE, "", "Exemptions of the policy, by their state.");
	{
		json_int_t now = 0, later = 0, over = 0;

		for (size_t i = 0; i < policy->n_exemptions; i++) {
			const struct op25b_grant *one = &policy->exemptions[i];

			now += one->from <= page->request->now && page->request->now < one->until;
			later += one->from > page->request->now;
			over += one->until <= page->request->now;
		}
		labelled(m, "op25b_policy_exemptions", GAUGE, "state", "in_force", now);
		labelled(m, "op25b_policy_exemptions", GAUGE, "state", "to_come", later);
		labelled(m, "op25b_policy_exemptions", GAUGE, "state", "over", over);
	}
}

void op25b_page_metrics(struct op25b_page *page)
{
	const struct op25b_status_facts *status = &page->facts->status;
	const struct metrics m = {
		.h = page->html,
		.open = strstr(page->request->accept, "application/openmetrics-text") != NULL,
	};

	page->response->content_type =
		m.open ? "application/openmetrics-text; version=1.0.0; charset=utf-8" :
			 "text/plain; version=0.0.4; charset=utf-8";
	begin(&m, "op25b_build", INFO, "", "The version of op25b-webd.");
	op25b_html_raw(m.h, "op25b_build_info{version=\"" OP25B_VERSION "\"} 1\n");
	write_daemons(&m, status);
	write_gateway(&m, status);
	if (status->maild) {
		write_mail(&m, status->maild);
		write_legacy(&m, status->maild);
	}
	write_probe(&m, &page->facts->probe);
	write_pages(&m, page);
	if (m.open)
		op25b_html_raw(m.h, "# EOF\n");
}

/* For whoever watches over this daemon: 503 where pages can't be right. */
void op25b_page_healthz(struct op25b_page *page)
{
	const json_t *problems = json_object_get(page->facts->status.self, "problems"), *problem;
	size_t i;

	page->response->content_type = "text/plain; charset=utf-8";
	page->response->status = json_array_size(problems) ? 503 : 200;
	page->html->plain = true;
	json_array_foreach(problems, i, problem)
	{
		op25b_html_text(page->html, json_string_value(problem));
		op25b_html_raw(page->html, "\n");
	}
	if (!i)
		op25b_html_raw(page->html, "ok\n");
}
