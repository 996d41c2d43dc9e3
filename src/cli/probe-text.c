/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe-text.h. */
#include "cli/probe-text.h"

#include <string.h>
#include <time.h>

#include "base/fill.h"

/* Room for the values of a sentence that are made for it. */
struct values {
	struct op25b_fill_value list[12];
	size_t n;
	char port[8], ports[64], date[16], address[INET6_ADDRSTRLEN];
};

static void set(struct values *values, const char *name, const char *value)
{
	values->list[values->n++] =
		(struct op25b_fill_value){ name, value && value[0] ? value : NULL };
}

/* "25, 587, 465": those that work, port 25 first. */
static void list_ports(const struct op25b_probe_report *report,
		       const struct op25b_probe_judgement *judgement, bool smtp, char *ret,
		       size_t room)
{
	size_t done = 0;

	ret[0] = '\0';
	for (size_t i = 0; smtp && i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];

		if (row->port == 25 && !row->control && op25b_probe_works(row) > 0) {
			done = (size_t)snprintf(ret, room, "25");
			break;
		}
	}
	for (size_t i = 0; i < judgement->n_open && done < room; i++)
		done += (size_t)snprintf(ret + done, room - done, "%s%u", done ? ", " : "",
					 judgement->open[i]);
}

static const char *control_name(const struct op25b_probe_report *report)
{
	for (size_t i = 0; i < report->n_hosts; i++) {
		if (report->hosts[i].control)
			return report->hosts[i].name;
	}
	return NULL;
}

/* Whose name a sentence means. */
static const char *name_of(const struct op25b_probe_row *row, enum op25b_probe_word word)
{
	if (word == OP25B_PROBE_SAYS_NOTE_OTHER_NAME)
		return row->subject;
	if (word == OP25B_PROBE_SAYS_NOTE_UNTRUSTED)
		return row->issuer;
	return row->names_itself;
}

static void row_values(struct values *values, const struct op25b_probe_row *row,
		       enum op25b_probe_word word, enum op25b_probe_lang lang)
{
	const time_t until = (time_t)row->certificate_until;
	struct tm day;

	snprintf(values->port, sizeof(values->port), "%u", row->port);
	set(values, "port", values->port);
	set(values, "address", op25b_probe_address(&row->address, values->address));
	set(values, "how", op25b_probe_word(op25b_probe_how_word(row->result), lang));
	set(values, "detail", row->detail);
	set(values, "code", row->refusal.code);
	set(values, "link", row->refusal.link);
	set(values, "name", name_of(row, word));
	if (until && gmtime_r(&until, &day) &&
	    strftime(values->date, sizeof(values->date), "%Y-%m-%d", &day))
		set(values, "date", values->date);
}

/* Which host a sentence is of: the row's; without one the first. */
static void fill(const struct op25b_probe_paper *paper, const struct op25b_probe_report *report,
		 const struct op25b_probe_judgement *judgement, enum op25b_probe_word word,
		 const struct op25b_probe_row *row, char *ret, size_t room)
{
	struct values values = { .n = 0 };
	const struct op25b_probe_host *first = &report->hosts[0];
	bool verdict = word == op25b_probe_verdict_word(judgement->verdict);
	size_t host = row ? row->host : verdict ? judgement->host : 0;

	set(&values, "host", report->hosts[host].name);
	set(&values, "control", control_name(report));
	set(&values, "exchange", first->exchange);
	list_ports(report, judgement, word == OP25B_PROBE_SAYS_VERDICT_WORKS, values.ports,
		   sizeof(values.ports));
	set(&values, "ports", values.ports);
	if (row)
		row_values(&values, row, word, paper->lang);
	ret[0] = '\0';
	op25b_fill(op25b_probe_word(word, paper->lang), values.list, values.n, ret, room);
}

