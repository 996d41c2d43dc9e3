/* SPDX-License-Identifier: BSD-2-Clause */
/* See json.h. */
#include "probe/json.h"

#include <string.h>

static json_t *text_or_null(const char *text)
{
	return text && text[0] ? json_string(text) : json_null();
}

/* 1, 0 and -1 as true, false and null. */
static json_t *three_valued(int works)
{
	return works < 0 ? json_null() : json_boolean(works);
}

static json_t *number_or_null(int64_t number)
{
	return number ? json_integer(number) : json_null();
}

static json_t *stages_json(const struct op25b_probe_row *row)
{
	static const char *const states[] = { NULL, "ok", "doubtful", "failed" };
	json_t *stages = json_object();

	for (int i = 0; i < OP25B_PROBE_N_STAGES; i++) {
		if (row->steps[i].state)
			json_object_set_new(
				stages, op25b_probe_stage_name((enum op25b_probe_stage)i),
				json_pack("{s:s, s:i}", "state", states[row->steps[i].state], "ms",
					  row->steps[i].ms));
	}
	return stages;
}

static json_t *certificate_json(const struct op25b_probe_row *row)
{
	static const char *const faults[] = { "untrusted", "self-signed", "expired",
					      "too-early", "other-name",  "ends-soon" };
	json_t *list = json_array();

	for (unsigned int i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (row->certificate & 1U << i)
			json_array_append_new(list, json_string(faults[i]));
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "faults", list, "subject",
			 text_or_null(row->subject), "issuer", text_or_null(row->issuer), "until",
			 number_or_null(row->certificate_until));
}

static json_t *refusal_json(const struct op25b_probe_row *row)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < row->refusal.n_lines; i++)
		json_array_append_new(lines, json_string(row->refusal.lines[i]));
	return json_pack("{s:o, s:o, s:o}", "code", text_or_null(row->refusal.code), "link",
			 text_or_null(row->refusal.link), "lines", lines);
}

static json_t *auth_json(const struct op25b_probe_row *row)
{
	json_t *list = json_array();

	for (size_t i = 0; i < row->n_auth; i++)
		json_array_append_new(list, json_string(row->auth[i]));
	return list;
}

static json_t *said_json(const struct op25b_probe_row *row)
{
	json_t *list = json_array();

	for (size_t i = 0; i < row->n_said; i++)
		json_array_append_new(list, json_pack("{s:s, s:b, s:i, s:s}", "from",
						      row->said[i].ours ? "client" : "server",
						      "tls", row->said[i].secret, "ms",
						      row->said[i].ms, "text", row->said[i].text));
	return list;
}

static json_t *row_json(const struct op25b_probe_report *report, const struct op25b_probe_row *row,
			bool said)
{
	char address[INET6_ADDRSTRLEN], source[INET6_ADDRSTRLEN];
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:i, s:o, s:b, s:o, s:s, s:s, s:o, s:i, s:o}", "host",
		report->hosts[row->host].name, "address",
		op25b_probe_address(&row->address, address), "family",
		op25b_probe_is_v6(row) ? "v6" : "v4", "port", row->port, "from",
		text_or_null(op25b_probe_address(&row->source, source)), "control", row->control,
		"works", three_valued(op25b_probe_works(row)), "result",
		op25b_probe_result_name(row->result), "stage", op25b_probe_stage_name(row->stage),
		"detail", text_or_null(row->detail), "ms", row->ms, "stages", stages_json(row));

	if (!object)
		return NULL;
	json_object_set_new(object, "greeting", text_or_null(row->greeting));
	json_object_set_new(object, "auth", auth_json(row));
	json_object_set_new(object, "auth_before_tls", json_boolean(row->auth_early));
	json_object_set_new(object, "rewritten", json_boolean(row->masked));
	json_object_set_new(object, "tls", text_or_null(row->tls));
	json_object_set_new(object, "certificate",
			    row->tls[0] ? certificate_json(row) : json_null());
	json_object_set_new(object, "refusal",
			    row->refusal.n_lines ? refusal_json(row) : json_null());
	if (said)
		json_object_set_new(object, "said", said_json(row));
	return object;
}

static json_t *host_json(const struct op25b_probe_report *report, size_t at)
{
	static const char *const dns[] = { "address", "found", "no-name", "no-address", "failed" };
	const struct op25b_probe_host *host = &report->hosts[at];

	return json_pack(
		"{s:s, s:b, s:o, s:o, s:b, s:b, s:{s:s, s:i, s:o, s:i, s:i}}", "host", host->name,
		"control", host->control, "works", three_valued(op25b_probe_host_works(report, at)),
		"mx", text_or_null(host->exchange), "is_mx", host->is_exchange, "takes_no_mail",
		host->takes_no_mail, "dns", "result", dns[host->dns], "ms", host->ms, "detail",
		text_or_null(host->detail), "v4", (int)host->n_v4, "v6", (int)host->n_v6);
}

static json_t *notes_json(const struct op25b_probe_judgement *judgement)
{
	json_t *notes = json_array();

	for (size_t i = 0; i < judgement->n_notes; i++)
		json_array_append_new(notes,
				      json_string(op25b_probe_note_name(judgement->notes[i].note)));
	return notes;
}

json_t *op25b_probe_json(const struct op25b_probe_report *report,
			 const struct op25b_probe_judgement *judgement, bool for_status, bool said)
{
	json_t *hosts = json_array(), *rows = json_array();

	for (size_t i = 0; i < report->n_hosts; i++)
		json_array_append_new(hosts, host_json(report, i));
	for (size_t i = 0; i < report->n_rows; i++)
		json_array_append_new(rows, row_json(report, &report->rows[i], said));
	return json_pack("{s:s, s:I, s:b, s:s, s:o, s:i, s:o, s:o, s:o}", "schema",
			 OP25B_PROBE_SCHEMA, "at", (json_int_t)report->at, "for_status", for_status,
			 "verdict", op25b_probe_verdict_name(judgement->verdict), "outcome",
			 text_or_null(judgement->outcome), "exit", judgement->exit, "notes",
			 notes_json(judgement), "hosts", hosts, "rows", rows);
}
