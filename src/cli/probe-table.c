/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe-table.h. */
#include "cli/probe-table.h"

#include <string.h>

#include "base/fill.h"

/* port, address, from, DNS; then the stages */
enum { PORT, ADDRESS, FROM, DNS, STAGES };
#define COLUMNS (STAGES + OP25B_PROBE_N_STAGES)
#define CELL    64

struct cell {
	char text[CELL];
	enum op25b_probe_state state;
};

int op25b_probe_width(const char *text)
{
	int width = 0;

	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		/* Beginnings of characters; from three bytes on ours are wide. */
		if ((c & 0xc0) != 0x80)
			width += c >= 0xe0 ? 2 : 1;
	}
	return width;
}

const char *op25b_probe_ink(const struct op25b_probe_paper *paper, enum op25b_probe_state state)
{
	static const char *const inks[] = { "", "\033[32m", "\033[33m", "\033[1;31m" };

	return paper->colour ? inks[state] : "";
}

const char *op25b_probe_dry(const struct op25b_probe_paper *paper)
{
	return paper->colour ? "\033[0m" : "";
}

/* "ok", or for a login what is offered: "PLAIN,LOGIN". */
static void write_good(const struct op25b_probe_paper *paper, const struct op25b_probe_row *row,
		       enum op25b_probe_stage stage, int ms, struct cell *ret)
{
	size_t done = 0;

	if (stage != OP25B_PROBE_AUTH_STAGE) {
		snprintf(ret->text, CELL, "%s %d",
			 op25b_probe_word(OP25B_PROBE_SAYS_CELL_OPEN, paper->lang), ms);
		return;
	}
	for (size_t i = 0; i < row->n_auth && done < CELL; i++)
		done += (size_t)snprintf(ret->text + done, CELL - done, "%s%s", i ? "," : "",
					 row->auth[i]);
	if (done < CELL)
		snprintf(ret->text + done, CELL - done, " %d", ms);
}

static void write_stage(const struct op25b_probe_paper *paper, const struct op25b_probe_row *row,
			enum op25b_probe_stage stage, struct cell *ret)
{
	const struct op25b_probe_step *step = &row->steps[stage];
	/* Of two faults the result tells one; the other stage says what it always is. */
	enum op25b_probe_result how = row->stage == stage             ? row->result :
				      stage == OP25B_PROBE_AUTH_STAGE ? OP25B_PROBE_NO_AUTH :
									OP25B_PROBE_CERTIFICATE;

	ret->state = step->state;
	switch (step->state) {
	case OP25B_PROBE_SKIPPED:
		strcpy(ret->text, "-");
		break;
	case OP25B_PROBE_GOOD:
		write_good(paper, row, stage, step->ms, ret);
		break;
	case OP25B_PROBE_DOUBTFUL:
		snprintf(ret->text, CELL, "? %d", step->ms);
		break;
	case OP25B_PROBE_BAD:
		snprintf(ret->text, CELL, "%s %d",
			 op25b_probe_word(op25b_probe_cell_word(how), paper->lang), step->ms);
	}
}

static void write_row(const struct op25b_probe_paper *paper,
		      const struct op25b_probe_report *report, const struct op25b_probe_row *row,
		      struct cell ret[static COLUMNS])
{
	const struct op25b_probe_host *host = &report->hosts[row->host];
	char address[INET6_ADDRSTRLEN];

	memset(ret, 0, COLUMNS * sizeof(*ret));
	snprintf(ret[PORT].text, CELL, "%u", row->port);
	snprintf(ret[ADDRESS].text, CELL, "%s", op25b_probe_address(&row->address, address));
	snprintf(ret[FROM].text, CELL, "%s", op25b_probe_address(&row->source, address));
	if (host->dns == OP25B_PROBE_DNS_LITERAL)
		strcpy(ret[DNS].text, "-");
	else
		snprintf(ret[DNS].text, CELL, "%s %d",
			 op25b_probe_word(OP25B_PROBE_SAYS_CELL_OPEN, paper->lang), host->ms);
	for (int i = 0; i < OP25B_PROBE_N_STAGES; i++)
		write_stage(paper, row, (enum op25b_probe_stage)i, &ret[STAGES + i]);
}