static enum op25b_probe_state state_of(const struct op25b_probe_judgement *judgement)
{
	if (judgement->verdict == OP25B_PROBE_WORKS_VERDICT)
		return OP25B_PROBE_GOOD;
	/* Closed, with a way that is open: no alarm. */
	return judgement->n_open ? OP25B_PROBE_DOUBTFUL : OP25B_PROBE_BAD;
}

void op25b_probe_print_verdict(const struct op25b_probe_paper *paper,
			       const struct op25b_probe_report *report,
			       const struct op25b_probe_judgement *judgement)
{
	char text[2048];

	fill(paper, report, judgement, op25b_probe_verdict_word(judgement->verdict), judgement->row,
	     text, sizeof(text));
	fprintf(paper->out, "%s%s%s\n", op25b_probe_ink(paper, state_of(judgement)), text,
		op25b_probe_dry(paper));
}

static void print_notes(const struct op25b_probe_paper *paper,
			const struct op25b_probe_report *report,
			const struct op25b_probe_judgement *judgement)
{
	char text[2048];

	for (size_t i = 0; i < judgement->n_notes; i++) {
		const struct op25b_probe_noted *noted = &judgement->notes[i];

		fill(paper, report, judgement, op25b_probe_note_word(noted->note), noted->row, text,
		     sizeof(text));
		if (text[0])
			fprintf(paper->out, "- %s\n", text);
	}
}

/* What lies behind a result, where there is more to say: ICMP, an errno, what was said instead. */
static void print_details(const struct op25b_probe_paper *paper,
			  const struct op25b_probe_report *report)
{
	bool any = false;

	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];
		char address[INET6_ADDRSTRLEN];

		if (row->result == OP25B_PROBE_OPEN || !row->detail[0] || row->refusal.n_lines > 1)
			continue;
		any = true;
		fprintf(paper->out, "  %u %s: %s\n", row->port,
			op25b_probe_address(&row->address, address), row->detail);
	}
	if (any)
		fputc('\n', paper->out);
}

/* A refusal of several lines, of the row that the verdict rests on. */
static void print_refusal(const struct op25b_probe_paper *paper,
			  const struct op25b_probe_report *report,
			  const struct op25b_probe_judgement *judgement)
{
	const struct op25b_probe_row *row = judgement->row;
	char text[256];

	if (!row || row->refusal.n_lines < 2)
		return;
	fill(paper, report, judgement, OP25B_PROBE_SAYS_HEAD_ANSWER, row, text, sizeof(text));
	fprintf(paper->out, "%s\n", text);
	for (size_t i = 0; i < row->refusal.n_lines; i++)
		fprintf(paper->out, "  | %s\n", row->refusal.lines[i]);
	fputc('\n', paper->out);
}

static void print_said(const struct op25b_probe_paper *paper,
		       const struct op25b_probe_report *report)
{
	fprintf(paper->out, "\n%s\n", op25b_probe_word(OP25B_PROBE_SAYS_HEAD_SAID, paper->lang));
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];
		char address[INET6_ADDRSTRLEN];
		bool secret = false;

		fprintf(paper->out, "%s %s %u: %s\n", report->hosts[row->host].name,
			op25b_probe_address(&row->address, address), row->port,
			op25b_probe_result_name(row->result));
		for (size_t k = 0; k < row->n_said; k++) {
			const struct op25b_probe_said *said = &row->said[k];

			if (said->secret && !secret)
				fprintf(paper->out, "           ** %s\n", row->tls);
			secret = said->secret;
			fprintf(paper->out, "  %6d %s%s %s\n", said->ms, secret ? "~" : " ",
				said->ours ? "->" : "<-", said->text);
		}
	}
}

void op25b_probe_print(const struct op25b_probe_paper *paper,
		       const struct op25b_probe_report *report,
		       const struct op25b_probe_judgement *judgement, bool said)
{
	op25b_probe_print_verdict(paper, report, judgement);
	fputc('\n', paper->out);
	op25b_probe_table(paper, report);
	print_details(paper, report);
	print_refusal(paper, report, judgement);
	print_notes(paper, report, judgement);
	if (said)
		print_said(paper, report);
}