static void write_head(const struct op25b_probe_paper *paper, struct cell ret[static COLUMNS])
{
	static const enum op25b_probe_word words[] = { OP25B_PROBE_SAYS_HEAD_PORT,
						       OP25B_PROBE_SAYS_HEAD_ADDRESS,
						       OP25B_PROBE_SAYS_HEAD_FROM,
						       OP25B_PROBE_SAYS_HEAD_DNS };

	memset(ret, 0, COLUMNS * sizeof(*ret));
	for (int i = 0; i < COLUMNS; i++)
		snprintf(ret[i].text, CELL, "%s",
			 op25b_probe_word(i < STAGES ? words[i] :
						       op25b_probe_stage_word((
							       enum op25b_probe_stage)(i - STAGES)),
					  paper->lang));
}

/* A column that no row has anything in is left out: its width is 0. */
static void measure(const struct cell cells[static COLUMNS], int widths[static COLUMNS])
{
	for (int i = 0; i < COLUMNS; i++) {
		int width = op25b_probe_width(cells[i].text);

		widths[i] = width > widths[i] ? width : widths[i];
	}
}

static void print_cells(const struct op25b_probe_paper *paper,
			const struct cell cells[static COLUMNS], const int widths[static COLUMNS])
{
	int blanks = 0;

	for (int i = 0; i < COLUMNS; i++) {
		int pad = widths[i] - op25b_probe_width(cells[i].text);

		if (!widths[i])
			continue;
		/* Ports to the right, as numbers are; blanks only before what follows. */
		fprintf(paper->out, "%*s%s%s%s", (i ? blanks : pad) + 2, "",
			op25b_probe_ink(paper, cells[i].state), cells[i].text,
			cells[i].state ? op25b_probe_dry(paper) : "");
		blanks = i ? pad : 0;
	}
	fputc('\n', paper->out);
}

static void print_host(const struct op25b_probe_paper *paper,
		       const struct op25b_probe_report *report, size_t host)
{
	const struct op25b_fill_value name = { "host", report->hosts[host].name };
	char title[OP25B_PROBE_NAME + 64];
	struct cell cells[COLUMNS];
	int widths[COLUMNS] = { 0 };
	bool any = false, from = false;

	for (size_t i = 0; i < report->n_rows; i++) {
		if (report->rows[i].host != host)
			continue;
		any = true;
		from |= report->rows[i].source.ss_family != 0;
		write_row(paper, report, &report->rows[i], cells);
		measure(cells, widths);
	}
	if (!any)
		return;
	write_head(paper, cells);
	measure(cells, widths);
	if (!from)
		widths[FROM] = 0;
	op25b_fill(report->hosts[host].control ?
			   op25b_probe_word(OP25B_PROBE_SAYS_HEAD_CONTROL, paper->lang) :
			   "{host}",
		   &name, 1, title, sizeof(title));
	fprintf(paper->out, "%s\n", title);
	print_cells(paper, cells, widths);
	for (size_t i = 0; i < report->n_rows; i++) {
		if (report->rows[i].host != host)
			continue;
		write_row(paper, report, &report->rows[i], cells);
		print_cells(paper, cells, widths);
	}
	fputc('\n', paper->out);
}

void op25b_probe_table(const struct op25b_probe_paper *paper,
		       const struct op25b_probe_report *report)
{
	for (size_t i = 0; i < report->n_hosts; i++)
		print_host(paper, report, i);
	if (report->n_rows)
		fprintf(paper->out, "%s\n",
			op25b_probe_word(OP25B_PROBE_SAYS_HEAD_LEGEND, paper->lang));
}
